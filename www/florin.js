// The loader for a script tag: the module's Florin as `window.Florin`, and the elements.
import { Florin } from "./loader/checkout.mjs";
import { define } from "./loader/element.mjs";

if (!window.Florin) {
  Object.defineProperty(window, "Florin", { value: Florin });
  define();
}
