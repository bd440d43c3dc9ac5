// Two forms stand beside each other for a moment: the one the shopper sees, which the host rendered or a
// trap left behind, and the one that WebAssembly rendered, not yet in the document. The second takes the
// first one's place in one task, and nothing that was typed, selected or pressed is lost.

let state; // {alive: WebAssembly serves what is shown, held: a press that nobody could serve yet, composing}
let shown; // what the shopper sees
let ready; // what takes its place
let watch; // sees what that shows meanwhile
let urgent; // nothing is worth waiting for any more
let busy = 0; // until when a key, a click or an autofill is under way
let again; // the timer that looks again then
let away; // the shopper has gone on to the page around the frame

/** The form that is to be replaced. */
export function leaving(florin, root) {
  state = florin;
  state.alive = false;
  shown = root;
}

/** The form that replaces it as soon as nobody is disturbed. */
export function arrives(root, now) {
  ready = root;
  urgent ||= now;
  watch = new MutationObserver(take);
  watch.observe(root, { subtree: true, childList: true, characterData: true });
  take();
}

/** The page wants something of the form. */
export function hurry() {
  urgent = true;
  take();
}

function take() {
  if (!ready || state.composing) return;
  clearTimeout(again);
  const left = busy - performance.now();
  if (left > 0) return (again = setTimeout(take, left + 1));
  const had = document.activeElement;
  const has = shown.contains(had) && twin(had);
  // An autofill list may be open over an empty field with the focus.
  if (has && had.type === "text" && !had.value && !urgent && !state.held && !away) return mirror();
  shown.after(ready);
  const filled = [...shown.querySelectorAll("input,select")].filter((old) => old.value && twin(old)).map((old) => {
    const field = twin(old);
    field.value = old.value;
    return field;
  });
  if (has && !away) {
    // Before the old field goes: a soft keyboard stays open.
    has.focus({ preventScroll: true });
    if (had.type === "text") has.setSelectionRange(had.selectionStart, had.selectionEnd, had.selectionDirection);
  }
  shown.remove();
  const form = state.held && ready.querySelector("form");
  ready = undefined;
  watch.disconnect();
  state.alive = true;
  filled.forEach(written);
  if (form) form.requestSubmit();
}

const twin = ({ id }) => [...ready.querySelectorAll("[id]")].find((it) => it.id === id);

/** The price is read while the old form waits: that shows it too. */
function mirror() {
  const [old, now] = [shown, ready].map((root) => root.querySelector(".amount"));
  if (old.textContent !== now.textContent) old.textContent = now.textContent;
}

const written = (field) => field.dispatchEvent(new InputEvent("input", { bubbles: true }));

/** A note, and no timer at every key of a form that nothing replaces. */
function wait(ms) {
  busy = performance.now() + ms;
  take();
}

// Between the two halves of a press the button must stay; a second is longer than any of them.
for (const begins of ["keydown", "pointerdown"]) addEventListener(begins, () => wait(1000));
// An autofill writes into one field after the other.
for (const ends of ["keyup", "pointerup", "focusout", "input", "submit"]) addEventListener(ends, () => wait(50));

addEventListener("blur", () => (away = true));
addEventListener("focus", () => (away = false));

const look = (phase) => state.alive || (shown.querySelector(".form").dataset.phase = phase);
addEventListener("submit", () => look("paying"));
addEventListener("input", () => look("editing"));

addEventListener("compositionend", ({ target }) => {
  setTimeout(() => {
    // Some browsers send no input event after a composition: what it wrote is formatted now.
    written(target);
    take();
  });
});
