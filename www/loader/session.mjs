// Which session a checkout shows: given at once, promised, or asked for; on a page only once.
import { promise } from "./dom.mjs";
import { fail } from "./frame.mjs";
import { FlorinIntegrationError, wrong } from "./mistakes.mjs";
import { settle } from "./paying.mjs";

const SESSION = /^cs_[\w-]{1,61}$/;

/** Which checkout shows which session on this page. */
const mounted = new Map();

/** Takes a session: a string, a promise, or a function that gives either. */
export function take(it, session) {
  const known = typeof session === "string";
  if (known && !SESSION.test(session)) wrong("session_malformed");
  if (!known && !session?.call && !session?.then) wrong("session_missing");
  if (known && it._box) claim(it, session);
  else release(it);
  it._known = known ? session : undefined;
  it._promised = undefined;
  it._options.session = session;
  if (!it._box) return;
  settle(it);
  it._order = undefined;
  renew(it);
}

/** Who waits to hear of an earlier visit hears it of the form, or the order, that begins now. */
export function renew(it) {
  const last = it._resumed;
  it._resumed = promise();
  if (last) it._resumed._done.then(last._tell);
}

export function claim(it, session) {
  if ((mounted.get(session) || it) !== it) wrong("session_already_mounted");
  release(it);
  mounted.set(session, it);
}

export function release(it) {
  if (mounted.get(it._known) === it) mounted.delete(it._known);
}

/** Names the session to the frame, as soon as the page knows it. */
export async function introduce(it) {
  const { session } = it._options;
  const box = it._box;
  let promised;
  const late = () => promised !== it._promised || box !== it._box;
  try {
    promised = it._promised ||= it._known || (session.call ? session() : session);
    const known = await promised;
    if (late()) return;
    // What is no session never leaves the page, a secret least of all.
    if (!SESSION.test(known)) wrong("session_malformed");
    claim(it, known);
    it._known = known;
    for (const message of [{ type: "session", session: known, key: it._key }, ...it._queue.splice(0)]) it._port.postMessage(message);
  } catch (error) {
    if (late()) return;
    it._promised = undefined;
    fail(it, error instanceof FlorinIntegrationError ? error.code : "session_unavailable");
  }
}
