// The bank's page in a dialog over the shop's page. Loaded when first needed, pinned by the loader.

const STYLE = `
dialog{padding:0;border:0;width:32rem;height:46rem;border-radius:.75rem;overflow:hidden;background:#fff;color-scheme:light}
dialog::backdrop{background:#000a}
dialog iframe{height:100%}
@media (max-width:40rem),(max-height:40rem){dialog{width:100%;height:100%;max-width:none;max-height:none;border-radius:0}}`;

/**
 * Opens the dialog in `root`; `tell` hears "progress", and once "returned", "abandon" or "leave". Returns what
 * closes it.
 */
export function show(shake, root, origin, url, tell) {
  const dialog = document.createElement("dialog");
  const frame = document.createElement("iframe");
  const sheet = new CSSStyleSheet();
  const stop = new AbortController();
  let port;
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  frame.title = "Confirm with your bank";
  const met = (its) => {
    port = its;
    port.onmessage = ({ data: { type } }) => ["progress", "leave", "abandon", "returned"].includes(type) && tell(type);
  };
  // Popups, but no top navigation: a bank's page never takes the shop's page away.
  shake(frame, stop.signal, origin, "challenge", { url }, met, " allow-popups allow-popups-to-escape-sandbox");
  dialog.oncancel = (event) => {
    event.preventDefault();
    tell("abandon");
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
