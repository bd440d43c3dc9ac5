// What happens to pages: pressed twice, reloaded, left and come back to, offline, without servers. In the
// end there is one charge at most, a sentence and a way on.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, launch } from './shopper.mjs';

describe('a page and its shopper', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  const attempts = (shopper) => shopper.requests.filter(({ url }) => url.endsWith('/pay')).length;
  const opened = async (id) => (await demo.shop(`/v1/orders/${id}/timeline`)).data.filter(({ kind }) => kind === 'payment_opened').length;

  it('a double click, and Enter with a click, pay once', async () => {
    for (const press of [
      (shopper) => shopper.button.dblclick(),
      (shopper) => Promise.all([shopper.field('Name on card').press('Enter'), shopper.button.click({ force: true, noWaitAfter: true }).catch(() => {})]),
    ]) {
      const { shopper, id } = await pages.openCheckout(browser);
      await shopper.type(APPROVED);
      await press(shopper);
      await demo.orderIs(id, 'paid');
      assert.equal(attempts(shopper), 1);
      assert.equal(await opened(id), 1);
      await shopper.leave();
    }
  });

  it('a reload in mid-payment finds the payment again', async () => {
    await demo.sandbox('faults', { route: 'POST /payments/{payment_id}/confirm', fault: 'delay', ms: 1500, times: 1 });
    const { id, session } = await pages.order();
    const body = `<florin-checkout session="${session}"></florin-checkout>`;
    const shopper = await pages.open(browser, { body });
    await shopper.type(APPROVED);
    await shopper.button.click();
    // A request that a reload cuts off before it arrives pays nothing: only one that arrived is in mid-payment.
    await demo.orderIs(id, 'processing');
    await shopper.page.reload();
    await shopper.sees('Paid');
    const result = await shopper.page.evaluate(() => document.querySelector('florin-checkout').resume());
    assert.deepEqual([result.order.id, ['paid', 'processing'].includes(result.status)], [id, true]);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).amount_captured, 4200);
    assert.equal(await opened(id), 1);
    await shopper.leave();
  });

  it('back and forward: the card is gone, and the form works again', async () => {
    const { id, session } = await pages.order();
    const shopper = await pages.open(browser, { body: `<florin-checkout session="${session}"></florin-checkout><a href="/elsewhere">away</a>` });
    await shopper.type(APPROVED);
    await shopper.page.getByText('away').click();
    await shopper.page.getByText('elsewhere').waitFor();
    await shopper.page.goBack();
    await shopper.field('Card number').waitFor();
    assert.equal(await shopper.field('Card number').inputValue(), '');
    assert.equal(await shopper.field('Security code').inputValue(), '');
    await shopper.pay(APPROVED);
    await demo.orderIs(id, 'paid');
    await shopper.leave();
  });

  it('a page from the browser\'s cache begins again: wiped, and with the order as it stands', async () => {
    const { shopper, id } = await pages.openCheckout(browser);
    await shopper.type(APPROVED);
    // What a browser does with a page that it kept, in the order in which it does it.
    await shopper.page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    });
    await eventually('the form is empty', async () => (await shopper.field('Card number').inputValue()) === '');
    await shopper.pay(APPROVED);
    await demo.orderIs(id, 'paid');
    await shopper.page.evaluate(() => { heard.length = 0; dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })); });
    await shopper.sees('Paid');
    assert.deepEqual(await shopper.page.evaluate(() => heard.filter(([name]) => name === 'outcome')), [['outcome', 'paid']]);
    await shopper.leave();
  });

  it('offline: a sentence and an outcome, nothing charged; online again it pays', async () => {
    const { shopper, id } = await pages.openCheckout(browser);
    await shopper.type(APPROVED);
    await shopper.context.setOffline(true);
    const failed = await shopper.page.evaluate(() => checkout.pay());
    assert.deepEqual([failed.status, failed.ok, failed.error.retryable], ['open', false, true]);
    assert.ok(failed.error.message.length > 10);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).status, 'open');
    await shopper.context.setOffline(false);
    assert.equal((await shopper.page.evaluate(() => checkout.pay())).status, 'paid');
    assert.equal(await opened(id), 1);
    await shopper.leave();
  });

  it('an answer that is lost is never called a failure', async () => {
    const { shopper, id } = await pages.openCheckout(browser);
    await shopper.type(APPROVED);
    await shopper.page.route('**/checkout/*/pay', async (route) => {
      await fetch(route.request().url(), { method: 'POST', headers: { 'content-type': 'application/json' }, body: route.request().postData() });
      await route.abort();
    });
    const result = await shopper.page.evaluate(() => checkout.pay());
    assert.equal(result.status, 'paid');
    assert.equal((await demo.shop(`/v1/orders/${id}`)).amount_captured, 4200);
    await shopper.leave();
  });

  it('a session that nobody knows says so, and pay() answers', async () => {
    const shopper = await pages.open(browser);
    const told = await shopper.page.evaluate(async () => {
      const checkout = Florin().checkout({ session: `cs_${'0'.repeat(38)}` });
      const error = new Promise((done) => checkout.on('loaderror', done));
      checkout.mount('#pay');
      const { code, message } = await error;
      const result = await checkout.pay();
      return { code, message, status: result.status, ok: result.ok };
    });
    assert.equal(told.code, 'order_unreadable');
    assert.ok(told.message.length > 10);
    assert.deepEqual([told.status, told.ok], ['open', false]);
    await shopper.leave();
  });

  it('an expired order says so', async () => {
    const { id, session } = await pages.order({ expires_in: 60 });
    await demo.shop('/sandbox/clock', { advance_seconds: 120 });
    await demo.orderIs(id, 'expired');
    const shopper = await pages.open(browser, { body: `<florin-checkout session="${session}"></florin-checkout>` });
    await shopper.sees(/expired|time|over/i);
    await shopper.leave();
  });

  it('WebAssembly refused: a sentence, a retry and an event', async () => {
    const { session } = await pages.order();
    const shopper = await pages.open(browser);
    await shopper.page.route('**/form_bg.wasm', (route) => route.abort());
    const told = await shopper.page.evaluate((session) => new Promise((done) => {
      window.checkout = Florin().checkout({ session });
      checkout.on('loaderror', ({ code, message }) => done({ code, message }));
      checkout.mount('#pay');
    }), session);
    assert.equal(told.code, 'frame_unreachable');
    assert.match(told.message, /Nothing was charged/);
    await shopper.page.unroute('**/form_bg.wasm');
    await shopper.page.getByRole('button', { name: 'Try again' }).click();
    await shopper.pay(APPROVED);
    await shopper.sees('Paid');
    await shopper.leave();
  });

  it('a session that fails to come can be asked for again', async () => {
    const { session } = await pages.order();
    const shopper = await pages.open(browser);
    const code = await shopper.page.evaluate((session) => new Promise((done) => {
      let asked = 0;
      window.checkout = Florin().checkout({ session: async () => { asked += 1; if (asked === 1) throw new Error('the shop is slow'); return session; } });
      checkout.on('loaderror', ({ code }) => done(code));
      checkout.mount('#pay');
    }), session);
    assert.equal(code, 'session_unavailable');
    await shopper.page.getByRole('button', { name: 'Try again' }).click();
    await shopper.pay(APPROVED);
    await shopper.sees('Paid');
    await shopper.leave();
  });

  it('the merchant server down: a sentence and a retry; up again it pays', async () => {
    const { shopper, id } = await pages.openCheckout(browser);
    await shopper.type(APPROVED);
    await demo.kill('merchant');
    const failed = await shopper.page.evaluate(() => checkout.pay());
    assert.deepEqual([failed.status, failed.ok], ['open', false]);
    await demo.startPart('merchant');
    assert.equal((await shopper.page.evaluate(() => checkout.pay())).status, 'paid');
    assert.equal(await opened(id), 1);
    await shopper.leave();
  });
});
