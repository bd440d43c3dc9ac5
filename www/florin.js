// The loader for a script tag: the module's Florin as `window.Florin`, and the elements.
import { define } from "./loader/element.mjs";
import { Florin } from "./loader/checkout.mjs";

if (!window.Florin) {
  window.Florin = Florin;
  define();
}
