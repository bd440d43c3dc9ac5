const say = (words) => (document.getElementById("told").textContent = words);

// `ok` is a reason to say thanks, and nothing more.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("florin-checkout").addEventListener("outcome", ({ detail }) => {
    if (detail.ok) say(`Thank you. Order ${detail.order.id}`);
  });
});

// A blocker, or a network that is down, kept the loader away.
addEventListener("error", ({ target }) => target.id === "florin" && say("We can’t take cards at this moment. Nothing was charged."), true);
