// The loader for a script tag: the module's Florin as `window.Florin`, and the elements.
import { Florin, define } from "./florin.mjs";

if (!window.Florin) {
  Object.defineProperty(window, "Florin", { value: Florin });
  define();
}
