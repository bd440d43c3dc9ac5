// The empty slip and button, in the place and size of the form, until that is painted; and the look that
// the page wants of both.
import { heights } from "../height.mjs";

export const DARK = "(prefers-color-scheme:dark)";

// The canvas, which shows nothing, is as wide as the form likes to be, and yields: it is what gives a width to places
// that have none of their own, such as a centred column.
export const sheet = () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host{all:initial;display:block!important;font-size:medium!important}
canvas{display:block;width:30em;max-width:100%;height:0}
section{position:relative;max-width:30em;container-type:inline-size}
button{width:100%;height:100%;border:0;background:none;color:inherit;font:inherit}
slot{display:block;position:relative;height:var(--w)}
::slotted(iframe){all:initial!important;display:block!important;width:100%!important;height:100%!important;color-scheme:inherit!important;visibility:inherit!important}
div{position:absolute;inset:0 0 6.875em;box-sizing:border-box;border:1px solid #7d888c;border-radius:.75em;padding:1em;background:var(--florin-color-paper,Canvas);color:var(--florin-color-ink,CanvasText);font:1em var(--florin-font-family,system-ui)}
div+div{inset:auto 0 0;height:3.25em;padding:0}
@container (width<20em){slot{height:var(--n)}div{bottom:8.125em}}
@container (width<16em){slot{height:var(--s)}div{bottom:15.125em}div+div{height:5.25em}}`);
  return sheet;
};

/**
 * Paints the outline; answers with the look for the frame. Both have the same scheme, else browsers paint
 * the frame opaque.
 */
export const paint = (it) => {
  const { appearance, labels, density, fields } = it._options;
  const { scheme: wanted, theme, variables } = appearance || {};
  const place = it._box.parentElement || it._place.host || document.body;
  const style = getComputedStyle(place);
  // A page may say it in a meta tag alone.
  const can = style.colorScheme.replace("normal", document.querySelector("[name=color-scheme]")?.content);
  // Without a wish the page's own: dark only where the page says that it can be.
  const dark = /dark/.test(can) && (!/light/.test(can) || matchMedia(DARK).matches);
  const scheme = /^[ld]/.test(wanted) ? wanted : dark ? "dark" : "light";
  const [wide, narrow, stacked] = heights(it._options);
  const inherited = {};
  // What the page's style sheets set as `--florin-…`: browsers list a page's own properties in one of the two.
  for (const name of [...style, ...(place.computedStyleMap?.().keys() || [])]) {
    if (name.startsWith("--florin-")) inherited[name.slice(9)] = style.getPropertyValue(name).trim();
  }
  it._box.style.cssText = `color-scheme:${scheme};--w:${wide}em;--n:${narrow}em;--s:${stacked}em`;
  return { scheme, labels, density, fields, theme, variables: { ...inherited, ...variables } };
};
