// `<florin-pay-button for="id">`: presses the checkout of that id, from a place of the page's own.
// The look is the page's: `::part(button)`, and the words inside the element.

const STYLE = `
:host{display:inline-block}
button{box-sizing:border-box;width:100%;min-height:2.75rem;padding:0 1.25rem;border:0;border-radius:.5rem;background:#00636b;color:#fff;font:600 1rem/1.5 system-ui,sans-serif;cursor:pointer}
button:focus-visible{outline:3px solid #00636b;outline-offset:2px}
button:disabled{opacity:.6;cursor:default}`;

const furnished = new WeakSet();

/** Gives the element its button; once, however often it moves. */
export function furnish(element) {
  if (furnished.has(element)) return;
  furnished.add(element);
  const root = element.shadowRoot || element.attachShadow({ mode: "open", delegatesFocus: true });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const button = document.createElement("button");
  const words = document.createElement("slot");
  button.type = "button";
  button.part = "button";
  words.append("Pay");
  button.append(words);
  root.replaceChildren(button);
  button.onclick = async () => {
    const checkout = element.getRootNode().getElementById(element.getAttribute("for"));
    if (!checkout?.checkout) throw new Error(`florin-pay-button: there is no mounted florin-checkout with the id ${element.getAttribute("for")}`);
    button.disabled = true;
    button.ariaBusy = "true";
    const { ok, status } = await checkout.pay();
    button.ariaBusy = "false";
    button.disabled = ok || status === "canceled" || status === "expired";
  };
}
