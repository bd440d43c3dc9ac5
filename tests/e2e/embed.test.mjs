// What a merchant's developer meets: wrong keys, frames that can't load, gateways that are down.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, it } from 'node:test';

import { Demo } from './demo.mjs';
import { APPROVED, Shopper, launch } from './shopper.mjs';

describe('embedding', () => {
  let browser, demo;
  before(async () => { [browser, demo] = await Promise.all([launch(), Demo.start()]); });
  after(async () => { await browser?.close(); await demo?.stop(); });

  it('a secret key throws before any request', async () => {
    const shopper = await Shopper.arrive(browser, demo);
    await shopper.page.waitForFunction(() => window.Florin);
    const before_ = shopper.requests.length;
    const thrown = await shopper.page.evaluate(() =>
      ['sk_', 'rk_', 'dev_', 'integ_', 'snd_', 'prd_', 'prod_', 'epk_', 'whsec_', 'whsk_'].map((prefix) => {
        try { Florin(`${prefix}0123456789`); return 'nothing'; } catch (error) { return error.name; }
      }));
    assert.deepEqual(new Set(thrown), new Set(['FlorinIntegrationError']));
    assert.equal(shopper.requests.slice(before_).filter(({ url }) => url.includes('0123456789')).length, 0);
    await shopper.leave();
  });

  it('on an origin that is not allowed the frame reports it, and the page shows a sentence', async () => {
    const page_ = `<!doctype html><div id="pay"></div><script src="${demo.json.frame_url}/v1/florin.js"></script>
      <script>window.told = new Promise((resolve) => {
        const checkout = Florin().checkout({ session: 'cs_00000000000000000000000000000000000000' });
        checkout.on('loaderror', (event) => resolve(event.code ?? event.error?.code));
        checkout.mount('#pay');
      });</script>`;
    const server = http.createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page_));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      assert.equal(await page.evaluate(() => window.told), 'origin_not_allowed');
      await page.getByRole('button', { name: /try again/i }).waitFor({ timeout: 5000 });
      await page.close();
    } finally {
      server.close();
    }
  });

  it('a frame host that is down is reported, and the page shows a sentence', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route(`${demo.json.frame_url}/v1/frame**`, (route) => route.abort());
    await page.goto(demo.json.shop_url);
    await page.getByRole('button', { name: /try again/i }).waitFor({ timeout: 15_000 });
    await page.unroute(`${demo.json.frame_url}/v1/frame**`);
    await page.getByRole('button', { name: /try again/i }).click();
    await page.frameLocator('iframe').getByLabel('Card number').waitFor({ timeout: 15_000 });
    await context.close();
  });

  it('a gateway that is down at opening says try again; the order stays open', async () => {
    await demo.sandbox('faults', { route: 'POST /payments', fault: 'drop_before', times: 1 });
    const shopper = await Shopper.arrive(browser, demo);
    await shopper.pay(APPROVED);
    await shopper.sees('Try again');
    assert.equal((await demo.newestOrder()).status, 'open');
    await shopper.button.click();
    await shopper.thanked();
    await shopper.leave();
  });

  it('pressing pay too early goes to the first mistake and sends nothing', async () => {
    const shopper = await Shopper.arrive(browser, demo);
    await shopper.field('Card number').pressSequentially('4242424242424241');
    await shopper.button.click();
    await shopper.sees(/one digit looks wrong/);
    const focused = await shopper.page.frames()[1].evaluate(() => document.activeElement.getAttribute('autocomplete'));
    assert.equal(focused, 'cc-number');
    assert.ok(!shopper.requests.some(({ url }) => url.endsWith('/attempts')));
    await shopper.leave();
  });

  it('the built-in payment page pays an order of a shop that has no page', async () => {
    const order = await demo.shop('/v1/orders', { amount: 1999, currency: 'EUR' });
    const shopper = await Shopper.arrive(browser, demo, { url: order.checkout.url });
    await shopper.pay(APPROVED);
    await shopper.sees('Paid');
    assert.equal((await demo.shop(`/v1/orders/${order.id}`)).amount_captured, 1999);
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();
  });

  it('nothing is loaded from anywhere but the four addresses', async () => {
    const shopper = await Shopper.arrive(browser, demo);
    await shopper.pay(APPROVED);
    await shopper.thanked();
    const known = [demo.json.shop_url, demo.json.frame_url, demo.json.merchant_url, demo.json.gateway_url];
    const foreign = shopper.requests.map(({ url }) => url).filter((url) => !url.startsWith('data:') && !known.includes(new URL(url).origin));
    assert.deepEqual(foreign, []);
    await shopper.leave();
  });
});
