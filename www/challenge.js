// The bank's page, in a frame of our own inside the shop's dialog. Tells the loader when the bank's
// page shows, when the shopper is back from it, and when the shopper wants out. Knows no order.
const config = JSON.parse(document.getElementById("florin-config").textContent);
const by = (id) => document.getElementById(id);

/** Its few words; the form's own are in the form's document. A language without them is served in English. */
const WORDS = {
  en: ["Confirm with your bank", "Open in full", "Cancel and close", "Your bank’s page is loading…", "Your bank"],
  de: ["Bei Ihrer Bank bestätigen", "Ganz öffnen", "Abbrechen und schließen", "Die Seite Ihrer Bank wird geladen…", "Ihre Bank"],
};

let said = {};
try {
  said = JSON.parse(decodeURIComponent(location.hash.slice(1)));
} catch {
  // Opened by hand: there is nothing to show.
}

/** As the form looks, in its language; returns what the bank's page is called. */
function dress({ locale = "", scheme }) {
  const language = locale.split("-")[0];
  const lang = Object.hasOwn(WORDS, language) ? language : "en";
  const [title, leave, close, wait, bank] = WORDS[lang];
  Object.assign(document.documentElement, { lang }).dataset.scheme = scheme;
  document.title = by("title").textContent = title;
  by("leave").textContent = leave;
  by("close").ariaLabel = close;
  by("wait").textContent = wait;
  return bank;
}

function show(port) {
  const tell = (type) => port.postMessage({ type });
  const bank = document.createElement("iframe");
  bank.title = dress(said);
  bank.allow = "payment; publickey-credentials-get";
  bank.referrerPolicy = "origin";
  // A bank that may not be framed here, by our policy or its own, gets the whole window instead.
  addEventListener("securitypolicyviolation", ({ effectiveDirective }) => effectiveDirective === "frame-src" && tell("leave"));
  bank.onload = () => {
    by("wait").hidden = true;
    tell("progress");
  };
  addEventListener("message", ({ source, origin, data }) => {
    if (origin === config.merchant && data?.florin === 1 && data.returned === true && source === bank.contentWindow) tell("returned");
  });
  by("leave").onclick = () => tell("leave");
  by("close").onclick = () => tell("abandon");
  addEventListener("keydown", ({ key }) => key === "Escape" && tell("abandon"));
  if (!/^https?:$/.test(new URL(said.url).protocol)) return tell("abandon");
  // The dialog is called as this is, in the form's language.
  port.postMessage({ type: "title", title: document.title });
  bank.src = said.url;
  by("wait").after(bank);
  bank.focus();
}

if (parent !== window && config.shops.includes(said.origin)) {
  addEventListener("message", function answer({ source, origin, data, ports }) {
    if (source !== parent || origin !== said.origin || data?.florin !== 1 || data.nonce !== said.nonce || !ports[0]) return;
    removeEventListener("message", answer);
    show(ports[0]);
  });
  parent.postMessage({ florin: 1, hello: said.nonce }, said.origin);
}
