// What the page asked of the form's looks, put on the root of the form's document; `boot.js` calls it
// before the first paint and when the page changes its mind. The asker is a stranger: only variables
// that the style sheet knows, only values of the plainest shape.

const PLAIN = /^[\w #%.,/()-]{1,64}$/;
const INDIRECT = /var|env|attr|url|image/i;
const FONTS = /^[\w ,"'-]{1,200}$/;
const MEASURE = /^(\d{0,2}(\.\d{1,4})?(px|r?em)?|[1-9]00)$/;
const WORD = /^[a-z]+$/;

function fits(name, value) {
  if (name.startsWith("color")) return PLAIN.test(value) && !INDIRECT.test(value) && CSS.supports("color", value);
  return (name === "font-family" ? FONTS : MEASURE).test(value);
}

/** `colorPrimary`, as scripts say, and `color-primary`, as style sheets do, are one. */
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());

/**
 * Wears `{scheme, theme, labels, density, fields: {name, postalCode, country, autoAdvance}, variables:
 * {colorPrimary: …}}`; what is absent or not understood is the default.
 */
export function wear(root, { scheme, theme, labels, density, fields, variables } = {}) {
  const { dataset, style } = root;
  dataset.scheme = scheme === "dark" ? scheme : "light";
  for (const [name, value] of Object.entries({ theme, labels, density })) {
    if (WORD.test(value ?? "")) dataset[name] = value;
    else delete dataset[name];
  }
  wearFields(dataset, fields || {});
  style.cssText = "";
  const known = getComputedStyle(root);
  const put = (name, value) => style.setProperty("--florin-" + name, value);
  const asked = new Map(Object.entries(variables || {}).map(([name, value]) => [kebab(name), String(value)]));
  for (const [name, value] of asked) {
    if (known.getPropertyValue("--florin-" + name) && fits(name, value)) put(name, value);
    else console.warn("florin: not understood: " + name);
  }
  // A colour of the page's own for the button: what stands on it, and its hover, follow.
  if (!style.getPropertyValue("--florin-color-primary") || !CSS.supports("color", "oklch(from red l c h)")) return;
  const primary = "var(--florin-color-primary)";
  if (!asked.has("color-on-primary")) put("color-on-primary", `oklch(from ${primary} clamp(0,(.66 - l)*99,1) 0 0)`);
  if (!asked.has("color-primary-hover")) put("color-primary-hover", `color-mix(in oklab,${primary},currentcolor 12%)`);
}

function wearFields(dataset, { name = true, postalCode = false, country = false, autoAdvance = true }) {
  const asked = Object.entries({ name, postalCode, country, autoAdvance });
  dataset.fields = asked.flatMap(([field, yes]) => (yes ? field : [])).join(" ");
  // The last row: its cells have the slip's lower corners.
  dataset.last = postalCode && country ? "both" : postalCode ? "postalCode" : country ? "country" : name ? "name" : "card";
  if (!country) return;
  // A list that does not come is not asked for: nobody could choose from it.
  const list = document.querySelector("[rel=modulepreload]").href.replace("form.js", "countries.js");
  import(list).catch(() => wearFields(dataset, { name, postalCode, autoAdvance }));
}
