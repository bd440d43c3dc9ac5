// The development server stands in the place of the demo's shop: it serves the page, and does what a shop's
// own server does with the shop's key, which never reaches a browser.
import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const path = process.env.DEMO;
const demo = path && JSON.parse(readFileSync(path, "utf8"));

async function order() {
  const response = await fetch(`${demo.merchant_url}/v1/orders`, {
    method: "POST",
    headers: { authorization: `Bearer ${demo.shop_key}`, "content-type": "application/json" },
    body: JSON.stringify({ amount: 4200, currency: "EUR", description: "Notebook" }),
  });
  const made = await response.json();
  if (!response.ok) throw new Error(made.error.message);
  return { session: made.checkout.session };
}

const shop = {
  name: "shop",
  configureServer(server) {
    server.middlewares.use("/order", (request, response, next) => {
      order().then((made) => response.end(JSON.stringify(made)), next);
    });
  },
};

export default defineConfig({
  esbuild: { jsx: "automatic" },
  plugins: demo ? [shop] : [],
  define: demo ? { "import.meta.env.VITE_FLORIN": JSON.stringify(`${demo.frame_url}/v1/florin.js`) } : {},
  server: demo ? { host: "localhost", port: Number(new URL(demo.shop_url).port), strictPort: true } : {},
});
