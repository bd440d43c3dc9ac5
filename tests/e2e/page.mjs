// A merchant's own pages, served in the place of the demo's shop, so that the frame host lets them show
// the form. The policy is the strictest that the form works under.
import http from 'node:http';

import { Demo } from './demo.mjs';
import { Shopper } from './shopper.mjs';

/** Merchant server, gateway and frame host, and a shop that each test writes itself. */
export class Pages {
  static async start(options = {}, tries = 4) {
    const pages = new Pages();
    pages.demo = await Demo.start({ ...options, parts: ['gateway', 'merchant', 'frame'] });
    pages.server = http.createServer((request, response) => pages.answer(request, response));
    const listens = await new Promise((resolve) => {
      pages.server.once('error', () => resolve(false)).listen(new URL(pages.url).port, 'localhost', () => resolve(true));
    });
    if (listens) return pages;
    // Somebody took the address that the demo left for the shop.
    await pages.demo.stop();
    if (!tries) throw new Error('no address for the shop');
    return Pages.start(options, tries - 1);
  }

  get url() {
    return this.demo.json.shop_url;
  }

  get frameUrl() {
    return this.demo.json.frame_url;
  }

  /** What the shop's own server says. */
  answer(request, response) {
    // The demo's servers know this address before any test has a page here.
    if (!this.page) return response.writeHead(404).end();
    const { body, script, headers, tag, module, files } = this.page;
    const path = new URL(request.url, this.url).pathname;
    // A function is a part of the shop's own server.
    if (typeof files[path] === 'function') return files[path](new URL(request.url, this.url)).then((body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
    if (files[path]) return response.writeHead(200, { 'content-type': files[path].type }).end(files[path].body);
    if (path === '/page.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    if (path === '/attack.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end('window.attack = (to, message, ports) => to.postMessage(message, "*", ports);');
    if (path === '/attack') return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><script src="/attack.js"></script>');
    if (path !== '/page') return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><link rel="icon" href="data:,"><p>elsewhere</p>');
    const policy = `default-src 'none'; script-src 'self' ${this.frameUrl}; frame-src ${this.frameUrl}; connect-src 'self'; form-action 'self'; base-uri 'none'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'`;
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy, ...headers });
    response.end(`<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Shop</title>${body}${tag}<script src="/page.js"${module ? ' type="module"' : ''}></script>`);
  }

  /** Opens a page with this body; `script` is the shop's own file, after the loader. */
  async open(browser, { body = '<div id="pay"></div>', script = '', loader = true, module = false, headers = {}, files = {}, ...options } = {}) {
    const tag = loader === true ? `<script src="${this.frameUrl}/v1/florin.js" crossorigin></script>` : loader || '';
    this.page = { body, script, headers, tag, module, files };
    return Shopper.arrive(browser, this.demo, { url: `${this.url}/page`, ...options });
  }

  /** A page with one mounted checkout, `window.checkout`, for a fresh order. */
  async openCheckout(browser, { options = {}, ...page } = {}) {
    const order = await this.order();
    const shopper = await this.open(browser, page);
    await shopper.page.evaluate(([session, options]) => {
      window.heard = [];
      window.checkout = Florin().checkout({ session, ...options });
      for (const name of ['ready', 'loaderror', 'outcome']) checkout.on(name, (detail) => heard.push([name, detail.status ?? detail.code]));
      checkout.mount('#pay');
    }, [order.session, options]);
    return { shopper, ...order };
  }

  /** The same order on another device. */
  openOrder(browser, session) {
    return this.open(browser, { body: `<florin-checkout session="${session}"></florin-checkout>` });
  }

  /** How often the gateway took money for an order, over all its payments: by its own word. */
  async charges(id) {
    const { data } = await this.demo.shop(`/v1/orders/${id}/timeline`);
    const payments = new Set(data.map(({ payment }) => payment).filter(Boolean));
    const held = await Promise.all([...payments].map((payment) => this.demo.gateway(`/payments/${payment}`)));
    return held.filter(({ amount_received }) => amount_received > 0).length;
  }

  /** A fresh order's session. */
  async order(fields = {}) {
    const made = await this.demo.shop('/v1/orders', { amount: 4200, currency: 'EUR', ...fields });
    return { id: made.id, session: made.checkout.session };
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await this.demo.stop();
  }
}
