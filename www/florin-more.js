// What few pages need, in one file that is loaded when first used. The loader pins it by its hash.
export { visit } from "./loader/more/challenge.mjs";
export { handOver } from "./loader/more/fonts.mjs";
export { join } from "./loader/more/form.mjs";
export { furnish } from "./loader/more/pay-button.mjs";
