// The form's frame in the page: drawn, loaded, shaken hands with, failed, begun again.
import { lost, words } from "./lost.mjs";
import { sendFonts } from "./line.mjs";
import { hear } from "./hear.mjs";
import { emit } from "./events.mjs";
import { introduce, renew } from "./session.mjs";
import { settle } from "./paying.mjs";
import { DARK, paint, sheet } from "./outline.mjs";
import { close } from "./bank.mjs";
import { make } from "./dom.mjs";
import { tag } from "./options.mjs";
import { shake } from "./handshake.mjs";

/** Draws the outline, loads the frame, and waits for its hello. */
export const open = (it) => {
  renew(it);
  it._queue = [];
  const box = (it._box = make("florin-frame"));
  const root = box.attachShadow({ mode: "open" });
  const { signal } = (it._stop = new AbortController());
  const frame = (it._frame = make("iframe", { title: words(it)[0] }));
  root.adoptedStyleSheets = [sheet()];
  it._place.append(box);
  shake(frame, signal, it._origin, "frame/" + language(it), paint(it), (port) => {
    it._port = port;
    port.onmessage = ({ data }) => hear(it, data);
    repaint(it);
    introduce(it);
    sendFonts(it);
    wait(it);
  });
  // A page that comes back from the browser's cache begins again: empty, and with the order's status.
  addEventListener("pageshow", ({ persisted }) => persisted && again(it), { signal });
  matchMedia(DARK).addEventListener("change", () => repaint(it), { signal });
  frame.onload = () => {
    // A frame that was moved in the document begins again, and forgets its port.
    if (it._port) frame.onload = () => again(it);
    else wait(it, "origin_not_allowed", 2000);
  };
  wait(it);
  // The frame stands in the page's own tree: Chromium fills no card into a frame that stands in a shadow tree.
  const room = make("section");
  room.append(...(it._outline = [make("div"), make("div")]), make("slot"));
  root.append(make("canvas"), room);
  box.append(frame);
};

/** One deadline at a time: for the hello, then for the form. */
const wait = (it, code, ms = 10000) => {
  clearTimeout(it._timer);
  it._timer = setTimeout(fail, ms, it, code);
};

/** A browser may name no language, or one that is none (WebKit says "C"). */
export const language = (it) => tag(it._options.locale) || tag(navigator.language) || "en";

/** The look needs no session: what changed while the frame was loading, it learns with the port. */
export const repaint = (it) => {
  it._port?.postMessage({ type: "appearance", ...paint(it) });
};

export const shut = (it) => {
  close(it);
  clearTimeout(it._timer);
  it._stop.abort();
  it._port?.close();
  it._port = undefined;
  it._asked = undefined;
};

export const again = (it) => {
  if (it._try) it._try._lost = true;
  shut(it);
  it._box.remove();
  open(it);
};

/** Never an eternal spinner: a sentence, a retry, an event. */
export const fail = (it, code) => {
  // A session that does not come either is no second failure.
  if (it._stop.signal.aborted) return;
  shut(it);
  const said = lost(it, code);
  const [slip, pay] = it._outline;
  const room = it._box.shadowRoot.lastChild;
  // Whatever the page did with the frame: a blocker may have taken it away.
  room.lastChild.style.visibility = "hidden";
  slip.role = "alert";
  slip.textContent = said.message;
  pay.append(make("button", { textContent: words(it)[1], onclick: () => again(it) }));
  room.append(slip, pay);
  emit(it, "loaderror", said);
  settle(it);
};
