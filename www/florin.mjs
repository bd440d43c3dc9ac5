// Florin's loader as a module: puts the payment form, which lives in a frame of its own origin, into a page.
// Sees no card: the page and the frame speak through a MessagePort, and only of how far it has come.
// Importing it does nothing; `florin.js` is the same for a script tag.
export { Florin, Florin as default } from "./loader/checkout.mjs";
export { define } from "./loader/element.mjs";
export { FlorinIntegrationError } from "./loader/mistakes.mjs";
