import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Shop } from "./Shop.jsx";

/** A real shop has the number of the cart from its server; here it lasts as long as the tab. */
const cart = (sessionStorage.cart ||= crypto.randomUUID());

createRoot(document.getElementById("app")).render(
  <StrictMode>
    <Shop cart={cart} />
  </StrictMode>,
);
