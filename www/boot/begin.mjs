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
      if (data.type === "failed") data = ended(data);
      florin.tell(data);
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
    };
    if (again && florin.session) port1.postMessage(florin.session);
    const online = () => port1.postMessage({ type: "online", yes: navigator.onLine });
    for (const event of ["online", "offline"]) addEventListener(event, online);
    if (!navigator.onLine) online();
    florin.heard.splice(0).forEach(florin.hear);

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

/** An outcome that no server gave, in the shape of a Result; the loader knows of which order. */
function ended({ status, code, field, message }) {
  const retryable = status !== "unknown";
  const type = field ? "validation" : "gateway";
  const error = { type, code, message, ...(field && { field }), retryable, advice: retryable ? "try_again" : "wait" };
  return { type: "outcome", result: { status, ok: false, attempt: null, error } };
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
