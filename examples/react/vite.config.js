// The development server stands in the place of the demo's shop, and of its server.
import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

import { sessionOf } from "./shop.js";

const path = process.env.DEMO;
const demo = path && JSON.parse(readFileSync(path, "utf8"));

const shop = {
  name: "shop",
  configureServer(server) {
    server.middlewares.use("/order", (request, response, next) => {
      const cart = new URL(request.url, "http://shop").searchParams.get("cart");
      sessionOf(cart, demo).then((session) => response.end(JSON.stringify({ session })), next);
    });
  },
};

export default defineConfig({
  esbuild: { jsx: "automatic" },
  plugins: demo ? [shop] : [],
  define: demo ? { "import.meta.env.VITE_FLORIN": JSON.stringify(`${demo.frame_url}/v1/florin.js`) } : {},
  server: demo ? { host: "localhost", port: Number(new URL(demo.shop_url).port), strictPort: true } : {},
});
