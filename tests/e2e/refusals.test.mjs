// Payments that were refused before anything was sent: a page can tell by the error which refusal it was.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, launch } from './shopper.mjs';

describe('a refusal tells the page which it is', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  const pay = (shopper) => shopper.page.evaluate(() => checkout.pay());

  /** What a program reads of it; the sentence is for people, and stands in the form too. */
  async function refused(shopper, { status, ok, error }) {
    const { message, ...rest } = error;
    assert.deepEqual([status, ok], ['open', false]);
    await shopper.sees(message);
    return rest;
  }

  const answer = (status, error) => (route) => route.fulfill({
    status, contentType: 'application/json', headers: { 'access-control-allow-origin': pages.frameUrl }, body: JSON.stringify({ error }),
  });
  const TOO_MANY = { type: 'rate_limited', code: 'too_many_attempts', message: 'Wait.', retryable: false, advice: 'wait' };

  it('the page itself said no', async () => {
    const { shopper } = await pages.openCheckout(browser);
    await shopper.type(APPROVED);
    for (const veto of ['preventDefault', 'waitUntil']) {
      await shopper.page.evaluate((veto) => { const stop = checkout.on('submit', (event) => { stop(); event[veto](Promise.reject(new Error('no'))); }); }, veto);
      assert.deepEqual(await refused(shopper, await pay(shopper)), { type: 'conflict', code: 'vetoed', retryable: false, advice: 'none' });
    }
    assert.equal((await pay(shopper)).status, 'paid');
    await shopper.leave();
  });

  it('the amount has changed; after refresh() every result names the new one', async () => {
    const { shopper, id } = await pages.openCheckout(browser);
    await shopper.type(APPROVED);
    await demo.shop(`/v1/orders/${id}`, { amount: 5000 });
    assert.deepEqual(await refused(shopper, await pay(shopper)), { type: 'conflict', code: 'amount_changed', retryable: false, advice: 'none' });
    await shopper.form.getByText(/€50\.00/).first().waitFor();
    await demo.shop(`/v1/orders/${id}`, { amount: 6000 });
    await shopper.page.evaluate(() => checkout.refresh());
    await shopper.form.getByText(/€60\.00/).first().waitFor();
    await shopper.page.evaluate(() => { const stop = checkout.on('submit', (event) => { stop(); event.preventDefault(); }); });
    assert.deepEqual((await pay(shopper)).order.amount, 6000);
    const paid = await pay(shopper);
    assert.deepEqual([paid.status, paid.order.amount], ['paid', 6000]);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).amount_captured, 6000);
    await shopper.leave();
  });

  for (const call of ['attempts', 'pay']) {
    it(`too many tries, as ${call} says`, async () => {
      const { shopper } = await pages.openCheckout(browser);
      await shopper.type(APPROVED);
      await shopper.page.route(`**/checkout/*/${call}`, answer(429, TOO_MANY));
      assert.deepEqual(await refused(shopper, await pay(shopper)), { type: 'rate_limited', code: 'too_many_attempts', retryable: false, advice: 'wait' });
      await shopper.leave();
    });
  }

  it('another publishable key than the session\'s', async () => {
    const { session } = await pages.order();
    const shopper = await pages.open(browser);
    await shopper.page.evaluate((session) => { window.checkout = Florin('pk_snd_another').checkout({ session }).mount('#pay'); }, session);
    await shopper.type(APPROVED);
    assert.deepEqual(await refused(shopper, await pay(shopper)), { type: 'authentication', code: 'key_mismatch', retryable: false, advice: 'contact_support' });
    await shopper.leave();
  });

  it('a server that is not set up for this form', async () => {
    const { shopper } = await pages.openCheckout(browser);
    await shopper.type(APPROVED);
    await shopper.page.route('**/checkout/*/attempts', answer(422, { type: 'validation', code: 'unknown_field', message: 'No.', retryable: false, advice: 'none' }));
    assert.deepEqual(await refused(shopper, await pay(shopper)), { type: 'internal', code: 'misconfigured', retryable: false, advice: 'contact_support' });
    await shopper.leave();
  });

  it('a server that does not answer', async () => {
    const { shopper } = await pages.openCheckout(browser);
    await shopper.type(APPROVED);
    await shopper.page.route('**/checkout/*/attempts', (route) => route.abort());
    assert.deepEqual(await refused(shopper, await pay(shopper)), { type: 'gateway', code: 'not_sent', retryable: true, advice: 'try_again' });
    await shopper.leave();
  });

  const UNREADABLE = { type: 'gateway', code: 'order_unreadable', retryable: true, advice: 'try_again' };
  const NOT_FOUND = { type: 'not_found', code: 'session_not_found', retryable: false, advice: 'none' };
  for (const [what, expected] of [['a session that nobody knows', NOT_FOUND], ['an order that can not be read', UNREADABLE]]) {
    it(`${what}: in the event, and in what pay() answers`, async () => {
      const { session } = await pages.order();
      const shopper = await pages.open(browser);
      if (expected === UNREADABLE) await shopper.page.route(/\/checkout\/cs_\w+$/, (route) => route.abort());
      await shopper.page.evaluate((session) => {
        window.lost = [];
        window.checkout = Florin().checkout({ session });
        checkout.on('loaderror', (error) => lost.push(error));
        checkout.mount('#pay');
      }, expected === UNREADABLE ? session : `cs_${'0'.repeat(38)}`);
      await eventually('the page hears of it', () => shopper.page.evaluate(() => lost.length > 0));
      const [{ message, ...told }] = await shopper.page.evaluate(() => lost);
      assert.deepEqual(told, expected);
      await shopper.sees(message);
      assert.deepEqual(await refused(shopper, await pay(shopper)), expected);
      await shopper.leave();
    });
  }
});
