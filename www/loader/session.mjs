// Which session a checkout shows: given at once, promised, or asked for; on a page only once.
import { promise } from "./dom.mjs";
import { fail } from "./frame.mjs";
import { settle } from "./paying.mjs";
import { send } from "./line.mjs";
import { FlorinIntegrationError, wrong } from "./mistakes.mjs";

const SESSION = /^cs_[\w-]{1,61}$/;

/** Which checkout shows which session on this page. */
const mounted = new Map();

/** Takes a session: a string, a promise, or a function that gives either. */
export const take = (it, session) => {
  const known = typeof session === "string";
  if (known && !SESSION.test(session)) wrong("session_malformed");
  if (!known && !session?.call && !session?.then) wrong("session_missing");
  if (known && it._box) claim(it, session);
  else release(it);
  // What the form asks of the last order is asked no more.
  if (it._asked) send(it, "submit", { of: it._known });
  it._asked = undefined;
  it._known = known ? session : undefined;
  it._promised = undefined;
  it._options.session = session;
  if (it._box) settle(it), renew(it);
  it._sent = it._order = it._said = undefined;
};

/** Who waits to hear of an earlier visit hears it of the form that begins now. */
export const renew = (it) => {
  const last = it._resumed;
  it._resumed = promise();
  if (last) it._resumed.then(last._tell);
};

export const claim = (it, session) => {
  if ((mounted.get(session) || it) !== it) wrong("session_already_mounted");
  release(it);
  mounted.set(session, it);
};

export const release = (it) => {
  if (mounted.get(it._known) === it) mounted.delete(it._known);
};

/** Names the session to the frame, as soon as the page knows it. */
export const introduce = async (it) => {
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
    send(it, "session", { session: known, key: it._key });
    for (const message of it._queue.splice(0)) it._port.postMessage(message);
  } catch (error) {
    if (late()) return;
    it._promised = undefined;
    fail(it, error instanceof FlorinIntegrationError ? error.code : "session_unavailable");
  }
};
