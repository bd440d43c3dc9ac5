// One try to pay as the page sees it: asked for, vetoed or not, and its one outcome.
import { lost } from "./lost.mjs";
import { send } from "./line.mjs";
import { emit } from "./events.mjs";
import { close, inDialog } from "./bank.mjs";
import { promise } from "./dom.mjs";

export const pay = (it) => {
  const mine = (it._try ||= (send(it, "pay"), promise()));
  // A frame that failed answers nothing, and begins again without what was said to it.
  if (it._stop.signal.aborted) settle(it);
  return mine;
};

/** Whoever listens may veto, or make the payment wait. `of`: the session that the form asks for. */
export const ask = async (it, { of }) => {
  // Another order is on its way, or there by now: nobody pays the last one, and nobody hears of this press.
  if (of !== it._known) return it._port.postMessage({ type: "submit", of });
  it._try ||= promise();
  const waits = (it._asked = []);
  let yes = true;
  emit(it, "submit", { preventDefault: () => (yes = false), waitUntil: (promise) => waits.push(promise) });
  await Promise.all(waits).catch(() => (yes = false));
  // The form that asked is gone, or asks for another try by now.
  if (it._asked !== waits) return;
  it._asked = undefined;
  if (yes) it._sent ||= it._try;
  send(it, "submit", { of, yes, dialog: inDialog(it) });
};

/** An outcome that neither a server nor the form gave, in the shape of a Result. */
export const ended = (it, why) => ({ status: it._sent ? "unknown" : "open", ok: false, attempt: null, error: it._sent ? lost(it, "no_answer") : why || lost(it) });

/**
 * The one outcome of the try under way, if there is one; `told` is absent when the form can't say how the order stands,
 * and `why` is what the form said instead.
 */
export const settle = (it, told, why) => {
  const mine = it._try;
  // The shopper is at the bank: the end of that is the outcome.
  if (it._bank && told?.status === "requires_action") return;
  close(it);
  // What is asked now is a try of its own.
  it._try = it._asked && promise();
  // A payment that was sent may arrive when the form that sent it is gone.
  const unknown = !told || (it._sent && mine?._lost && /^[io]/.test(told.status));
  const result = unknown ? ended(it, why) : told;
  // `open`, `invalid`, `declined`, `canceled`, `expired`: nothing is charged. Of what was sent, the server's word is the
  // last; the form's own is, of what it sent itself.
  if (/^[c-eio]/.test(result.status) && (result.order || it._sent === mine)) it._sent = undefined;
  // The form knows of an outcome of its own, and not of which order.
  it._order = result.order ||= it._order || null;
  if (!told) it._resumed._tell(it._sent ? result : null);
  // What comes of a try after its end is news, or it was said.
  const last = it._said;
  it._said = result;
  const news = result.status !== last?.status || result.status === "invalid" || (result.attempt && last.attempt && result.attempt !== last.attempt);
  if (mine || (told && news)) emit(it, "outcome", result);
  mine?._tell(result);
};
