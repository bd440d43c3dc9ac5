// What the page says to the form; what was said too early waits until the form knows its session.
import { more } from "./lazy.mjs";

export const send = (it, type, said) => {
  const message = { type, ...said };
  if (it._port && it._known) it._port.postMessage(message);
  else it._queue.push(message);
};

/** The page's fonts, each time that the form begins, and when they change. */
export const sendFonts = (it) => {
  it._options.fonts && more().then(({ handOver }) => it._port && handOver(it._options.fonts, it._port));
};
