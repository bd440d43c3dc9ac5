// Stands in the document: dresses it before the first paint, shakes hands with the page that mounted us,
// asks for the order, and starts the form. Who that page may be, the document says; that it is the one it
// claims to be, the browser says.
import { wear } from "./appearance.mjs";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const config = read("florin-config");
const glue = document.querySelector("[rel=modulepreload]").href;

let said = {};
try {
  said = JSON.parse(decodeURIComponent(location.hash.slice(1)));
} catch {
  // Opened by hand: there is nobody to shake hands with.
}
const dress = (look) => wear(document.documentElement, look);
dress({ scheme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light", ...said });

/** What the form finds when it starts. `alive`: WebAssembly serves it; `held`: a press that nobody could serve yet. */
const florin = (window.florin = { config, text: read("florin-text"), glue, dress, early: {}, heard: [] });

/** Sends a request, a GET where there is no body; gives `{status, body}` once all of the answer is there. */
florin.send = async (url, key, body, within) => {
  const early = florin.early[url];
  delete florin.early[url];
  return early || answered(await fetch(url, {
    // Nothing of the shopper's browser goes along, and nothing is kept.
    credentials: "omit", cache: "no-store", redirect: "error",
    signal: AbortSignal.timeout(within),
    ...(body && { method: "POST", headers: { "content-type": "application/json", ...(key && { "api-key": key }) }, body: JSON.stringify(body) }),
  }));
};

/** A body that is no JSON is undefined; where it should have been, nothing came. */
async function answered(answer) {
  const { status, ok } = answer;
  return { status, body: await answer.json().catch((error) => { if (ok) throw error; }) };
}

/** The order is on its way while the WebAssembly is. */
function ask(session) {
  const url = `${config.merchant}/checkout/${encodeURIComponent(session)}`;
  const asked = florin.send(url, "", undefined, 15000);
  // Whoever waits for it hears that it failed.
  asked.catch(() => {});
  florin.early[url] = asked;
}

/** The line to the page, once it has shaken hands. */
const page = new Promise((met) => {
  if (parent === window || !config.shops.includes(said.origin)) return;
  addEventListener("message", function answer({ source, origin, data, ports: [port] }) {
    if (source !== parent || origin !== said.origin || data?.florin !== 1 || data.nonce !== said.nonce || !port) return;
    removeEventListener("message", answer);
    port.onmessage = ({ data }) => {
      if (data.type === "session") ask(data.session);
      if (florin.hear) florin.hear(data);
      else florin.heard.push(data);
    };
    met(port);
  });
  parent.postMessage({ florin: 1, hello: said.nonce }, said.origin);
});
florin.tell = (message) => page.then((port) => port.postMessage(message));

// Nothing ever leaves by way of the browser.
addEventListener("submit", (event) => {
  event.preventDefault();
  florin.held = !florin.alive;
});
// A press counts for what stood there: whoever types on takes it back.
addEventListener("input", () => (florin.held = false));
addEventListener("compositionstart", () => (florin.composing = true));
addEventListener("compositionend", () => setTimeout(() => (florin.composing = false)));

/** What broke is started anew, once: what was typed stands in the document. */
function start(again) {
  import(glue + again).then((it) => it.default(florin)).catch(() => {
    if (!again) start("?again");
    else florin.tell({ type: "loaderror", code: "frame_unreachable" });
  });
}
addEventListener("DOMContentLoaded", () => {
  start("");
  requestAnimationFrame(() => florin.tell({ type: "drawn" }));
});
