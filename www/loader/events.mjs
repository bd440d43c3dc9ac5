// What a page can listen to. The browser reports a listener's mistake as the page's own, and goes on.
import { wrong } from "./mistakes.mjs";

export const EVENTS = "ready change focus blur escape submit action outcome loaderror".split(" ");

export const on = (it, name, hear) => {
  if (!EVENTS.includes(name)) wrong("unknown_event", name);
  if (!hear?.call) wrong("not_a_function");
  const ear = ({ detail }) => hear(detail);
  it._ears.addEventListener(name, ear);
  return () => it._ears.removeEventListener(name, ear);
};

export const tell = (target, name, detail) => target.dispatchEvent(new CustomEvent(name, { detail }));

export const emit = (it, name, detail) => tell(it._ears, name, detail);
