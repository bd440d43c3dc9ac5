// Sends the browser on when it has paid. Decides nothing: the next page asks the server how the order stands.
const next = document.querySelector("main").dataset.next;
const READ_THE_BUTTON_MS = 1200;
document.querySelector("florin-checkout").addEventListener("outcome", (event) => {
    if (event.detail.ok) setTimeout(() => location.assign(next), READ_THE_BUTTON_MS);
});
