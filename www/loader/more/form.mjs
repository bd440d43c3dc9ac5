// A `<florin-checkout>` as a field of the form around it: submitting the form validates and pays, and only
// then goes on, with the order's id.
import { furnish } from "./pay-button.mjs";

const GOOD = ["paid", "authorized", "processing"];

/** Which elements were joined to which form: once, however often they move. */
const joined = new WeakMap();

/** `inner` has what the checkout told last, by its name; `hold` has kept the form since, and `held` is the submit event that came before this file. */
export function join(element, inner, form, hold, held) {
  form.removeEventListener("submit", hold);
  const forms = joined.get(element) || new WeakSet();
  if (!forms.has(form)) listen(element, inner, form);
  joined.set(element, forms.add(form));
  // A pay button that did not get this file has it now.
  element.getRootNode().querySelectorAll("florin-pay-button:defined").forEach(furnish);
  // It may have been moved, or switched off, since.
  if (held && inner.form === form && !element.inert) form.requestSubmit(held.submitter?.form === form ? held.submitter : null);
}

function listen(element, inner, form) {
  let asked; // the shopper, or their form, wants to pay
  let paid; // the form may leave
  let submitter;

  const counts = () => inner.form === form && !element.inert;
  const judge = () => inner.setValidity({ valueMissing: !inner.change?.complete }, "No card.");
  judge();
  element.addEventListener("change", ({ target }) => target === element && judge());
  element.addEventListener("submit", ({ target, detail }) => {
    // The form's own submit event begins at the form.
    if (target !== element || !counts()) return;
    inner.setValidity({});
    if (form.reportValidity()) asked = true;
    else detail.preventDefault();
  });
  const heard = ({ detail }) => {
    if (!counts() || !GOOD.includes(detail.status)) return;
    const value = new FormData();
    value.set("florin_order", detail.order.id);
    inner.setFormValue(value);
    inner.setValidity({});
    if (!asked) return;
    asked = false;
    paid = true;
    form.requestSubmit(submitter);
  };
  element.addEventListener("outcome", heard);
  // Paid before this file came.
  if (inner.outcome) heard({ detail: inner.outcome });
  // The browser found the card missing: its bubble can't point into a frame, the form can.
  element.addEventListener("invalid", (event) => {
    if (!counts()) return;
    event.preventDefault();
    element.checkout?.validate();
  });
  const decide = (event) => {
    if (!counts() || event.target !== form || event.defaultPrevented || !element.checkout) return;
    if (paid) return (paid = false);
    event.preventDefault();
    submitter = event.submitter;
    asked = true;
    element.pay().then(({ status }) => GOOD.includes(status) || (asked = false));
  };
  // Decided at the root, after the page's own listeners, which may prevent it; kept at the form alone, so
  // that nothing outlives it.
  form.addEventListener("submit", (event) => event.target.getRootNode().addEventListener("submit", (later) => later === event && decide(event), { once: true }));
}
