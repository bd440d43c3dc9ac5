import { useCallback, useState } from "react";

import { Checkout } from "./Checkout.jsx";

/** The form takes typing while the order is still being made: one a cart, however often it is asked for. */
async function sessionOf(cart) {
  const answer = await fetch(`/order?${new URLSearchParams({ cart })}`, { method: "POST" });
  return (await answer.json()).session;
}

export function Shop({ cart }) {
  const session = useCallback(() => sessionOf(cart), [cart]);
  const [open, setOpen] = useState(true);
  const [dark, setDark] = useState(false);
  const [thanks, setThanks] = useState("");

  return (
    <main>
      <h1>Notebook, €42</h1>
      <p>
        <button onClick={() => setOpen(!open)}>{open ? "Later" : "Pay now"}</button>
        <button onClick={() => setDark(!dark)}>{dark ? "Light" : "Dark"}</button>
      </p>
      {open && (
        <Checkout
          session={session}
          appearance={{ scheme: dark ? "dark" : "light" }}
          // A reason to say thanks, and nothing more: the shop's server reads the order.
          onOutcome={(result) => result.ok && setThanks(`Thank you. Order ${result.order.id}`)}
        />
      )}
      <p role="status">{thanks}</p>
    </main>
  );
}
