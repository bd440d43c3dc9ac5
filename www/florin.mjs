// Florin's loader: puts the payment form, which lives in a frame of its own origin, into a page.
// Sees no card: the page and the frame speak through a MessagePort, and only of how far it has come.
// Importing it does nothing; `florin.js` is the same for a script tag.
/** Where this file came from; the build writes the script tag's address here for `florin.js`. */
const home = (() => {
  try {
    return new URL(import.meta.url).origin;
  } catch {
    return "";
  }
})();
const EVENTS = "ready change focus blur escape submit action outcome loaderror".split(" ");
const SECRET = /(?:[\s"'=:]|\\[nrt])(?:sk|rk|dev|integ|snd|prd|prod|epk|whsec|whsk)_/;
const SESSION = /^cs_[\w-]{1,61}$/;
const NO_HELLO_MS = 2000;
const NOTHING_MS = 10000;
const GOOD = ["paid", "authorized", "processing"];
const among = (words) => (value) => words.split(" ").includes(value);
/** What can be set, and to what. */
const OPTIONS = {
  session: () => true,
  frame: (url) => typeof url === "string",
  locale(tag) {
    try {
      return Intl.getCanonicalLocales(tag)[0];
    } catch {}
  },
  appearance: (look) => look && !check(look, { scheme: among("auto light dark") }, "appearance."),
  presentation: among("auto dialog redirect"),
};
const OBSERVED = ["session", "locale", "scheme", "presentation"];
const NOT_YET = "fields density labels fonts theme variables rules".split(" ");

/** Which checkout shows which session on this page. */
const mounted = new Map();

export class FlorinIntegrationError extends Error {
  constructor(code, about = "") {
    super(`${code.replaceAll("_", " ")} ${about}`);
    this.name = "FlorinIntegrationError";
    this.code = code;
  }
}
const wrong = (code, about) => {
  throw new FlorinIntegrationError(code, about);
};
const promise = () => {
  const it = {};
  it.done = new Promise((tell) => (it.tell = tell));
  return it;
};
const make = (tag, className = "") => Object.assign(document.createElement(tag), { className });

/** A secret that reached a page is lost: stop before it goes any further. */
function refuseSecrets(given) {
  if (SECRET.test(JSON.stringify(given))) wrong("secret_in_page", "replace this key at once");
}

/** What the form can't do is refused by name: nothing is ignored in silence. */
function check(given, known = OPTIONS, path = "") {
  refuseSecrets(given);
  for (const [name, value] of Object.entries(given)) {
    const can = known[name];
    if (value === undefined) continue;
    if (!can) wrong(NOT_YET.includes(name) ? "option_not_supported" : "unknown_option", path + name);
    if (!can(value)) wrong("option_malformed", path + name);
  }
}

// The empty slip, in the place and size of the form, until that is painted.
const STYLE = `
:host{all:initial;display:block!important;position:relative!important;font-size:medium!important;container-type:inline-size;width:auto}
iframe{position:relative;display:block;width:100%;height:18.375em;border:0}
div{position:absolute;inset:0 0 auto;max-width:30em;box-sizing:border-box;border:1px solid var(--line);border-radius:.75em;background:var(--paper);color:var(--ink);font:.84375em/1.5 system-ui,sans-serif}
.slip{height:13.4815em;padding:1.2em;border-radius:.889em}
.pay{top:17.63em;height:3.852em;border-radius:.889em}
button{position:absolute;inset:0;width:100%;border:0;border-radius:inherit;background:none;color:inherit;font:600 1.185em/1.5 system-ui,sans-serif;cursor:pointer}
button:focus-visible{outline:3px solid;outline-offset:-3px}
@container (max-width:19.99em){iframe{height:19.625em}.pay{top:19.11em}}
dialog{padding:0;border:0;width:32rem;height:46rem;border-radius:.75rem;overflow:hidden;background:#fff;color-scheme:light}
dialog::backdrop{background:#000a}
dialog iframe{height:100%}
@media (max-width:40rem),(max-height:40rem){dialog{width:100%;height:100%;max-width:none;max-height:none;border-radius:0}}`;

function schemeOf(appearance, place) {
  if (/^[ld]/.test(appearance?.scheme)) return appearance.scheme;
  // The page's own: dark only where the page says that it can be.
  const can = getComputedStyle(place).colorScheme;
  const prefers = matchMedia("(prefers-color-scheme:dark)").matches;
  return /dark/.test(can) && (prefers || !/light/.test(can)) ? "dark" : "light";
}

/**
 * A frame of ours, and the one handshake: exact source, origin and nonce, then a port. Until the
 * signal stops it.
 */
function shake(frame, signal, origin, path, said, met, more = "") {
  const nonce = crypto.getRandomValues(new Uint8Array(16)).join(".");
  const hello = (event) => {
    const { source, data } = event;
    if (source !== frame.contentWindow || event.origin !== origin || data?.florin !== 1 || data.hello !== nonce) return;
    removeEventListener("message", hello);
    const { port1, port2 } = new MessageChannel();
    source.postMessage({ florin: 1, nonce }, origin, [port2]);
    met(port1);
  };
  frame.referrerPolicy = "origin";
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms" + more);
  // Naming a feature that a browser does not know makes it complain.
  frame.allow = "payment;publickey-credentials-get" + (document.featurePolicy?.features().includes("autofill") ? ";autofill" : "");
  frame.src = `${origin}/v1/${path}#${encodeURIComponent(JSON.stringify({ origin: self.origin, nonce, ...said }))}`;
  addEventListener("message", hello, { signal });
}

class Checkout {
  #key;
  #options;
  #origin;
  #session; // a promise, asked once
  #known; // the session, once known
  #place;
  #box;
  #frame;
  #outline; // of slip and button, until the form is painted
  #port;
  #queue = [];
  #timers = [];
  #stop;
  #ears = {};
  #paying;
  #dialog; // of the bank
  #resumed;
  #order = null;
  #dead;

  constructor(key, base, options) {
    this.#key = key;
    // Without a prototype: what a polluted one holds was never asked for.
    this.#options = { __proto__: null, ...base, ...options };
    check(this.#options);
    this.#origin = this.#options.frame ? new URL(this.#options.frame, location.href).origin : home;
    if (!this.#origin) wrong("frame_missing");
    this.#take(this.#options.session);
  }

  /** Takes a session: a string, a promise, or a function that gives either. */
  #take(session) {
    if (typeof session === "string") {
      if (!SESSION.test(session)) wrong("session_malformed");
      if (this.#box) this.#claim(session);
      this.#known = session;
    } else if (!session || (typeof session !== "function" && typeof session.then !== "function")) {
      wrong("session_missing");
    } else this.#known = undefined;
    this.#session = undefined;
    this.#options.session = session;
  }

  #claim(session) {
    const other = mounted.get(session);
    if (other && other !== this) wrong("session_already_mounted");
    if (this.#known && mounted.get(this.#known) === this) mounted.delete(this.#known);
    mounted.set(session, this);
  }

  #alive() {
    if (this.#dead) wrong("destroyed");
  }

  /** Says something to the form, which must be mounted. */
  #say(message) {
    this.#alive();
    if (!this.#box) wrong("not_mounted");
    if (message) this.#send(message);
  }

  on(name, hear) {
    if (!EVENTS.includes(name)) wrong("unknown_event", name);
    if (typeof hear !== "function") wrong("not_a_function");
    const ears = (this.#ears[name] ||= new Set());
    ears.add(hear);
    return () => ears.delete(hear);
  }

  #emit(name, detail = {}) {
    for (const hear of [...(this.#ears[name] || [])]) {
      try {
        hear(detail);
      } catch (error) {
        // A page's mistake is reported as its own, and stops nobody's payment.
        reportError(error);
      }
    }
  }

  mount(where) {
    this.#alive();
    const place = typeof where === "string" ? document.querySelector(where) : where;
    if (!place?.append) wrong("no_element");
    if (this.#box) wrong("already_mounted");
    if (this.#known) this.#claim(this.#known);
    this.#place = place;
    this.#resumed = promise();
    this.#open();
    return this;
  }

  /** Draws the outline, loads the frame, and waits for its hello. */
  #open() {
    const box = (this.#box = make("florin-frame"));
    const root = box.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.#place.append(box);

    const frame = (this.#frame = make("iframe"));
    const { locale, appearance } = this.#options;
    const scheme = this.#paint(appearance);
    frame.title = "Card payment";
    const { signal } = (this.#stop = new AbortController());
    shake(frame, signal, this.#origin, "frame", { scheme, locale }, (port) => {
      this.#port = port;
      port.onmessage = ({ data }) => this.#hear(data);
      this.#introduce();
    });
    const dark = matchMedia("(prefers-color-scheme:dark)");
    const repaint = () => this.#send({ type: "scheme", scheme: this.#paint(this.#options.appearance) });
    // A page that comes back from the browser's cache begins again: empty, and with the order's status.
    addEventListener("pageshow", ({ persisted }) => persisted && this.#again(), { signal });
    dark.addEventListener("change", repaint, { signal });
    frame.onload = () => {
      // A frame that was moved in the document begins again, and forgets its port.
      if (this.#port) frame.onload = () => this.#again();
      else this.#later(NO_HELLO_MS, () => this.#port || this.#fail("origin_not_allowed"));
    };
    this.#later(NOTHING_MS, () => this.#fail("frame_unreachable"));
    root.append(...(this.#outline = [make("div", "slip"), make("div", "pay")]), frame);
  }

  /** The scheme of outline and frame: the same, else browsers paint the frame opaque. */
  #paint(appearance) {
    const scheme = schemeOf(appearance, this.#place instanceof Element ? this.#place : this.#place.host || document.body);
    this.#box.style.cssText = `--paper:#${scheme === "dark" ? "151a1d;--line:#687276;--ink:#e8eeef" : "fdfcfa;--line:#7d888c;--ink:#171f23"}`;
    this.#frame.style.colorScheme = scheme;
    return scheme;
  }

  #later(ms, act) {
    this.#timers.push(setTimeout(act, ms));
  }

  #calm() {
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
  }

  /** Names the session to the frame, as soon as the page knows it. */
  #introduce() {
    const { session } = this.#options;
    const box = this.#box;
    this.#session ||= (async () => this.#known || (typeof session === "function" ? session() : session))();
    const asked = this.#session;
    const late = () => asked !== this.#session || box !== this.#box;
    asked.then((known) => {
      if (late()) return;
      refuseSecrets([known]);
      if (!SESSION.test(known)) wrong("session_malformed");
      this.#claim(known);
      this.#known = known;
      this.#port.postMessage({ type: "session", session: known, key: this.#key });
      this.#queue.splice(0).forEach((message) => this.#send(message));
    }).catch((error) => {
      if (late()) return;
      this.#session = undefined;
      this.#fail(error instanceof FlorinIntegrationError ? error.code : "session_unavailable");
    });
  }

  #send(message) {
    if (this.#port && this.#known) this.#port.postMessage(message);
    else this.#queue.push(message);
  }

  #hear(data) {
    const { type, ...detail } = data;
    if (type === "ready") {
      this.#calm();
      this.#outline.forEach((part) => part.remove());
      this.#emit("ready");
    } else if (type === "submit") this.#submit();
    else if (type === "action") this.#act(data.url);
    else if (type === "resumed") {
      this.#order = data.result.order;
      const there = data.result.status !== "open";
      this.#resumed.tell(there ? data.result : null);
      // A payment that the page still waits for, from before the frame began again, ends here.
      if (there || this.#paying?.lost) this.#settle(data.result);
    } else if (type === "outcome") this.#settle(data.result);
    else if (type === "failed") this.#settle(this.#complete(data));
    else if (type === "loaderror") {
      if (data.code === "frame_unreachable") return this.#fail(data.code);
      this.#resumed.tell(null);
      this.#emit(type, detail);
      this.#settle(null);
    } else if (EVENTS.includes(type)) this.#emit(type, detail);
  }

  /** An outcome that no server gave, in the shape of a Result. */
  #complete({ status, code, field, message }) {
    const advice = status === "unknown" ? "wait" : "try_again";
    const kind = status === "invalid" ? "validation" : "gateway";
    const error = { type: kind, code, message, ...(field && { field }), retryable: status !== "unknown", advice };
    return { status, ok: false, order: this.#order, attempt: null, error };
  }

  #settle(result) {
    // The dialog is open: its end is the outcome.
    if (this.#dialog && result?.status === "requires_action") return;
    this.#close();
    if (result) {
      this.#order = result.order || this.#order;
      this.#emit("outcome", result);
    }
    const paying = this.#paying;
    this.#paying = undefined;
    if (paying) paying.tell(result || this.#complete({ status: "open", code: "order_unreadable", message: "The order could not be read." }));
  }

  /** Whoever listens may veto, or make the payment wait. */
  async #submit() {
    const waits = [];
    let yes = true;
    this.#emit("submit", { preventDefault: () => (yes = false), waitUntil: (promise) => waits.push(promise) });
    try {
      await Promise.all(waits);
    } catch {
      yes = false;
    }
    this.#send({ type: "submit", yes, dialog: this.#inDialog() });
  }

  /** Banks send none of the headers that isolated pages ask of frames: there the browser leaves. */
  #inDialog() {
    return this.#options.presentation !== "redirect" && !self.crossOriginIsolated;
  }

  #act(url) {
    let go = true;
    this.#emit("action", { url, preventDefault: () => (go = false) });
    // Only ever to a page: never a script, never data.
    if (!go || !/^https?:$/.test(new URL(url, "about:blank").protocol)) return;
    if (this.#inDialog()) this.#challenge(url);
    else location.assign(url);
  }

  /** The bank's page in a dialog; without progress in ten seconds the browser leaves for it. */
  #challenge(url) {
    this.#close();
    const dialog = make("dialog");
    const frame = make("iframe");
    const stop = new AbortController();
    let port;
    const leave = () => {
      this.#close();
      location.assign(url);
    };
    const timer = setTimeout(leave, NOTHING_MS);
    const tell = (type) => {
      this.#close();
      this.#send({ type });
    };
    frame.title = "Confirm with your bank";
    const hear = ({ data: { type } }) => {
      if (type === "progress") clearTimeout(timer);
      else if (type === "leave") leave();
      else if (type === "abandon" || type === "returned") tell(type);
    };
    // Popups, but no top navigation: a bank's page never takes the shop's page away.
    const met = (its) => ((port = its).onmessage = hear);
    shake(frame, stop.signal, this.#origin, "challenge", { url }, met, " allow-popups allow-popups-to-escape-sandbox");
    dialog.oncancel = (event) => {
      event.preventDefault();
      tell("abandon");
    };
    dialog.append(frame);
    this.#box.shadowRoot.append(dialog);
    dialog.showModal();
    this.#dialog = () => {
      clearTimeout(timer);
      stop.abort();
      port?.close();
      dialog.close();
      dialog.remove();
    };
  }

  #close() {
    this.#dialog?.();
    this.#dialog = undefined;
  }

  /** Never an eternal spinner: a sentence, a retry, an event. */
  #fail(code) {
    this.#shut();
    const message = code === "origin_not_allowed" ? "This page may not show the payment form." : "The payment form did not load. Nothing was charged.";
    const [slip, pay] = this.#outline;
    this.#frame.onload = null;
    this.#frame.style.visibility = "hidden";
    const again = make("button");
    again.textContent = "Try again";
    again.onclick = () => this.#again();
    slip.role = "alert";
    slip.textContent = message;
    pay.replaceChildren(again);
    this.#box.shadowRoot.append(slip, pay);
    this.#resumed.tell(null);
    this.#emit("loaderror", { code, message });
    this.#settle(null);
  }

  #again() {
    if (this.#paying) this.#paying.lost = true;
    this.#shut();
    this.#box.remove();
    this.#open();
  }

  #shut() {
    this.#close();
    this.#calm();
    this.#stop.abort();
    if (this.#port) this.#port.close();
    this.#port = undefined;
    this.#queue = [];
  }

  pay() {
    this.#say();
    if (!this.#paying) {
      this.#paying = promise();
      this.#send({ type: "pay" });
    }
    return this.#paying.done;
  }

  /** What came of an earlier visit; null when nothing did. */
  resume() {
    this.#say();
    return this.#resumed.done;
  }

  update(options) {
    this.#alive();
    check(options, { ...OPTIONS, frame: 0 });
    const { session, ...rest } = options;
    Object.assign(this.#options, rest);
    if (session) {
      this.#take(session);
      if (this.#port) this.#introduce();
    }
    if (this.#box && "appearance" in rest) this.#send({ type: "scheme", scheme: this.#paint(rest.appearance) });
    if (this.#box && "locale" in rest) this.#send({ type: "locale", locale: rest.locale || navigator.language });
  }

  refresh() {
    this.#say({ type: "refresh" });
  }

  focus(field = "number") {
    this.#say({ type: "focus", field });
    this.#frame.focus();
  }

  clear() {
    this.#say({ type: "clear" });
  }

  /** Goes to the first mistake, if there is one; never pays. */
  validate() {
    this.#say({ type: "validate" });
  }

  unmount() {
    if (!this.#box) return;
    this.#shut();
    this.#box.remove();
    this.#box = this.#frame = this.#place = undefined;
    if (mounted.get(this.#known) === this) mounted.delete(this.#known);
    this.#resumed.tell(null);
    this.#settle(null);
  }

  destroy() {
    this.unmount();
    this.#ears = {};
    this.#dead = true;
  }
}

export function Florin(key, options) {
  if (key && typeof key === "object") [key, options] = [undefined, key];
  refuseSecrets([key]);
  check(options || {});
  if (key !== undefined && !/^(?:pk_|demo_)/.test(key)) wrong("key_malformed");
  return {
    checkout(given = {}) {
      return new Checkout(key, options, given);
    },
  };
}
Florin.FlorinIntegrationError = FlorinIntegrationError;

/** Makes `<florin-checkout>` and `<florin-pay-button>` known to the page. */
export function define() {
  customElements.define(
    "florin-checkout",
    class extends HTMLElement {
      static formAssociated = true;
      static observedAttributes = OBSERVED;
      checkout = null;
      #inner = this.attachInternals();
      #root;
      #off; // by a fieldset
      #asked; // the shopper, or their form, wants to pay
      #submitter;
      #go; // paid: the form may leave

      connectedCallback() {
        const attribute = (name) => this.getAttribute(name) || undefined;
        const [session, locale, scheme, presentation, theme, frame, key] = [...OBSERVED, "theme", "frame", "publishable-key"].map(attribute);
        if (this.checkout || !session) return;
        this.style.display ||= "block";
        this.checkout = Florin(key).checkout({ session, locale, presentation, frame, appearance: { scheme, theme } });
        for (const name of EVENTS) {
          this.checkout.on(name, (detail) => {
            this.dispatchEvent(new CustomEvent(name, { detail }));
            this.#hear(name, detail);
          });
        }
        this.#judge(false);
        this.checkout.mount(this);
      }

      disconnectedCallback() {
        this.checkout?.destroy();
        this.checkout = null;
      }

      attributeChangedCallback(name, old, value) {
        if (!this.isConnected || old === value) return;
        if (!this.checkout || !value) this.disconnectedCallback(), this.connectedCallback();
        else this.checkout.update(name === "scheme" ? { appearance: { scheme: value } } : { [name]: value });
      }

      formAssociatedCallback(form) {
        this.#root?.removeEventListener("submit", this.#submit);
        // At the root, after the page's own listeners, which may prevent it.
        this.#root = form?.getRootNode();
        this.#root?.addEventListener("submit", this.#submit);
      }

      formDisabledCallback(disabled) {
        this.inert = this.#off = disabled;
        this.style.opacity = disabled ? 0.5 : "";
      }

      formResetCallback() {
        this.checkout?.clear();
      }

      #judge(complete) {
        this.#inner.setValidity({ valueMissing: !complete }, "No card.");
      }

      #hear(name, detail) {
        if (name === "change") this.#judge(detail.complete);
        const { form } = this.#inner;
        if (!form || this.#off) return;
        if (name === "submit") {
          this.#judge(true);
          if (form.reportValidity()) this.#asked = true;
          else detail.preventDefault();
        } else if (name === "outcome" && GOOD.includes(detail.status)) {
          const value = new FormData();
          value.set("florin_order", detail.order.id);
          this.#inner.setFormValue(value);
          this.#judge(true);
          if (!this.#asked) return;
          this.#asked = false;
          this.#go = true;
          form.requestSubmit(this.#submitter);
        }
      }

      #submit = (event) => {
        const { target, submitter } = event;
        if (target !== this.#inner.form || event.defaultPrevented || this.#off || !this.checkout) return;
        if (this.#go) return (this.#go = false);
        event.preventDefault();
        this.#submitter = submitter;
        this.#asked = true;
        this.checkout.pay().then(({ status }) => GOOD.includes(status) || (this.#asked = false));
      };

      /** The browser found the card missing: its bubble can't point into a frame, the form can. */
      #missing = this.addEventListener("invalid", (event) => {
        event.preventDefault();
        this.checkout?.validate();
      });

      pay() {
        return this.checkout.pay();
      }

      resume() {
        return this.checkout.resume();
      }
    },
  );
  customElements.define(
    "florin-pay-button",
    class extends HTMLElement {
      connectedCallback() {
        import(`${home}/v1/florin-pay-button.js`).then(({ furnish }) => furnish(this));
      }
    },
  );
}

export default Florin;
