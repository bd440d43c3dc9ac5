// The demo shop's page. Plain, as any shop could write it. It thanks only when the shop's own
// server says that the order is paid; what the form says is a reason to ask it.
"use strict";

const by = (id) => document.getElementById(id);
const THANKS = ["paid", "authorized", "partially_refunded", "refunded"];
const orderAsked = new URLSearchParams(location.search).get("order");

async function ask(path, method = "GET") {
  const response = await fetch(path, { method, headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`the shop answered ${response.status}`);
  return response.json();
}

function money(amount, currency) {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  const { maximumFractionDigits } = format.resolvedOptions();
  return format.format(amount / 10 ** maximumFractionDigits);
}

function showPrice({ amount, currency }) {
  for (const place of document.querySelectorAll("[data-total]")) place.textContent = money(amount, currency);
}

function trouble(sentence) {
  by("trouble").textContent = sentence;
  by("trouble").hidden = !sentence;
}

/** One order: the one in the address, or a new one at the shop's price. */
async function takeOrder() {
  if (!orderAsked) return ask("/orders", "POST");
  const { order, session } = await ask(`/orders/${encodeURIComponent(orderAsked)}`);
  return { order: order.id, session, amount: order.amount, currency: order.currency, found: order };
}

function thank(order) {
  const when = order.paid_at ? new Date(order.paid_at) : null;
  by("thanks-words").textContent =
    order.status === "authorized"
      ? "Your bank holds the amount for us. We charge it when the notebook leaves."
      : "Your notebook leaves the workshop tomorrow, wrapped in yesterday’s trial sheets.";
  by("thanks-order").textContent = order.reference || order.id;
  by("thanks-paid").textContent = when ? when.toLocaleString([], { dateStyle: "medium", timeStyle: "short" }) : money(order.amount, order.currency);
  const card = order.payment && order.payment.card;
  by("thanks-card").textContent = card ? `${card.brand || "card"} •••• ${card.last4 || ""}` : "card";
  by("thanks").hidden = false;
  by("again").textContent = "Another notebook";
  document.title = `Grazie! · ${by("merchant").textContent}`;
}

/** What the shop's server knows of the order; draws the drawer, thanks when it is time. */
async function look(id) {
  const { order, timeline } = await ask(`/orders/${encodeURIComponent(id)}`);
  by("order-id").textContent = `${id} · ${order.status.replaceAll("_", " ")}`;
  by("timeline").replaceChildren(...(timeline || []).map(entry));
  if (THANKS.includes(order.status) && by("thanks").hidden) thank(order);
  return order;
}

function entry({ at, kind, source, detail }) {
  const line = document.createElement("li");
  const time = document.createElement("time");
  time.dateTime = at;
  time.textContent = new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const more = document.createElement("small");
  more.textContent = [source, typeof detail === "string" ? detail : ""].filter(Boolean).join(" · ");
  line.append(time, kind.replaceAll("_", " "), more);
  return line;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** After the form's outcome: ask until the server agrees, a minute at most. */
async function followUp(id, ok) {
  for (let tries = 0; tries < 30; tries += 1) {
    const order = await look(id).catch(() => null);
    if (!ok || (order && THANKS.includes(order.status))) return;
    await pause(Math.min(2000, 300 + tries * 200));
  }
}

function watchDrawer(id) {
  const drawer = document.querySelector(".demo");
  const refresh = () => drawer.open && look(id).catch(() => {});
  drawer.addEventListener("toggle", refresh);
  setInterval(refresh, 3000);
  refresh();
  for (const button of document.querySelectorAll(".cards button")) {
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.textContent.replaceAll(" ", "")).catch(() => {});
      by("copied").textContent = `${button.textContent} copied.`;
    });
  }
}

function loadFlorin(src) {
  return new Promise((done, failed) => {
    const tag = document.createElement("script");
    tag.src = src;
    tag.onload = () => done(window.Florin);
    tag.onerror = () => failed(new Error("florin.js did not load"));
    document.head.append(tag);
  });
}

// The drawer's wishes for the form's looks stand in the address, so that they can be sent around.
const LOOKS = ["theme", "scheme", "labels", "density", "locale", "colorPrimary"];
const FIELDS = { name: true, postalCode: false, country: false };

/** What the address wishes. */
function wished() {
  const query = new URLSearchParams(location.search);
  const [theme, scheme, labels, density, locale, colorPrimary] = LOOKS.map((name) => query.get(name) || undefined);
  const fields = {};
  for (const [name, usually] of Object.entries(FIELDS)) fields[name] = query.has(name) ? query.get(name) === "1" : usually;
  const variables = colorPrimary ? { colorPrimary } : {};
  return { appearance: { theme, scheme, variables }, labels, density, locale, fields };
}

/** Shows what the address wishes, follows the drawer from then on, and tells `changed`. */
function watchLooks(changed) {
  const form = by("looks");
  const { fields } = wished();
  for (const name of LOOKS) form.elements[name].value = new URLSearchParams(location.search).get(name) || form.elements[name].value;
  for (const name of Object.keys(FIELDS)) form.elements[name].checked = fields[name];
  const dress = () => (document.documentElement.dataset.scheme = form.elements.scheme.value);
  dress();
  form.addEventListener("change", ({ target }) => {
    const { name, type } = target;
    const value = type === "checkbox" ? String(Number(target.checked)) : target.value;
    const usual = type === "checkbox" ? String(Number(FIELDS[name])) : (target.querySelector("[selected]") || target[0]).value;
    const query = new URLSearchParams(location.search);
    if (value === usual) query.delete(name);
    else query.set(name, value);
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
    dress();
    changed(wished());
  });
}

async function start() {
  const ordered = takeOrder();
  // Whoever waits for it below hears of a failure; this keeps the browser from hearing it twice.
  ordered.catch(() => {});
  const config = await ask("/config.json");
  if (config.merchant_name) {
    by("merchant").textContent = config.merchant_name;
    document.title = config.merchant_name;
  }
  if (orderAsked) {
    const taken = await ordered;
    showPrice(taken);
    watchDrawer(taken.order);
    if (THANKS.includes(taken.found.status)) {
      by("pay").remove();
      await look(taken.order);
      return;
    }
  }
  const Florin = await loadFlorin(config.florin_js);
  // The form is there and takes typing while the order is still being made.
  const presentation = new URLSearchParams(location.search).get("presentation") || "auto";
  const checkout = Florin().checkout({ session: () => ordered.then((order) => order.session), presentation, ...wished() });
  watchLooks((looks) => checkout.update(looks));
  checkout.mount("#pay");
  const taken = await ordered;
  showPrice(taken);
  if (!orderAsked) watchDrawer(taken.order);
  checkout.on("outcome", (result) => {
    if (result.ok) {
      const query = new URLSearchParams(location.search);
      query.set("order", taken.order);
      history.replaceState(null, "", `/?${query}`);
    }
    followUp(taken.order, result.ok);
  });
}

start().catch(() => trouble("The shop is not quite open yet. Please load the page again in a moment."));
