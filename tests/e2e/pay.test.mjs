// The journey in a real browser, in both modes: approved; declined, then another card; the tab closed.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Demo, eventually } from './demo.mjs';
import { APPROVED, BY_REDIRECT, CHALLENGED, DECLINED, Shopper, launch } from './shopper.mjs';

for (const collect of ['token', 'confirm']) {
  describe(`paying in ${collect} mode`, () => {
    let browser, demo;
    before(async () => { [browser, demo] = await Promise.all([launch(), Demo.start({ collect })]); });
    after(async () => { await browser?.close(); await demo?.stop(); });

    it('an approved card pays the order', async () => {
      const shopper = await Shopper.arrive(browser, demo);
      await shopper.pay(APPROVED);
      await shopper.thanked();
      const order = await demo.newestOrder();
      assert.equal(order.status, 'paid');
      assert.equal(order.amount_captured, order.amount);
      assert.equal(order.payment.card.last4, '4242');
      assert.deepEqual(shopper.errors, []);
      await shopper.leave();
    });

    it('a declined card, then another card', async () => {
      const shopper = await Shopper.arrive(browser, demo);
      await shopper.pay(DECLINED);
      await shopper.sees('Try another card');
      assert.equal((await demo.newestOrder()).status, 'open');
      await shopper.pay(APPROVED);
      await shopper.thanked();
      assert.equal((await demo.newestOrder()).status, 'paid');
      await shopper.leave();
    });

    it('a challenge approved by redirect', async () => {
      const shopper = await Shopper.arrive(browser, demo, { path: BY_REDIRECT });
      await shopper.pay(CHALLENGED);
      await (await shopper.atTheBank()).approve.click();
      await shopper.thanked();
      assert.equal((await demo.newestOrder()).status, 'paid');
      const landed = new URL(shopper.page.url());
      assert.deepEqual([...landed.searchParams.keys()], ['order'], 'nothing of the signed URL is left');
      await shopper.leave();
    });

    it('a challenge refused, then another card', async () => {
      const shopper = await Shopper.arrive(browser, demo, { path: BY_REDIRECT });
      await shopper.pay(CHALLENGED);
      await (await shopper.atTheBank()).refuse.click();
      await shopper.page.waitForURL(/order=/);
      await shopper.sees(/Your bank did not confirm|Try again|Try another card/);
      await shopper.pay(APPROVED);
      await shopper.thanked();
      assert.equal((await demo.newestOrder()).status, 'paid');
      await shopper.leave();
    });

    it('a challenge abandoned is offered again, then given up for another card', async () => {
      const shopper = await Shopper.arrive(browser, demo, { path: BY_REDIRECT });
      await shopper.pay(CHALLENGED);
      await shopper.atTheBank();
      const order = await demo.newestOrder();
      // The shopper comes back by hand, with nothing but the shop's own address.
      await shopper.page.goto(`${demo.json.shop_url}/?order=${order.id}`);
      await shopper.sees('Confirm with your bank');
      await shopper.form.getByRole('button', { name: 'Use another card' }).click();
      await shopper.sees(/^Pay$/);
      await shopper.pay(APPROVED);
      await shopper.thanked();
      const paid = await demo.shop(`/v1/orders/${order.id}`);
      assert.equal(paid.status, 'paid');
      assert.equal(paid.amount_captured, paid.amount);
      await shopper.leave();
    });

    it('the tab is closed at the bank after approving: the webhook pays the order', async () => {
      const shopper = await Shopper.arrive(browser, demo, { path: BY_REDIRECT });
      await shopper.pay(CHALLENGED);
      const bank = await shopper.atTheBank();
      const order = await demo.newestOrder();
      let returns = 0;
      await shopper.onReturn(() => { returns += 1; });
      await bank.approve.click();
      await demo.orderIs(order.id, 'paid');
      assert.equal(returns, 1, 'the browser was stopped on its way back');
      await shopper.leave();
    });

    it('the tab is closed right after pressing pay: the order is still paid', async () => {
      await demo.sandbox('faults', { route: 'POST /payments/{payment_id}/confirm', fault: 'delay', ms: 700, times: 1 });
      const shopper = await Shopper.arrive(browser, demo);
      await shopper.sees('€42.00');
      await shopper.type(APPROVED);
      await shopper.button.click();
      // A request that never arrived pays nothing: the tab is closed once the card is at the gateway, or on its way.
      const order = await eventually('the card has arrived', async () => {
        const newest = await demo.newestOrder();
        if (newest.status === 'processing') return newest;
        return newest.payment && (await demo.gateway(`/payments/${newest.payment.id}`)).status === 'succeeded' && newest;
      });
      await shopper.leave();
      await demo.orderIs(order.id, 'paid');
    });

    it('neither the page nor any address ever held the card or a secret', async () => {
      const shopper = await Shopper.arrive(browser, demo);
      await shopper.pay(APPROVED);
      await shopper.thanked();
      const cardMayGo = collect === 'token' ? /\/tokens$/ : /\/payments\/[^/]+\/confirm$/;
      let handedOver = 0;
      for (const { url, body, headers } of shopper.requests) {
        const said = `${url} ${JSON.stringify(headers)} ${body}`;
        for (const secret of [demo.json.secret_key, demo.json.shop_key, demo.json.admin_key, demo.json.return_hash_key]) {
          assert.ok(!said.includes(secret), `a secret left in ${url}`);
        }
        if (!said.includes(APPROVED)) continue;
        assert.ok(url.startsWith(demo.json.gateway_url) && cardMayGo.test(new URL(url).pathname), `the card went to ${url}`);
        handedOver += 1;
      }
      assert.equal(handedOver, 1, 'the card went to the gateway once');
      const kept = await shopper.page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]));
      assert.equal(kept, '["",{},{}]');
      assert.ok(!(await shopper.page.content()).includes('4242424242424242'));
      await shopper.leave();
    });
  });
}
