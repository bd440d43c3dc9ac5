// `<florin-checkout>`: a checkout as an element, and a field of the form around it; and `<florin-pay-button>`.
import { Florin } from "./checkout.mjs";
import { EVENTS } from "./events.mjs";
import { more } from "./lazy.mjs";

const OBSERVED = ["session", "locale", "presentation", "labels", "density", "scheme", "theme"];

class FlorinCheckout extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = OBSERVED;
  checkout = null;
  #inner = this.attachInternals();

  #options() {
    const given = {};
    for (const name of OBSERVED) given[name] = this.getAttribute(name) || undefined;
    const { scheme, theme, ...options } = given;
    return { ...options, appearance: { scheme, theme } };
  }

  connectedCallback() {
    const options = this.#options();
    if (this.checkout || !options.session) return;
    this.style.display ||= "block";
    this.checkout = Florin(this.getAttribute("publishable-key") || undefined).checkout({ ...options, frame: this.getAttribute("frame") || undefined });
    for (const name of EVENTS) {
      this.checkout.on(name, (detail) => {
        if (name === "change") this.#judge(detail.complete);
        this.dispatchEvent(new CustomEvent(name, { detail }));
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
    const hold = (event) => event.preventDefault();
    this.#judge();
    form.addEventListener("submit", hold);
    more().then(({ join }) => {
      form.removeEventListener("submit", hold);
      join(this, this.#inner, form);
    });
  }

  #judge(complete) {
    this.#inner.setValidity({ valueMissing: !complete }, "No card.");
  }

  /** How it looks then is the page's: `florin-checkout:disabled`. */
  formDisabledCallback(disabled) {
    this.inert = disabled;
  }

  formResetCallback() {
    this.checkout?.clear();
  }

  pay() {
    return this.checkout.pay();
  }

  resume() {
    return this.checkout.resume();
  }
}

class FlorinPayButton extends HTMLElement {
  connectedCallback() {
    more().then(({ furnish }) => furnish(this));
  }
}

/** Makes `<florin-checkout>` and `<florin-pay-button>` known to the page. */
export function define() {
  customElements.define("florin-checkout", FlorinCheckout);
  customElements.define("florin-pay-button", FlorinPayButton);
}
