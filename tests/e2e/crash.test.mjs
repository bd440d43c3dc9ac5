// Killed between the gateway's approval and its own write, the merchant server loses nothing.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Demo, eventually } from './demo.mjs';
import { APPROVED, Shopper, launch } from './shopper.mjs';

for (const collect of ['token', 'confirm']) {
  describe(`a crash in ${collect} mode`, () => {
    let browser, demo;
    before(async () => {
      [browser, demo] = await Promise.all([launch(), Demo.start({ collect, parts: ['gateway', 'merchant', 'frame', 'shop'] })]);
    });
    after(async () => { await browser?.close(); await demo?.stop(); });

    it('ends with the order paid once', async () => {
      await demo.sandbox('webhooks', { mode: 'hold' });
      const route = collect === 'token' ? 'POST /payments/{payment_id}/confirm' : 'GET /payments/{payment_id}';
      const fault = await demo.sandbox('faults', { route, fault: 'delay', ms: 20_000, times: 1 });
      const shopper = await Shopper.arrive(browser, demo);
      await shopper.pay(APPROVED);
      const order = await eventually('the card is submitted', async () => {
        const newest = await demo.newestOrder();
        return newest.status === 'processing' && newest;
      });
      // Not before: in confirm mode our own look at the payment would meet the fault.
      await eventually('the merchant server waits for the gateway', () => demo.struck(fault.id));
      await eventually('the gateway has approved', async () => {
        const list = await demo.gateway(`/payments/${order.payment.id}`);
        return list.status === 'succeeded';
      });
      assert.equal((await demo.shop(`/v1/orders/${order.id}`)).status, 'processing', 'our own write has not happened');
      await demo.kill('merchant');
      await demo.startPart('merchant');
      // The sweep looks when the claim is 25 s old; the test does not wait that long.
      await demo.shop('/sandbox/clock', { advance_seconds: 30 });
      const paid = await demo.orderIs(order.id, 'paid');
      assert.equal(paid.amount_captured, paid.amount);
      const { data } = await demo.shop(`/v1/orders/${order.id}/timeline`);
      assert.equal(data.filter((entry) => entry.kind === 'paid').length, 1);
      assert.equal((await demo.gateway(`/payments/${order.payment.id}`)).amount_received, paid.amount);
      await shopper.thanked();
      await shopper.leave();
    });
  });
}

describe('stopping', () => {
  it('SIGTERM ends it cleanly, and the folder resumes with its keys', async () => {
    const demo = await Demo.start();
    const before_ = JSON.stringify(demo.json);
    const process_ = demo.processes.get(null);
    process_.child.kill('SIGTERM');
    assert.deepEqual(await process_.ended, { code: 0, signal: null });
    await demo.startPart(null);
    assert.equal(JSON.stringify(demo.json), before_);
    await demo.stop();
  });
});
