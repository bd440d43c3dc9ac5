// The one height of the form: a constant of what the page asked for and of the width class, in rem.
// Whoever draws the form (frame.css) and whoever makes room for it (the loader) follow this table.

const ROW = 3.75;
const ROW_AT = { compact: 3.25, touch: 4.125 };
const BUTTON = 3.25;
const BUTTON_AT = { compact: 3, touch: 3.5 };
/** What labels add to a row when they are not inside of it. */
const LABELS_AT = { above: 0.875, hidden: -0.75 };

/** Two lines for the message with its margins, outlines, and what no theme may use up. */
const REST = 3.875;
/** Where the form is narrow the message has a third line. */
const THIRD_LINE = 1.25;

/**
 * `[wide, narrow, stacked]`: from 20rem of width on, below it, and below 15rem, where halves stack.
 * Unset options are the defaults: labels inside, density normal, the name and no address.
 */
export function heights({ labels, density, fields } = {}) {
  const { name = true, postalCode, country } = fields || {};
  const row = (ROW_AT[density] || ROW) + (LABELS_AT[labels] || 0);
  const wide = (2 + name + !!(postalCode || country)) * row + (BUTTON_AT[density] || BUTTON) + REST;
  const narrow = wide + THIRD_LINE;
  return [wide, narrow, narrow + row * (1 + !!(postalCode && country))];
}
