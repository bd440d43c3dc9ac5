// The form's frame in the page: drawn, loaded, shaken hands with, failed, begun again.
import { close } from "./bank.mjs";
import { make } from "./dom.mjs";
import { emit } from "./events.mjs";
import { shake } from "./handshake.mjs";
import { hear } from "./hear.mjs";
import { sendFonts } from "./line.mjs";
import { DARK, paint, sheet } from "./outline.mjs";
import { settle } from "./paying.mjs";
import { introduce } from "./session.mjs";

const NO_HELLO_MS = 2000;
export const NOTHING_MS = 10000;

/** Draws the outline, loads the frame, and waits for its hello. */
export function open(it) {
  const box = (it._box = make("florin-frame"));
  const root = box.attachShadow({ mode: "open" });
  const { signal } = (it._stop = new AbortController());
  const frame = (it._frame = make("iframe", { title: "Card payment" }));
  root.adoptedStyleSheets = [sheet()];
  it._place.append(box);
  shake(frame, signal, it._origin, "frame/" + language(it), paint(it), (port) => {
    it._port = port;
    port.onmessage = ({ data }) => hear(it, data);
    repaint(it);
    introduce(it);
    sendFonts(it);
    wait(it, NOTHING_MS, "frame_unreachable");
  });
  // A page that comes back from the browser's cache begins again: empty, and with the order's status.
  addEventListener("pageshow", ({ persisted }) => persisted && again(it), { signal });
  matchMedia(DARK).addEventListener("change", () => repaint(it), { signal });
  frame.onload = () => {
    // A frame that was moved in the document begins again, and forgets its port.
    if (it._port) frame.onload = () => again(it);
    else wait(it, NO_HELLO_MS, "origin_not_allowed");
  };
  wait(it, NOTHING_MS, "frame_unreachable");
  root.append(...(it._outline = [make("div"), make("div")]), frame);
}

/** One deadline at a time: for the hello, then for the form. */
function wait(it, ms, code) {
  clearTimeout(it._timer);
  it._timer = setTimeout(fail, ms, it, code);
}

export const language = (it) => it._options.locale || navigator.language;

/** The look needs no session: what changed while the frame was loading, it learns with the port. */
export function repaint(it) {
  const look = paint(it);
  it._port?.postMessage({ type: "appearance", ...look });
}

export function shut(it) {
  close(it);
  clearTimeout(it._timer);
  it._stop.abort();
  it._port?.close();
  it._port = undefined;
  it._queue = [];
}

export function again(it) {
  if (it._paying) it._paying.lost = true;
  shut(it);
  it._box.remove();
  open(it);
}

/** Never an eternal spinner: a sentence, a retry, an event. */
export function fail(it, code) {
  shut(it);
  const message = code === "origin_not_allowed" ? "The payment form did not load here." : "The payment form did not load. Nothing was charged.";
  const [slip, pay] = it._outline;
  it._frame.onload = null;
  it._frame.style.visibility = "hidden";
  slip.role = "alert";
  slip.textContent = message;
  pay.replaceChildren(make("button", { textContent: "Try again", onclick: () => again(it) }));
  it._box.shadowRoot.append(slip, pay);
  emit(it, "loaderror", { code, message });
  settle(it);
}
