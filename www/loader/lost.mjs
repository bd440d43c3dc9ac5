// What is said when something does not come, in the languages of the form. Whoever pays reads it too.
import { language } from "./frame.mjs";

const ENGLISH = ["Card payment", "Try again", "The payment form did not load. Nothing was charged.", "You may have paid."];
const GERMAN = ["Kartenzahlung", "Erneut versuchen", "Das Zahlungsformular wurde nicht geladen. Es wurde nichts abgebucht.", "Vielleicht haben Sie schon bezahlt."];

/** The frame's title, the button, then the sentences: of the form, of a payment that was sent. */
export const words = (it) => (/^de\b/.test(language(it)) ? GERMAN : ENGLISH);

/** The form is lost, and with it perhaps a payment that was sent, as an Error. */
export const lost = (it, code = "frame_unreachable", message = words(it)[it._sent ? 3 : 2]) => ({
  type: "gateway",
  code,
  message,
  retryable: !it._sent,
  advice: it._sent ? "wait" : "try_again",
});
