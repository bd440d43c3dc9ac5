// Which session a checkout shows: given at once, promised, or asked for; on a page only once.
import { fail } from "./frame.mjs";
import { FlorinIntegrationError, wrong } from "./mistakes.mjs";

const SESSION = /^cs_[\w-]{1,61}$/;

/** Which checkout shows which session on this page. */
const mounted = new Map();

/** Takes a session: a string, a promise, or a function that gives either. */
export function take(it, session) {
  const known = typeof session === "string";
  if (known && !SESSION.test(session)) wrong("session_malformed");
  if (!known && typeof session !== "function" && typeof session?.then !== "function") wrong("session_missing");
  if (known && it._box) claim(it, session);
  else release(it);
  it._known = known ? session : undefined;
  it._asked = undefined;
  it._options.session = session;
}

export function claim(it, session) {
  const other = mounted.get(session);
  if (other && other !== it) wrong("session_already_mounted");
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
  const asked = (it._asked ||= (async () => it._known || (typeof session === "function" ? session() : session))());
  const late = () => asked !== it._asked || box !== it._box;
  try {
    const known = await asked;
    if (late()) return;
    // What is no session never leaves the page, a secret least of all.
    if (!SESSION.test(known)) wrong("session_malformed");
    claim(it, known);
    it._known = known;
    for (const message of [{ type: "session", session: known, key: it._key }, ...it._queue.splice(0)]) it._port.postMessage(message);
  } catch (error) {
    if (late()) return;
    it._asked = undefined;
    fail(it, error instanceof FlorinIntegrationError ? error.code : "session_unavailable");
  }
}
