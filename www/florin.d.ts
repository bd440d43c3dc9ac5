/** Types of florin.js. The result comes from the merchant server; act on `ok` only to say thanks. */

export interface FlorinOptions {
  /** Where the frame is served, when florin.js itself comes from elsewhere. */
  frame?: string;
  /** A language tag such as `en-GB`; without it the browser's. */
  locale?: string;
}

export interface Appearance {
  /** `auto`, the default, follows the page. */
  scheme?: "auto" | "light" | "dark";
}

/** `cs_…`, or a way to get one: the form takes typing before the order exists. */
export type Session = string | Promise<string> | (() => string | Promise<string>);

export interface CheckoutOptions extends FlorinOptions {
  session: Session;
  appearance?: Appearance;
}

export type Field = "number" | "expiry" | "code" | "name";

export interface FlorinError {
  type: "validation" | "authentication" | "not_found" | "conflict" | "rate_limited" | "declined" | "gateway" | "internal";
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
  /** Minor units of `currency`. */
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
  | (Told & { ok: true; status: "paid" | "authorized" })
  | (Told & { ok: false; status: "processing" | "open" | "canceled" | "expired"; error?: FlorinError })
  | (Told & { ok: false; status: "unknown" | "declined" | "invalid"; error: FlorinError })
  | (Told & { ok: false; status: "requires_action"; action: { type: "redirect"; url: string } });

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
  outcome: Result;
  loaderror: { code: "origin_not_allowed" | "frame_unreachable" | (string & {}); message: string };
}

export interface Checkout {
  mount(where: string | Element | DocumentFragment): this;
  /** Returns a function that stops listening. */
  on<Name extends keyof Events>(name: Name, hear: (event: Events[Name]) => void): () => void;
  /** The button inside the form does the same. Never rejects for business. */
  pay(): Promise<Result>;
  /** What came of an earlier visit; null when nothing did. */
  resume(): Promise<Result | null>;
  update(options: Partial<CheckoutOptions>): void;
  /** Reads the amount again, after the cart changed. */
  refresh(): void;
  focus(field?: Field): void;
  clear(): void;
  unmount(): void;
  destroy(): void;
}

/** A programming mistake; thrown at once, before any request. */
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

/** `<florin-checkout session="cs_…">`; dispatches every event as a CustomEvent of that name. */
export interface FlorinCheckoutElement extends HTMLElement {
  readonly checkout: Checkout | null;
  pay(): Promise<Result>;
  resume(): Promise<Result | null>;
}

declare global {
  const Florin: FlorinStatic;
  interface Window {
    readonly Florin: FlorinStatic;
  }
  interface HTMLElementTagNameMap {
    "florin-checkout": FlorinCheckoutElement;
  }
}
