// What the form says to the page.
import { ask, ended, settle } from "./paying.mjs";
import { emit } from "./events.mjs";
import { fail } from "./frame.mjs";
import { act } from "./bank.mjs";

/** The form is on the screen, mostly before its WebAssembly: two outlines would be seen. */
const bare = (it) => {
  for (const part of it._outline) part.remove();
};

/** Made when it is used: the modules of the loader know each other in a circle. */
const said = () => ({
  ready(it, detail) {
    clearTimeout(it._timer);
    bare(it);
    emit(it, "ready", detail);
  },
  drawn: bare,
  submit: ask,
  action: act,
  present: (it) => it._bank?.told?.(),
  resumed(it, { result, lost: interrupted }) {
    const mine = it._try;
    const there = result.status !== "open";
    it._order = result.order;
    // Of the tries under way, only one from before the form began again ends here.
    if (mine ? (mine._lost ||= interrupted) : there) settle(it, result);
    // What was sent from here may still arrive there.
    it._resumed._tell(there ? result : it._sent && it._sent !== it._try ? Object.assign(result, ended(it)) : null);
  },
  outcome: (it, { result }) => settle(it, result),
  // A document that is older than this loader says the code alone.
  loaderror(it, { code, error = { code } }) {
    if (code === "frame_unreachable") return fail(it);
    emit(it, "loaderror", error);
    it._asked = undefined;
    settle(it, undefined, error);
  },
  // Whatever the form says of itself from now on is about this amount.
  read: (it, { amount }) => (it._order &&= { ...it._order, amount }),
});

export const hear = (it, { type, ...detail }) => {
  const take = said()[type];
  if (take) take(it, detail);
  else emit(it, type, detail);
};
