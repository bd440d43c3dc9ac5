// The bank's page: in a dialog over the page, else the browser leaves for it. How, is in the file that is loaded
// when it is needed; here is what remains to be done without it.
import { shake } from "./handshake.mjs";
import { more } from "./lazy.mjs";
import { emit } from "./events.mjs";
import { language } from "./frame.mjs";
import { send } from "./line.mjs";

/** Banks send none of the headers that isolated pages ask of frames: there the browser leaves. */
export const inDialog = (it) => it._options.presentation !== "redirect" && !self.crossOriginIsolated;

export const act = (it, { url }) => {
  let go = true;
  emit(it, "action", { url, preventDefault: () => (go = false) });
  // Only ever to a page: never a script, never data.
  if (!go || !/^https?:/.test(url)) return;
  close(it);
  const bank = (it._bank = {
    dialog: inDialog(it),
    url,
    tell: (type, said) => send(it, type, said),
    close: () => close(it),
    shake,
    form: it._frame,
    locale: language(it),
  });
  more().then(
    ({ visit }) => it._bank === bank && visit(bank),
    () => {
      bank.tell("present", { dialog: false });
      // A second is enough for the server to learn it.
      setTimeout(() => it._bank === bank && (location = url), 1000);
    },
  );
};

/** The visit is over, however it went. */
export const close = (it) => {
  it._bank?.end?.();
  it._bank = undefined;
};
