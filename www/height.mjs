// The one height of the form: a constant of what the page asked for and of the width class, in rem.
// Whoever draws the form (frame.css) and whoever makes room for it (the loader) follow this table.

/**
 * `[wide, narrow, stacked]`: from 20rem of width on, below it, and below 16rem, where halves stack.
 * Unset options are the defaults: labels inside, density normal, the name and no address.
 */
export const heights = ({ labels, density, fields } = {}) => {
  const { name = true, postalCode, country } = fields || {};
  const [cell, button] = { compact: [3.25, 3], touch: [4.125, 3.5] }[density] || [3.75, 3.25];
  // What labels add to a row when they are not inside of it.
  const row = cell + ({ above: 0.875, hidden: -0.75 }[labels] || 0);
  // The rest: two lines for the message with its margins, outlines, and what no theme may use up.
  const wide = (2 + name + !!(postalCode || country)) * row + button + 3.875;
  // Where the form is narrow the message has a third line.
  const narrow = wide + 1.25;
  // Where halves stack there are seven lines, and up to four in the button.
  return [wide, narrow, narrow + row * (1 + !!(postalCode && country)) + 7];
}
