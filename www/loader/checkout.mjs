// A checkout: what a page holds in its hand. Its state is a record that never leaves the loader.
import { HOME } from "./home.mjs";
import { FlorinIntegrationError, refuseSecrets, wrong } from "./mistakes.mjs";
import { on } from "./events.mjs";
import { send, sendFonts } from "./line.mjs";
import { check, isField, OPTIONS, some, tried } from "./options.mjs";
import { claim, introduce, release, take } from "./session.mjs";
import { pay, settle } from "./paying.mjs";
import { words } from "./lost.mjs";
import { language, open, repaint, shut } from "./frame.mjs";

export const Florin = (key, options) => {
  if (some(key)) [key, options] = [undefined, key];
  refuseSecrets([key]);
  check(options || {});
  if (!/^(pk|demo)_/.test(key ?? "pk_")) wrong("key_malformed");
  return { checkout: (given = {}) => begin(key, { __proto__: null, ...options, ...given }) };
}

Florin.FlorinIntegrationError = FlorinIntegrationError;

/** Without a prototype, this and the options: what a polluted one holds was never asked for. */
const begin = (_key, _options) => {
  check(_options);
  const _origin = _options.frame ? tried(() => new URL(_options.frame).origin) : HOME;
  if (!_origin) wrong("frame_missing");
  const it = {
    __proto__: null,
    _key,
    _options,
    _origin,
    _ears: new EventTarget(),
    // Later: the _queue for the form, _known session, the _promised one, _place, _box, _frame, _outline until the form is painted, _port,
    // _stop of listeners, the _try under way, what its `submit` _asked until it is answered, the one that _sent a payment whose end is not known to be free of
    // a charge, _said of the last one, _resumed, the visit to
    // the _bank, _dead.
  };
  take(it, _options.session);
  return face(it);
};

/** The methods. None of them rejects for business. */
const face = (it) => {
  const alive = () => it._dead && wrong("destroyed");
  const unmount = () => {
    if (!it._box) return;
    shut(it);
    it._box.remove();
    it._box = undefined;
    release(it);
    settle(it);
  };
  const say = (type, said) => {
    alive();
    if (!it._box) wrong("not_mounted");
    if (type) send(it, type, said);
  };
  const face = {
    on: (name, hear) => on(it, name, hear),
    mount: (where) => {
      alive();
      const place = where?.append && where !== document ? where : tried(() => document.querySelector(where));
      if (!place) wrong("no_element");
      if (it._box) wrong("already_mounted");
      if (it._known) claim(it, it._known);
      it._place = place;
      open(it);
      return face;
    },
    pay: () => {
      say();
      return pay(it);
    },
    /** What came of an earlier visit; null when nothing did. */
    resume: () => {
      say();
      return it._resumed;
    },
    update: (options) => {
      alive();
      check(options, { ...OPTIONS, frame: 0 });
      const { session, ...rest } = options;
      const spoken = language(it);
      // The same once more, as an element or a renderer says it, is no other order.
      if (session !== undefined && session !== it._options.session) {
        take(it, session);
        if (it._port) introduce(it);
      }
      Object.assign(it._options, rest);
      if (!it._box) return;
      repaint(it);
      if (rest.fonts) sendFonts(it);
      if (language(it) === spoken) return;
      it._frame.title = words(it)[0];
      send(it, "locale", { locale: language(it) });
    },
    refresh: () => say("refresh"),
    focus: (field = "number") => {
      say();
      if (!isField(field)) wrong("unknown_field", field);
      it._frame.focus();
      say("focus", { field });
    },
    clear: () => say("clear"),
    /** Goes to the first mistake, if there is one; never pays. */
    validate: () => say("validate"),
    unmount,
    destroy: () => {
      unmount();
      it._ears = new EventTarget();
      it._dead = true;
    },
  };
  return face;
};
