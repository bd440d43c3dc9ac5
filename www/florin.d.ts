/** Types of florin.js. The result comes from the merchant server; act on `ok` only to say thanks. */

export interface FlorinOptions {
  /** Where the frame is served, an origin such as `https://pay.example`, when florin.js itself comes from elsewhere. */
  frame?: string;
  /** A language tag such as `en-GB`; without it the browser's. */
  locale?: string;
}

export interface Appearance {
  theme?: "default" | "flat" | "night" | "minimal" | "contrast" | "none";
  /** `auto`, the default, follows the page. */
  scheme?: "auto" | "light" | "dark";
  /**
   * Colours, radii, weights and the font: `{ colorPrimary: "#0a7d55" }`. The same as `--florin-color-primary` in
   * the page's own style sheet, on the element or around it; these win. What the form does not know it names in
   * the console.
   */
  variables?: Record<string, string>;
}

/** A font for the form: the page fetches it, the frame gets the bytes. */
export interface Font {
  /** As `variables.fontFamily` names it. */
  family: string;
  /** An address that the page may fetch, or the bytes. */
  src: string | ArrayBuffer;
  weight?: string;
  style?: string;
}

/** `cs_…`, or a way to get one: the form takes typing before the order exists. */
export type Session = string | Promise<string> | (() => string | Promise<string>);

export interface CheckoutOptions extends FlorinOptions {
  session: Session;
  appearance?: Appearance;
  /** Which fields there are; a name and no address unless said otherwise. */
  fields?: { name?: boolean; postalCode?: boolean; country?: boolean; /** Goes on to the next field by itself. */ autoAdvance?: boolean };
  density?: "compact" | "normal" | "touch";
  labels?: "inside" | "above" | "hidden";
  fonts?: Font[];
  /**
   * How a bank's 3-D Secure page is shown. `auto`, the default, is a dialog over the page, and a
   * redirect where a dialog can't be: on pages that are cross-origin isolated.
   */
  presentation?: "auto" | "dialog" | "redirect";
}

/** What can change while the form is mounted; nothing that was typed is lost. */
export type CheckoutChanges = Partial<Omit<CheckoutOptions, "frame">>;

export type Field = "number" | "expiry" | "code" | "name" | "postalCode" | "country";

export interface FlorinError {
  type: "validation" | "authentication" | "not_found" | "conflict" | "rate_limited" | "declined" | "gateway" | "internal";
  /**
   * The server's, or the form's own of what was refused before it could charge: `vetoed`, `amount_changed`,
   * `order_changing`, `challenge_closed`, `too_many_attempts`, `key_mismatch`, `misconfigured`, `not_sent`, `not_charged`.
   */
  code: string;
  /** For people; holds no card data. */
  message: string;
  field?: string;
  decline_code?: string;
  retryable: boolean;
  advice: "try_again" | "other_card" | "authenticate" | "wait" | "contact_support" | "none";
}

export interface Order {
  id: string;
  reference: string | null;
  /** Minor units of `currency`; what the shopper saw when the result was told. */
  amount: number;
  currency: string;
}

interface Told {
  /** Null only when the order could not be read. */
  order: Order | null;
  attempt: string | null;
  retry_after_ms?: number;
}

export type Result =
  | (Told & { readonly ok: true; status: "paid" | "authorized" })
  | (Told & { readonly ok: false; status: "processing" | "open" | "canceled" | "expired"; error?: FlorinError })
  | (Told & { readonly ok: false; status: "unknown" | "declined" | "invalid"; error: FlorinError })
  | (Told & { readonly ok: false; status: "requires_action"; action: { type: "redirect"; url: string } });

export interface Events {
  ready: Record<string, never>;
  change: { complete: boolean; empty: boolean; brand: string | null };
  focus: { field: Field };
  blur: { field: Field };
  escape: Record<string, never>;
  /** May be vetoed, or made to wait; a promise that rejects vetoes. */
  submit: { preventDefault(): void; waitUntil(promise: Promise<unknown>): void };
  /** The page is about to leave for the bank, unless prevented. */
  action: { url: string; preventDefault(): void };
  /** Once a try; what is known later of a try that ended as `processing` or `unknown` comes as another. */
  outcome: Result;
  /**
   * Something did not load. `<florin-checkout>` and `<florin-pay-button>` dispatch it too for the file that is loaded when
   * it is first used.
   */
  loaderror: FlorinError & {
    code: "origin_not_allowed" | "frame_unreachable" | "session_unavailable" | "order_unreadable" | "session_not_found" | (string & {});
  };
}

export interface Checkout {
  mount(where: string | Element | DocumentFragment): this;
  /** Returns a function that stops listening. */
  on<Name extends keyof Events>(name: Name, hear: (event: Events[Name]) => void): () => void;
  /** The button inside the form does the same. Never rejects for business. */
  pay(): Promise<Result>;
  /** What came of an earlier visit, or of a payment whose form went away; null when nothing did. Asked anew by each mount. */
  resume(): Promise<Result | null>;
  update(options: CheckoutChanges): void;
  /** Reads the amount again, after the cart changed. */
  refresh(): void;
  focus(field?: Field): void;
  clear(): void;
  /** Shows the first mistake, if there is one; never pays. */
  validate(): void;
  unmount(): void;
  destroy(): void;
}

/** A programming mistake; thrown at once, before any request. The message is the code and what to do. */
export class FlorinIntegrationError extends Error {
  readonly name: "FlorinIntegrationError";
  readonly code: string;
}

export interface FlorinInstance {
  checkout(options: CheckoutOptions): Checkout;
}

export interface FlorinStatic {
  (options?: FlorinOptions): FlorinInstance;
  (publishableKey: string | undefined, options?: FlorinOptions): FlorinInstance;
  readonly FlorinIntegrationError: typeof FlorinIntegrationError;
}

/** Makes the elements known to the page, once; the script `florin.js` has done so. */
export function define(): void;

export const Florin: FlorinStatic;
export default Florin;

/**
 * `<florin-checkout session="cs_…" publishable-key? locale? theme? scheme? labels? density? presentation? frame?>`;
 * dispatches every event as a CustomEvent of that name. A part of its form: submitting the form validates and pays, and only
 * on `paid`, `authorized` or `processing` goes on, with `florin_order=ord_…`.
 */
export interface FlorinCheckoutElement extends HTMLElement {
  readonly checkout: Checkout | null;
  pay(): Promise<Result>;
  resume(): Promise<Result | null>;
}

/** `<florin-pay-button for="id of a florin-checkout">`: a button for the page's own layout. */
export interface FlorinPayButtonElement extends HTMLElement {}

declare global {
  const Florin: FlorinStatic;
  interface Window {
    readonly Florin: FlorinStatic;
  }
  interface HTMLElementTagNameMap {
    "florin-checkout": FlorinCheckoutElement;
    "florin-pay-button": FlorinPayButtonElement;
  }
}
