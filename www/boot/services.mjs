// What a browser does for the form: in JavaScript it is fewer bytes than in WebAssembly.

/** Resolves later. */
export const sleep = (millis) => new Promise((done) => setTimeout(done, millis));

/** An amount of minor units, in a locale. Given as decimal text, "4200e-2": nothing is divided, so nothing is rounded. */
export function price(amount, decimals, currency, locale) {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(locale || undefined, { style: "currency", currency, ...digits }).format(`${amount}e-${decimals}`);
}

/** What 3-D Secure asks of a browser. */
export const info = () => ({
  user_agent: navigator.userAgent,
  // A script can't read the header; browsers send this for documents.
  accept_header: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  language: navigator.language,
  color_depth: screen.colorDepth,
  screen_height: screen.height,
  screen_width: screen.width,
  // Minutes from local time to UTC, as EMV 3-D Secure counts.
  time_zone: new Date().getTimezoneOffset(),
  java_enabled: false,
  java_script_enabled: true,
});
