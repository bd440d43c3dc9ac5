// What the form says to the page.
import { act } from "./bank.mjs";
import { emit } from "./events.mjs";
import { fail } from "./frame.mjs";
import { LOST } from "./lost.mjs";
import { ask, settle } from "./paying.mjs";

const SAID = {
  ready(it, detail) {
    clearTimeout(it._timer);
    it._outline.forEach((part) => part.remove());
    emit(it, "ready", detail);
  },
  submit: ask,
  action: act,
  present: (it) => it._bank?.told?.(),
  resumed(it, { result, lost }) {
    const mine = it._try;
    it._order = result.order;
    const there = result.status !== "open";
    it._resumed._tell(there ? result : null);
    // Of the tries under way, only one from before the form began again ends here.
    if (mine ? (mine._lost ||= lost) : there) settle(it, result);
  },
  outcome: (it, { result }) => settle(it, result),
  loaderror(it, detail) {
    if (detail.code === LOST.code) return fail(it);
    emit(it, "loaderror", detail);
    settle(it);
  },
};

export function hear(it, { type, ...detail }) {
  if (SAID[type]) SAID[type](it, detail);
  else emit(it, type, detail);
}
