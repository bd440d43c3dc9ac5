// Florin's loader: puts the payment form, which lives in a frame of its own origin, into a page.
// Sees no card: the page and the frame speak through a MessagePort, and only of how far it has come.
(() => {
  "use strict";
  if (window.Florin) return;

  const tag = document.currentScript;
  const home = tag && tag.src ? new URL(tag.src).origin : "";
  const EVENTS = "ready change focus blur escape submit action outcome loaderror".split(" ");
  const SECRET = /(?:^|[\s"'=:])(?:sk|rk|dev|integ|snd|prd|prod|epk|whsec|whsk)_/;
  const SESSION = /^cs_[\w-]{1,61}$/;
  const NO_HELLO_MS = 2000;
  const NOTHING_MS = 10000;

  /** Which checkout shows which session on this page. */
  const mounted = new Map();

  class FlorinIntegrationError extends Error {
    constructor(code, message) {
      super(message);
      this.name = "FlorinIntegrationError";
      this.code = code;
    }
  }
  const wrong = (code, message) => {
    throw new FlorinIntegrationError(code, message);
  };

  /** A secret that reached a page is lost: stop before it goes any further. */
  function refuseSecrets(value, seen = new Set()) {
    if (typeof value === "string") {
      if (SECRET.test(value)) wrong("secret_in_page", "This looks like a secret key. It must never be in a page: replace it at once.");
    } else if (value && typeof value === "object" && !(value instanceof Node) && !seen.has(value)) {
      seen.add(value);
      Object.values(value).forEach((inner) => refuseSecrets(inner, seen));
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
@container (max-width:19.99em){iframe{height:19.625em}.pay{top:19.11em}}`;

  function schemeOf(appearance, place) {
    const asked = appearance && appearance.scheme;
    if (asked === "light" || asked === "dark") return asked;
    // The page's own: dark only where the page says that it can be.
    const can = getComputedStyle(place).colorScheme;
    const prefers = matchMedia("(prefers-color-scheme:dark)").matches;
    return /dark/.test(can) && (prefers || !/light/.test(can)) ? "dark" : "light";
  }

  function autofill() {
    const policy = document.permissionsPolicy || document.featurePolicy;
    return policy && policy.features().includes("autofill") ? ";autofill" : "";
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
    #port;
    #queue = [];
    #timers = [];
    #stop;
    #ears = {};
    #paying;
    #resumed;
    #order = null;
    #dead;

    constructor(key, base, options) {
      this.#key = key;
      this.#options = { ...base, ...options };
      this.#origin = this.#options.frame ? new URL(this.#options.frame, location.href).origin : home;
      if (!this.#origin) wrong("frame_unknown", "Load florin.js with a script tag that has a src, or give the option frame.");
      this.#take(this.#options.session);
    }

    /** Takes a session: a string, a promise, or a function that gives either. */
    #take(session) {
      if (typeof session === "string") {
        if (!SESSION.test(session)) wrong("session_malformed", "A session begins with cs_.");
        if (this.#box) this.#claim(session);
        this.#known = session;
      } else if (!session || (typeof session !== "function" && typeof session.then !== "function")) {
        wrong("session_missing", "Give a session: a string, a promise or a function.");
      } else this.#known = undefined;
      this.#session = undefined;
      this.#options.session = session;
    }

    #claim(session) {
      const other = mounted.get(session);
      if (other && other !== this) wrong("session_already_mounted", "This session is already on the page.");
      if (this.#known && mounted.get(this.#known) === this) mounted.delete(this.#known);
      mounted.set(session, this);
    }

    #alive() {
      if (this.#dead) wrong("destroyed", "This checkout was destroyed.");
    }

    #mountedOnly() {
      this.#alive();
      if (!this.#box) wrong("not_mounted", "Mount the checkout first.");
    }

    on(name, hear) {
      if (!EVENTS.includes(name)) wrong("unknown_event", `There is no event ${name}.`);
      if (typeof hear !== "function") wrong("not_a_function", "on() wants a function.");
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
          setTimeout(() => {
            throw error;
          });
        }
      }
    }

    mount(where) {
      this.#alive();
      const place = typeof where === "string" ? document.querySelector(where) : where;
      if (!(place instanceof Node) || !("append" in place)) wrong("no_such_element", "There is no element to mount into.");
      if (this.#box) wrong("already_mounted", "This checkout is mounted already.");
      if (this.#known) this.#claim(this.#known);
      this.#place = place;
      this.#resumed = {};
      this.#resumed.done = new Promise((done) => (this.#resumed.tell = done));
      this.#open();
      return this;
    }

    /** Draws the outline, loads the frame, and waits for its hello. */
    #open() {
      const box = (this.#box = document.createElement("florin-frame"));
      const root = box.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      const slip = document.createElement("div");
      const pay = document.createElement("div");
      slip.className = "slip";
      pay.className = "pay";
      this.#place.append(box);

      const frame = (this.#frame = document.createElement("iframe"));
      const nonce = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const { locale, appearance } = this.#options;
      const scheme = this.#paint(appearance);
      const said = { origin: self.origin, nonce, scheme, locale };
      frame.title = "Card payment";
      frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms");
      frame.allow = `payment;publickey-credentials-get${autofill()}`;
      frame.referrerPolicy = "origin";
      frame.src = `${this.#origin}/v1/frame#${encodeURIComponent(JSON.stringify(said))}`;

      const hello = (event) => {
        const { source, origin, data } = event;
        if (source !== frame.contentWindow || origin !== this.#origin || !data || data.florin !== 1 || data.hello !== nonce) return;
        removeEventListener("message", hello);
        const channel = new MessageChannel();
        this.#port = channel.port1;
        channel.port1.onmessage = ({ data }) => this.#hear(data);
        source.postMessage({ florin: 1, nonce }, origin, [channel.port2]);
        this.#introduce();
      };
      const dark = matchMedia("(prefers-color-scheme:dark)");
      const repaint = () => this.#send({ type: "scheme", scheme: this.#paint(this.#options.appearance) });
      addEventListener("message", hello);
      dark.addEventListener("change", repaint);
      this.#stop = () => {
        removeEventListener("message", hello);
        dark.removeEventListener("change", repaint);
      };
      frame.onload = () => {
        // A frame that was moved in the document begins again, and forgets its port.
        if (this.#port) frame.onload = () => this.#again();
        else this.#later(NO_HELLO_MS, () => this.#port || this.#fail("origin_not_allowed"));
      };
      this.#later(NOTHING_MS, () => this.#fail("frame_unreachable"));
      root.append(slip, pay, frame);
    }

    /** The scheme of outline and frame: the same, else browsers paint the frame opaque. */
    #paint(appearance) {
      const scheme = schemeOf(appearance, this.#place instanceof Element ? this.#place : this.#place.host || document.body);
      const { style } = this.#box;
      const [paper, line, ink] = scheme === "dark" ? ["#151a1d", "#687276", "#e8eeef"] : ["#fdfcfa", "#7d888c", "#171f23"];
      style.setProperty("--paper", paper);
      style.setProperty("--line", line);
      style.setProperty("--ink", ink);
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
      this.#session ||= Promise.resolve(this.#known || (typeof session === "function" ? session() : session));
      const asked = this.#session;
      asked.then(
        (known) => {
          if (asked !== this.#session || box !== this.#box) return;
          refuseSecrets(known);
          if (!SESSION.test(known)) wrong("session_malformed", "A session begins with cs_.");
          this.#claim(known);
          this.#known = known;
          this.#port.postMessage({ type: "session", session: known, key: this.#key });
          this.#queue.splice(0).forEach((message) => this.#port.postMessage(message));
        },
      ).catch((error) => {
        if (asked !== this.#session || box !== this.#box) return;
        this.#session = undefined;
        this.#fail(error instanceof FlorinIntegrationError ? error.code : "session_unavailable");
      });
    }

    #send(message) {
      if (this.#port && this.#known) this.#port.postMessage(message);
      else this.#queue.push(message);
    }

    #hear(data) {
      const { type } = data;
      if (type === "ready") {
        this.#calm();
        for (const outline of this.#box.shadowRoot.querySelectorAll("div")) outline.remove();
        this.#emit("ready");
      } else if (type === "submit") this.#submit();
      else if (type === "action") this.#act(data.url);
      else if (type === "resumed") {
        this.#order = data.result.order;
        const there = data.result.status !== "open";
        this.#resumed.tell(there ? data.result : null);
        if (there) this.#emit("outcome", data.result);
      } else if (type === "outcome") this.#settle(data.result);
      else if (type === "failed") this.#settle(this.#complete(data));
      else if (type === "loaderror") {
        if (data.code === "frame_unreachable") return this.#fail(data.code);
        this.#resumed.tell(null);
        this.#emit(type, { code: data.code, message: data.message });
        this.#settle(null);
      } else if (EVENTS.includes(type)) {
        const { type: _, ...detail } = data;
        this.#emit(type, detail);
      }
    }

    /** An outcome that no server gave, in the shape of a Result. */
    #complete({ status, code, field, message }) {
      const advice = status === "unknown" ? "wait" : "try_again";
      const kind = status === "invalid" ? "validation" : "gateway";
      const error = { type: kind, code, message, ...(field && { field }), retryable: status !== "unknown", advice };
      return { status, ok: false, order: this.#order, attempt: null, error };
    }

    #settle(result) {
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
      this.#send({ type: "submit", yes });
    }

    #act(url) {
      let go = true;
      this.#emit("action", { url, preventDefault: () => (go = false) });
      // Only ever to a page: never a script, never data.
      if (go && /^https?:$/.test(new URL(url, "about:blank").protocol)) location.assign(url);
    }

    /** Never an eternal spinner: a sentence, a retry, an event. */
    #fail(code) {
      this.#shut();
      const message = code === "origin_not_allowed" ? "This page may not show the payment form." : "The payment form did not load. Nothing was charged.";
      const root = this.#box.shadowRoot;
      let [slip, pay] = root.querySelectorAll("div");
      if (!slip) {
        slip = document.createElement("div");
        pay = document.createElement("div");
        slip.className = "slip";
        pay.className = "pay";
        root.append(slip, pay);
      }
      this.#frame.onload = null;
      this.#frame.style.visibility = "hidden";
      const again = document.createElement("button");
      again.type = "button";
      again.textContent = "Try again";
      again.onclick = () => this.#again();
      slip.setAttribute("role", "alert");
      slip.textContent = message;
      pay.replaceChildren(again);
      root.append(slip, pay);
      this.#resumed.tell(null);
      this.#emit("loaderror", { code, message });
      this.#settle(null);
    }

    #again() {
      this.#shut();
      this.#box.remove();
      this.#open();
    }

    #shut() {
      this.#calm();
      this.#stop();
      if (this.#port) this.#port.close();
      this.#port = undefined;
      this.#queue = [];
    }

    pay() {
      this.#mountedOnly();
      if (!this.#paying) {
        const paying = (this.#paying = {});
        paying.done = new Promise((done) => (paying.tell = done));
        this.#send({ type: "pay" });
      }
      return this.#paying.done;
    }

    /** What came of an earlier visit; null when nothing did. */
    resume() {
      this.#mountedOnly();
      return this.#resumed.done;
    }

    update(options) {
      this.#alive();
      refuseSecrets(options);
      const { session, ...rest } = options;
      Object.assign(this.#options, rest);
      if (session) {
        this.#take(session);
        if (this.#port) this.#introduce();
      }
      if (this.#box && rest.appearance) this.#send({ type: "scheme", scheme: this.#paint(rest.appearance) });
      if (this.#box && "locale" in rest) this.#again();
    }

    refresh() {
      this.#mountedOnly();
      this.#send({ type: "refresh" });
    }

    focus(field = "number") {
      this.#mountedOnly();
      this.#frame.focus();
      this.#send({ type: "focus", field });
    }

    clear() {
      this.#mountedOnly();
      this.#send({ type: "clear" });
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

  function Florin(key, options) {
    if (key && typeof key === "object") [key, options] = [undefined, key];
    refuseSecrets([key, options]);
    if (key !== undefined && !/^(?:pk_|demo_)/.test(key)) wrong("key_malformed", "A publishable key begins with pk_.");
    return {
      checkout(given = {}) {
        refuseSecrets(given);
        return new Checkout(key, options, given);
      },
    };
  }
  Florin.FlorinIntegrationError = FlorinIntegrationError;
  Object.defineProperty(window, "Florin", { value: Florin });

  customElements.define(
    "florin-checkout",
    class extends HTMLElement {
      static observedAttributes = ["session", "locale", "scheme"];
      checkout = null;

      connectedCallback() {
        const attribute = (name) => this.getAttribute(name) || undefined;
        const session = attribute("session");
        if (this.checkout || !session) return;
        const appearance = { scheme: attribute("scheme") };
        this.style.display ||= "block";
        this.checkout = Florin(attribute("publishable-key"), { frame: attribute("frame") }).checkout({ session, appearance, locale: attribute("locale") });
        for (const name of EVENTS) this.checkout.on(name, (detail) => this.dispatchEvent(new CustomEvent(name, { detail })));
        this.checkout.mount(this);
      }

      disconnectedCallback() {
        if (this.checkout) this.checkout.destroy();
        this.checkout = null;
      }

      attributeChangedCallback(name, old, value) {
        if (!this.isConnected) return;
        if (!this.checkout || !value) this.disconnectedCallback(), this.connectedCallback();
        else if (old !== value) this.checkout.update(name === "scheme" ? { appearance: { scheme: value } } : { [name]: value });
      }

      pay() {
        return this.checkout.pay();
      }

      resume() {
        return this.checkout.resume();
      }
    },
  );
})();
