// The bank's page: in a dialog over the page, else the browser leaves for it. The merchant server is told
// which, for it decides what the browser sees that comes back.
import { emit } from "./events.mjs";
import { NOTHING_MS } from "./frame.mjs";
import { shake } from "./handshake.mjs";
import { more } from "./lazy.mjs";
import { send } from "./line.mjs";

/** The server learns it well before; a server that is silent keeps nobody from their bank. */
const TOLD_MS = 3000;

/** Banks send none of the headers that isolated pages ask of frames: there the browser leaves. */
export const inDialog = (it) => it._options.presentation !== "redirect" && !self.crossOriginIsolated;

export function act(it, { url }) {
  let go = true;
  emit(it, "action", { url, preventDefault: () => (go = false) });
  // Only ever to a page: never a script, never data.
  if (!go || !/^https?:$/.test(new URL(url, "about:blank").protocol)) return;
  close(it);
  if (inDialog(it)) challenge(it, url);
  else leave(it, url);
}

/** Once the server was told. */
function leave(it, url) {
  const timer = setTimeout((it._told = () => {
    close(it);
    location.assign(url);
  }), TOLD_MS);
  it._dialog = () => {
    clearTimeout(timer);
    it._told = undefined;
  };
  send(it, "present", { dialog: false });
}

/** The dialog; without progress in ten seconds the browser leaves. */
function challenge(it, url) {
  let end;
  const tell = (type) => {
    if (it._dialog !== mine) return;
    if (type === "progress") return clearTimeout(timer);
    close(it);
    if (type === "leave") leave(it, url);
    else send(it, type);
  };
  const timer = setTimeout(tell, NOTHING_MS, "leave");
  const mine = (it._dialog = () => {
    clearTimeout(timer);
    end?.();
  });
  send(it, "present", { dialog: true });
  more().then(({ show }) => it._dialog === mine && (end = show(shake, it._box.shadowRoot, it._origin, url, tell)), () => tell("leave"));
}

export function close(it) {
  const close = it._dialog;
  it._dialog = undefined;
  close?.();
}
