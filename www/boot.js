// Shakes hands with the page that mounted us, then starts the form. Who that page may be, the
// document says; that it is the one it claims to be, the browser says.
const form = import("./form.js");
const config = JSON.parse(document.getElementById("florin-config").textContent);
const root = document.documentElement;

let said = {};
try {
  said = JSON.parse(decodeURIComponent(location.hash.slice(1)));
} catch {
  // Opened by hand: there is nobody to shake hands with.
}

const scheme = (name) => {
  root.dataset.scheme = name === "dark" || name === "light" ? name : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
};
scheme(said.scheme);

let locale = navigator.language;
try {
  locale = Intl.getCanonicalLocales(said.locale)[0] || locale;
} catch {
  // Not a language: the browser's stays.
}

// A card does not survive the page: not on leaving, and not in a page that comes back.
const wipe = () => {
  for (const input of document.querySelectorAll("input")) {
    if (!input.value) continue;
    input.value = "";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
};
// Some browsers send no input event after a composition: what it wrote is formatted then.
addEventListener("compositionend", ({ target }) => {
  setTimeout(() => target.dispatchEvent(new InputEvent("input", { bubbles: true })));
});
addEventListener("pagehide", wipe);
addEventListener("pageshow", (event) => event.persisted && wipe());

function shaken(port) {
  port.addEventListener("message", ({ data }) => data.type === "scheme" && scheme(data.scheme));
  window.florin = { port, config, locale };
  form.then((module) => module.default()).catch(() => {
    port.postMessage({ type: "loaderror", code: "frame_unreachable", message: "The form could not start." });
  });
}

if (parent !== window && config.shops.includes(said.origin)) {
  addEventListener("message", function answer(event) {
    const { source, origin, data, ports } = event;
    if (source !== parent || origin !== said.origin || !data || data.florin !== 1 || data.nonce !== said.nonce || !ports[0]) return;
    removeEventListener("message", answer);
    shaken(ports[0]);
  });
  parent.postMessage({ florin: 1, hello: said.nonce }, said.origin);
}
