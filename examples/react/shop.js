// What a shop's own server does with the shop's key, which never reaches a browser.

/**
 * The session of a cart's order. The cart's own number is the order's `reference`: asked twice, by a second mount, a
 * second tab or an impatient network, it is one order.
 */
export async function sessionOf(cart, { merchant_url, shop_key }) {
  // An empty reference is one: all who come without a cart would share an order.
  if (!cart) throw new Error("there is no cart");
  const response = await fetch(`${merchant_url}/v1/orders`, {
    method: "POST",
    headers: { authorization: `Bearer ${shop_key}`, "content-type": "application/json" },
    body: JSON.stringify({ reference: cart, amount: 4200, currency: "EUR", description: "Notebook" }),
  });
  const order = await response.json();
  if (!response.ok) throw new Error(order.error.message);
  return order.checkout.session;
}
