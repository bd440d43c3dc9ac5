import { useState } from "react";

import { Checkout } from "./Checkout.jsx";

/** The form takes typing while the order is still being made. */
const session = async () => (await (await fetch("/order", { method: "POST" })).json()).session;

export function Shop() {
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
