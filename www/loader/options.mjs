// What can be set, and to what. What the form can't do is refused by name: nothing is ignored in silence.
import { refuseSecrets, wrong } from "./mistakes.mjs";

const among = (words) => (value) => words.split(" ").includes(value);
export const isField = among("number expiry code name postalCode country");
const each = (known) => (given) => some(given) && !check(given, known);
const bool = (value) => value === !!value;
export const some = (value) => value === Object(value);

/** What `act` gives; undefined when it throws. */
export const tried = (act) => {
  try {
    return act();
  } catch {}
};

/** The language tag as it is written; undefined when it is none. */
export const tag = (given) => tried(() => Intl.getCanonicalLocales(given)[0]);

export const OPTIONS = {
  // Judged when it is taken.
  session: () => true,
  frame: (url) => /^https?:/.test(url),
  locale: tag,
  appearance: each({
    scheme: among("auto light dark"),
    theme: among("default flat night minimal contrast none"),
    variables: some,
  }),
  fields: each({ name: bool, postalCode: bool, country: bool, autoAdvance: bool }),
  density: among("compact normal touch"),
  labels: among("inside above hidden"),
  fonts: (list) => Array.isArray(list) && list.every((font) => font?.family && font.src),
  presentation: among("auto dialog redirect"),
};

export const check = (given, known = OPTIONS) => {
  refuseSecrets(given);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!known[name]) wrong("unknown_option", name);
    if (!known[name](value)) wrong("option_malformed", name);
  }
};
