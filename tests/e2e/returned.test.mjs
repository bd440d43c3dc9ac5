// The browser comes back with a URL that somebody changed; and two tabs with two cards.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Demo } from './demo.mjs';
import { APPROVED, BY_REDIRECT, CHALLENGED, Shopper, launch } from './shopper.mjs';

describe('coming back', () => {
  let browser, demo;
  before(async () => { [browser, demo] = await Promise.all([launch(), Demo.start()]); });
  after(async () => { await browser?.close(); await demo?.stop(); });

  it('a tampered return says nothing and changes nothing; the webhook then pays', async () => {
    await demo.sandbox('webhooks', { mode: 'hold' });
    const shopper = await Shopper.arrive(browser, demo, { path: BY_REDIRECT });
    await shopper.pay(CHALLENGED);
    const bank = await shopper.atTheBank();
    const order = await demo.newestOrder();
    let honest;
    await shopper.onReturn((url) => {
      honest = url;
      return url.replace('status=succeeded', 'status=Succeeded');
    });
    await bank.approve.click();
    await shopper.page.waitForURL(`${demo.json.shop_url}/?order=${order.id}`);
    assert.match(honest, /status=succeeded/);
    assert.equal((await demo.shop(`/v1/orders/${order.id}`)).status, 'requires_action');
    await demo.sandbox('webhooks', { mode: 'release' });
    await demo.orderIs(order.id, 'paid');
    await shopper.thanked();
    await shopper.leave();
  });

  it('the webhook comes before the return', async () => {
    const shopper = await Shopper.arrive(browser, demo, { path: BY_REDIRECT });
    await shopper.pay(CHALLENGED);
    const bank = await shopper.atTheBank();
    const order = await demo.newestOrder();
    await shopper.onReturn(async (url) => {
      await demo.orderIs(order.id, 'paid');
      return url;
    });
    await bank.approve.click();
    await shopper.thanked();
    const { data } = await demo.shop(`/v1/orders/${order.id}/timeline`);
    assert.equal(data.filter((entry) => entry.kind === 'paid').length, 1);
    assert.equal(data.find((entry) => entry.kind === 'paid').source, 'webhook');
    await shopper.leave();
  });

  it('two tabs with two cards charge once', async () => {
    const one = await Shopper.arrive(browser, demo);
    // The form shows before the shop has made its order; the amount comes with it.
    await one.sees('€42.00');
    const order = await demo.newestOrder();
    const two = await Shopper.arrive(browser, demo, { path: `/?order=${order.id}` });
    await one.type(APPROVED);
    await two.type('5555555555554444');
    await Promise.all([one.button.click(), two.button.click()]);
    await Promise.all([one.thanked(), two.thanked()]);
    const paid = await demo.shop(`/v1/orders/${order.id}`);
    assert.equal(paid.amount_captured, paid.amount);
    const { data } = await demo.shop(`/v1/orders/${order.id}/timeline`);
    assert.equal(data.filter((entry) => entry.kind === 'payment_opened').length, 1);
    assert.equal(data.filter((entry) => entry.kind === 'paid').length, 1);
    await one.leave();
    await two.leave();
  });
});
