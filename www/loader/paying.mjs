// One payment as the page sees it: asked for, vetoed or not, and its one outcome.
import { promise } from "./dom.mjs";
import { emit } from "./events.mjs";
import { send } from "./line.mjs";
import { close, inDialog } from "./bank.mjs";

export function pay(it) {
  const { done } = (it._paying ||= (send(it, "pay"), promise()));
  // A frame that failed answers nothing, and begins again without what was said to it.
  if (it._stop.signal.aborted) settle(it);
  return done;
}

/** Whoever listens may veto, or make the payment wait. */
export async function ask(it) {
  const waits = [];
  let yes = true;
  emit(it, "submit", { preventDefault: () => (yes = false), waitUntil: (promise) => waits.push(promise) });
  try {
    await Promise.all(waits);
  } catch {
    yes = false;
  }
  send(it, "submit", { yes, dialog: inDialog(it) });
}

/** An outcome that no server gave, in the shape of a Result. */
export function complete(it, { status, code, field, message }) {
  const retryable = status !== "unknown";
  const type = field ? "validation" : "gateway";
  const error = { type, code, message, ...(field && { field }), retryable, advice: retryable ? "try_again" : "wait" };
  return { status, ok: false, order: it._order ?? null, attempt: null, error };
}

/** The outcome; none when the form can't say how the order stands. */
export function settle(it, result) {
  // The dialog is open: its end is the outcome.
  if (it._dialog && result?.status === "requires_action") return;
  close(it);
  if (result) {
    it._order = result.order || it._order;
    emit(it, "outcome", result);
  } else it._resumed.tell(null);
  const paying = it._paying;
  it._paying = undefined;
  paying?.tell(result || complete(it, { status: "open", code: "order_unreadable", message: "The order did not load." }));
}
