import { useEffect, useRef, useState } from "react";

import { loadFlorin } from "./florin.js";

/** The form. What is mounted is destroyed: StrictMode's second mount is a fresh one. */
export function Checkout({ session, appearance, onOutcome }) {
  const place = useRef(null);
  const checkout = useRef(null);
  const heard = useRef(onOutcome);
  const look = useRef(appearance);
  const [failed, setFailed] = useState(false);

  // Read when they are needed: a new function or object a render remounts nothing.
  useEffect(() => {
    heard.current = onOutcome;
    look.current = appearance;
  });

  useEffect(() => {
    let left = false;
    loadFlorin().then(
      (Florin) => {
        if (left) return;
        checkout.current = Florin().checkout({ session, appearance: look.current });
        checkout.current.on("outcome", (result) => heard.current?.(result));
        checkout.current.mount(place.current);
      },
      () => left || setFailed(true),
    );
    return () => {
      left = true;
      checkout.current?.destroy();
      checkout.current = null;
    };
  }, [session]);

  const { theme, scheme } = appearance;
  useEffect(() => checkout.current?.update({ appearance: { theme, scheme } }), [theme, scheme]);

  return failed ? <p role="alert">We can’t take cards at this moment. Nothing was charged.</p> : <div ref={place} />;
}
