// The shopper's visit to the bank's page: in a dialog over the shop's page, or in its place. Loaded when first
// needed, pinned by the loader.

const STYLE = `
dialog{padding:0;border:0;width:32rem;height:46rem;border-radius:.75rem;overflow:hidden;background:canvas}
dialog::backdrop{background:#000a}
dialog iframe{display:block;width:100%;height:100%;border:0}
@media (max-width:40rem),(max-height:40rem){dialog{width:100%;height:100%;max-width:none;max-height:none;border-radius:0}}`;

/** A bank that shows nothing for so long is visited in the page's place. */
const NO_PROGRESS_MS = 10000;

/** The server learns it well before; a server that is silent keeps nobody from their bank. */
const TOLD_MS = 3000;

/**
 * Begins the visit `bank`, a record that the loader forgets when it is over: it calls `bank.told` when the server
 * knows how the page is shown, and `bank.end` at the end. It has the `url`, whether it may be a `dialog`, `tell`
 * for the form, `close` for the end, and for the dialog's frame `shake`, the `form`'s own frame and its `locale`.
 */
export function visit(bank) {
  bank.tell("present", { dialog: bank.dialog });
  if (bank.dialog) open(bank);
  else leave(bank);
}

/** Once the server was told. */
function leave(bank) {
  bank.told = () => {
    bank.close();
    location.assign(bank.url);
  };
  const timer = setTimeout(bank.told, TOLD_MS);
  bank.end = () => clearTimeout(timer);
}

function open(bank) {
  const away = () => {
    bank.end?.();
    bank.dialog = false;
    visit(bank);
  };
  const timer = setTimeout(away, NO_PROGRESS_MS);
  const shut = show(bank, (type) => {
    if (type === "progress") clearTimeout(timer);
    else if (type === "leave") away();
    else if (["abandon", "returned"].includes(type)) {
      bank.close();
      bank.tell(type);
    }
  });
  bank.end = () => {
    clearTimeout(timer);
    shut();
  };
}

/** Shows the dialog; returns what takes it away, and makes it deaf. */
function show({ shake, form, url, locale }, hear) {
  const root = form.closest("florin-frame").shadowRoot;
  // The dialog inherits it: frame and document have one scheme, else browsers paint the frame opaque.
  const scheme = getComputedStyle(form).colorScheme;
  const dialog = document.createElement("dialog");
  const frame = document.createElement("iframe");
  const sheet = new CSSStyleSheet();
  const stop = new AbortController();
  let port;
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const name = (title) => (dialog.ariaLabel = frame.title = title);
  // In the shopper's language already; what the dialog is for comes with its document.
  name(form.title);
  const met = (its) => {
    port = its;
    port.onmessage = ({ data }) => {
      if (stop.signal.aborted) return;
      if (data.type === "title") name(data.title);
      else hear(data.type);
    };
  };
  // Popups, but no top navigation: a bank's page never takes the shop's page away.
  shake(frame, stop.signal, new URL(form.src).origin, "challenge", { url, locale, scheme }, met, " allow-popups allow-popups-to-escape-sandbox");
  dialog.oncancel = (event) => {
    event.preventDefault();
    hear("abandon");
  };
  dialog.append(frame);
  root.append(dialog);
  dialog.showModal();
  return () => {
    stop.abort();
    port?.close();
    dialog.close();
    dialog.remove();
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((it) => it !== sheet);
  };
}
