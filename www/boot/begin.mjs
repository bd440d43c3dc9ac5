// Begins the form beside the one that the shopper sees, and ends when WebAssembly broke. Goes into the glue:
// of all that is loaded before the WebAssembly, the document has only what can't wait for it.
import * as services from "./services.mjs";
import { arrives, hurry, leaving } from "./takeover.mjs";

/** Never resolves. Rejects when the form could not start, or broke: then it is deaf and dumb. */
export const begin = (florin, run, stop) =>
  new Promise((_, broke) => {
    const { port1, port2 } = new MessageChannel();
    const old = document.getElementById("florin-form");
    const again = florin.root;
    let interrupted = again && !/editing|declined|paid/.test(old.querySelector(".form").dataset.phase);
    florin.root = old.cloneNode();
    Object.assign(florin, services);
    florin.port = port2;
    florin.locale ||= locale();
    leaving(florin, old);

    // What the form says to the page passes by here.
    port1.onmessage = ({ data }) => {
      if (data.type === "ready") {
        arrives(florin.root, again);
        if (again) return;
      }
      // A payment that the page still waits for, from before the form began again, ends here.
      if (data.type === "resumed") [data.lost, interrupted] = [interrupted];
      florin.tell(data.code ? completed(data) : data);
    };

    // What the page says to the form waits in the line until that hears it.
    florin.hear = async (data) => {
      const { type } = data;
      if (type === "appearance") return florin.dress(data);
      if (type === "font") return document.fonts.add(new FontFace(data.family, data.bytes, data));
      if (type === "session") florin.session = data;
      else if (type === "locale") await speak(florin, data);
      else hurry();
      port1.postMessage(data);
      // A browser may still have to tell that the frame lost the focus and got it back, which takes it from the field.
      if (/^(focus|abandon)$/.test(type)) addEventListener("focus", () => port1.postMessage(data), { once: true, signal: AbortSignal.timeout(500) });
    };
    if (again && florin.session) port1.postMessage(florin.session);
    const online = () => port1.postMessage({ type: "online", yes: navigator.onLine });
    for (const event of ["online", "offline"]) addEventListener(event, online);
    if (!navigator.onLine) online();
    florin.heard.splice(0).forEach(florin.hear);

    // What a browser would take back is what stood there before it was formatted, and at another place.
    addEventListener("beforeinput", (event) => /^hist/.test(event.inputType) && event.target.inputMode === "numeric" && event.preventDefault());

    const trap = (error) => {
      if (!(error instanceof WebAssembly.RuntimeError)) return;
      stop();
      broke();
    };
    addEventListener("error", ({ error }) => trap(error));
    addEventListener("unhandledrejection", ({ reason }) => trap(reason));
    run().catch((error) => {
      trap(error);
      broke();
    });
  });

/** The type and the advice of an Error that no server gave; of any other, that the same may work again. */
const ERRORS = {
  vetoed: "conflict none",
  amount_changed: "conflict none",
  order_changing: "conflict try_again",
  too_many_attempts: "rate_limited wait",
  key_mismatch: "authentication contact_support",
  misconfigured: "internal contact_support",
  session_not_found: "not_found none",
  no_answer: "gateway wait",
};

/** What the form says with a code, in the shape of a Result, or of an Error alone; the loader knows of which order. */
function completed({ type: status, result, code, message }) {
  // Of a field that is wrong the code is its name.
  const wrong = status === "invalid" && { code: "invalid_field", field: code };
  const [type, advice] = (wrong ? "validation try_again" : ERRORS[code] || "gateway try_again").split(" ");
  const error = { type, code, message, ...wrong, retryable: advice === "try_again", advice };
  // A loader that is older than this document knows the code alone.
  if (status === "loaderror") return { ...error, error, type: status };
  return { type: "outcome", result: { status, ok: false, attempt: null, error, ...result } };
}

/** As the page asked for this document; a browser may name no language at all (WebKit says "C"). */
function locale() {
  for (const tag of [location.pathname.split("/")[3], navigator.language]) {
    try {
      return Intl.getCanonicalLocales(tag)[0];
    } catch {
      // Not a language.
    }
  }
}

/** Fetches the words of the page's language; without an answer those that are here stay. */
async function speak(florin, data) {
  florin.locale = data.locale;
  try {
    const answer = await fetch(new URL(`text/${data.locale}`, florin.glue));
    florin.text = await answer.json();
    const root = document.documentElement;
    [root.lang, root.dir] = florin.text.at(-1).split(" ");
  } catch {
    // Offline, perhaps.
  }
  data.text = florin.text;
}

// A card does not survive the page: not on leaving, and not in a page that comes back.
function wipe() {
  for (const input of document.querySelectorAll("input")) {
    if (!input.value) continue;
    input.value = "";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}
addEventListener("pagehide", wipe);
addEventListener("pageshow", ({ persisted }) => persisted && wipe());
