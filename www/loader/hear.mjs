// What the form says to the page.
import { act } from "./bank.mjs";
import { emit, EVENTS } from "./events.mjs";
import { fail } from "./frame.mjs";
import { ask, complete, settle } from "./paying.mjs";

const SAID = {
  ready(it, detail) {
    clearTimeout(it._timer);
    it._outline.forEach((part) => part.remove());
    emit(it, "ready", detail);
  },
  submit: ask,
  action: act,
  present: (it) => it._told?.(),
  resumed(it, { result }) {
    it._order = result.order;
    const there = result.status !== "open";
    it._resumed.tell(there ? result : null);
    // Of the payments that the page waits for, only one from before the frame began again ends here.
    if (it._paying ? it._paying.lost : there) settle(it, result);
  },
  outcome: (it, { result }) => settle(it, result),
  failed: (it, detail) => settle(it, complete(it, detail)),
  loaderror(it, detail) {
    if (detail.code === "frame_unreachable") return fail(it, detail.code);
    emit(it, "loaderror", detail);
    settle(it);
  },
};

export function hear(it, { type, ...detail }) {
  if (SAID[type]) SAID[type](it, detail);
  else if (EVENTS.includes(type)) emit(it, type, detail);
}
