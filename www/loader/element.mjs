// `<florin-checkout>`: a checkout as an element, and a field of the form around it; and `<florin-pay-button>`.
import { lost } from "./lost.mjs";
import { EVENTS, tell } from "./events.mjs";
import { Florin } from "./checkout.mjs";
import { more } from "./lazy.mjs";
import { wrong } from "./mistakes.mjs";

const OBSERVED = "scheme theme session locale presentation labels density".split(" ");

/** What the element uses of the file that is loaded later; without it, it says so. */
const part = (element, use) => more().then(use, () => tell(element, "loaderror", lost({}, undefined, "Part of the payment form did not load.")));

class FlorinCheckout extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = OBSERVED;
  checkout = null;
  #inner = this.attachInternals();

  #said(name) {
    return this.getAttribute(name) || undefined;
  }

  #options() {
    const given = {};
    for (const name of OBSERVED) given[name] = this.#said(name);
    const { scheme, theme, ...options } = given;
    return { ...options, appearance: { scheme, theme } };
  }

  connectedCallback() {
    const options = this.#options();
    if (this.checkout || !options.session) return;
    this.style.display ||= "block";
    this.checkout = Florin(this.#said("publishable-key")).checkout({ ...options, frame: this.#said("frame") });
    for (const name of EVENTS) {
      this.checkout.on(name, (detail) => {
        // Who judges the form around it comes later.
        this.#inner[name] = detail;
        tell(this, name, detail);
      });
    }
    this.checkout.mount(this);
  }

  disconnectedCallback() {
    this.checkout?.destroy();
    this.checkout = null;
  }

  attributeChangedCallback(name, old, value) {
    if (!this.isConnected || old === value) return;
    if (!this.checkout || (name === "session" && !value)) this.disconnectedCallback(), this.connectedCallback();
    else this.checkout.update(this.#options());
  }

  formAssociatedCallback(form) {
    if (!form) return;
    // Nothing is sent before the card is paid for, nor before it is known how to.
    const hold = (event) => {
      if (this.inert || this.#inner.form !== form) return;
      event?.preventDefault();
      part(this, ({ join }) => join(this, this.#inner, form, hold, event));
    };
    form.addEventListener("submit", hold);
    hold();
  }

  formResetCallback() {
    this.checkout?.clear();
  }

  /** How it looks then is the page's: `florin-checkout:disabled`. */
  formDisabledCallback(disabled) {
    this.inert = disabled;
  }

  #its() {
    return this.checkout || wrong(this.#said("session") ? "not_mounted" : "session_missing");
  }

  pay() {
    return this.#its().pay();
  }

  resume() {
    return this.#its().resume();
  }
}

/** Makes `<florin-checkout>` and `<florin-pay-button>` known to the page. */
export const define = () => {
  if (customElements.get("florin-checkout")) wrong("already_defined");
  customElements.define("florin-checkout", FlorinCheckout);
  customElements.define("florin-pay-button", class extends HTMLElement {
    connectedCallback() {
      part(this, ({ furnish }) => furnish(this));
    }
  });
};
