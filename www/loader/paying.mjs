// One try to pay as the page sees it: asked for, vetoed or not, and its one outcome.
import { close, inDialog } from "./bank.mjs";
import { promise } from "./dom.mjs";
import { emit } from "./events.mjs";
import { send } from "./line.mjs";
import { LOST, UNKNOWN } from "./lost.mjs";

export function pay(it) {
  const { _done } = (it._try ||= (send(it, "pay"), promise()));
  // A frame that failed answers nothing, and begins again without what was said to it.
  if (it._stop.signal.aborted) settle(it);
  return _done;
}

/** Whoever listens may veto, or make the payment wait. */
export async function ask(it) {
  const mine = (it._try ||= promise());
  const waits = (it._asked = []);
  let yes = true;
  emit(it, "submit", { preventDefault: () => (yes = false), waitUntil: (promise) => waits.push(promise) });
  try {
    await Promise.all(waits);
  } catch {
    yes = false;
  }
  // The form that asked is gone, or asks for another try by now.
  if (it._asked !== waits) return;
  mine._sent = yes;
  send(it, "submit", { yes, dialog: inDialog(it) });
}

/** An outcome that neither a server nor the form gave, in the shape of a Result. */
function lost(unknown) {
  const [status, said, advice] = unknown ? ["unknown", UNKNOWN, "wait"] : ["open", LOST, "try_again"];
  return { status, ok: false, attempt: null, error: { type: "gateway", ...said, retryable: !unknown, advice } };
}

/** The one outcome of the try under way, if there is one; `told` is absent when the form can't say how the order stands. */
export function settle(it, told) {
  const mine = it._try;
  // The shopper is at the bank: the end of that is the outcome.
  if (it._bank && told?.status === "requires_action") return;
  close(it);
  it._try = it._asked = undefined;
  // A payment that was sent may arrive when the form that sent it is gone.
  const unknown = mine?._sent && (!told || (mine._lost && told.status === "open"));
  const result = unknown || !told ? lost(unknown) : told;
  // The form knows of an outcome of its own, and not of which order.
  it._order = result.order ||= it._order || null;
  if (!told) it._resumed._tell(unknown ? result : null);
  // What comes of a try after its end is news, or it was said.
  const news = it._said !== (it._said = result.attempt + result.status) || !result.attempt;
  if (mine || (told && news)) emit(it, "outcome", result);
  mine?._tell(result);
}
