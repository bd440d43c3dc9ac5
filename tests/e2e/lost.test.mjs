// A payment that was sent, and whose form then goes away: nobody says that nothing was charged, and whoever asks
// again hears how it ended. And what a page hears of one try: one outcome, whatever happens twice.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { onItsWay, outcomes } from './on-its-way.mjs';
import { Pages } from './page.mjs';
import { APPROVED, CHALLENGED, DECLINED, launch } from './shopper.mjs';

/** Ways for a form to go away, by what the page says; each resolves when it is gone. */
const WAYS = {
  unmount: () => checkout.unmount(),
  destroy: () => checkout.destroy(),
  'update to a session that does not come': () => checkout.update({ session: Promise.reject(new Error('the shop is slow')) }),
  'update to another order': () => checkout.update({ session: window.another }),
};

for (const collect of ['token', 'confirm']) {
  describe(`a payment on its way whose form goes away, in ${collect} mode`, () => {
    let browser, pages, demo;
    before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start({ collect })]); ({ demo } = pages); });
    after(async () => { await browser?.close(); await pages?.stop(); });

    const arrive = () => onItsWay(browser, pages);


    for (const [way, go] of Object.entries(WAYS)) {
      it(`${way}: unknown, and nobody says that nothing was charged`, async () => {
        const { shopper, id, letGo } = await arrive();
        const another = (await pages.order()).session;
        await shopper.page.evaluate((another) => { window.another = another; }, another);
        await shopper.page.evaluate(go);
        const { status, ok, error } = await shopper.page.evaluate(() => window.result);
        assert.deepEqual([status, ok, error.retryable, error.advice], ['unknown', false, false, 'wait']);
        assert.doesNotMatch(error.message, /nothing was charged/i);
        assert.deepEqual(await outcomes(shopper), ['unknown'], 'one outcome');
        await letGo();
        const paid = await demo.orderIs(id, 'paid');
        assert.equal(paid.amount_captured, 4200);
        assert.equal(await pages.charges(id), 1);
        await shopper.leave();
      });
    }

    it('whoever mounts and asks again hears how it ended', async () => {
      const { shopper, id, letGo } = await arrive();
      await shopper.page.evaluate(() => checkout.unmount());
      assert.equal((await shopper.page.evaluate(() => window.result)).status, 'unknown');
      await letGo();
      await demo.orderIs(id, 'paid');
      const found = await shopper.page.evaluate(() => { checkout.mount('#pay'); return checkout.resume(); });
      assert.deepEqual([found.status, found.order.id], ['paid', id]);
      await shopper.leave();
    });

    it('a form that breaks twice: a sentence that claims nothing, and the other try shows the truth', async () => {
      const { shopper, id, letGo } = await arrive();
      const frame = shopper.page.frames().find((frame) => frame.url().includes('/v1/frame'));
      await frame.evaluate(() => florin.tell({ type: 'loaderror', code: 'frame_unreachable' }));
      assert.equal((await shopper.page.evaluate(() => window.result)).status, 'unknown');
      const said = await shopper.page.getByRole('alert').textContent();
      assert.ok(said.length > 10 && !/nothing was charged/i.test(said), said);
      await letGo();
      await demo.orderIs(id, 'paid');
      await shopper.page.getByRole('button', { name: 'Try again' }).click();
      await shopper.sees('Paid');
      assert.equal((await shopper.page.evaluate(() => checkout.resume())).status, 'paid', 'resume() asks anew');
      await shopper.leave();
    });

    it('moved in the document: what is open by the server\'s word is not called open', async () => {
      const { shopper, letGo } = await arrive();
      await shopper.page.evaluate(() => { const place = document.createElement('main'); document.body.append(place); place.append(document.querySelector('#pay')); });
      const { status } = await shopper.page.evaluate(() => window.result);
      assert.ok(['unknown', 'processing'].includes(status), status);
      await letGo();
      await shopper.leave();
    });
  });
}

describe('one try, one outcome', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  const outcomes = (shopper) => shopper.page.evaluate(() => heard.filter(([name]) => name === 'outcome').map(([, status]) => status));

  it('a refused payment that charged nothing is told once', async () => {
    const { shopper } = await pages.openCheckout(browser);
    await shopper.type(APPROVED);
    await shopper.page.route('**/checkout/*/pay', (route) => route.fulfill({
      status: 422, contentType: 'application/json', headers: { 'access-control-allow-origin': pages.frameUrl },
      body: '{"error":{"type":"validation","code":"token_expired","message":"","retryable":true,"advice":"try_again"}}',
    }), { times: 1 });
    assert.equal((await shopper.page.evaluate(() => checkout.pay())).status, 'open');
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(await outcomes(shopper), ['open']);
    await shopper.leave();
  });

  it('a status of the beginning that comes late repeats nothing', async () => {
    const { session } = await pages.order();
    const shopper = await pages.open(browser);
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await shopper.page.route('**/checkout/*/status', async (route) => { await released; await route.continue(); }, { times: 1 });
    await shopper.page.evaluate((session) => {
      window.heard = [];
      window.checkout = Florin().checkout({ session });
      checkout.on('outcome', ({ status }) => heard.push(['outcome', status]));
      checkout.mount('#pay');
    }, session);
    await shopper.type(APPROVED);
    assert.equal((await shopper.page.evaluate(() => checkout.pay())).status, 'paid');
    release();
    assert.equal((await shopper.page.evaluate(() => checkout.resume())).status, 'paid', 'it came');
    assert.deepEqual(await outcomes(shopper), ['paid']);
    await shopper.leave();
  });

  it('two presses of "use another card" give up once', async () => {
    const { session } = await pages.order();
    const shopper = await pages.open(browser, { body: `<florin-checkout session="${session}"></florin-checkout>` });
    await shopper.pay(CHALLENGED);
    await shopper.atTheBankInTheDialog();
    await shopper.page.reload();
    await shopper.sees('Confirm with your bank');
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await shopper.page.route('**/checkout/*/abandon', async (route) => { await released; await route.continue(); });
    const another = shopper.form.locator('#another');
    await another.evaluate((button) => { button.click(); button.click(); });
    await eventually('it is asked', async () => shopper.requests.some(({ url }) => url.endsWith('/abandon')));
    await shopper.sees('Checking…');
    await shopper.button.click();
    release();
    await shopper.sees(/^Pay$/);
    assert.equal(shopper.requests.filter(({ url }) => url.endsWith('/abandon')).length, 1);
    await shopper.leave();
  });

  it('a yes that comes when the form has begun again pays nothing', async () => {
    const { shopper, id } = await pages.openCheckout(browser);
    await shopper.page.evaluate(() => {
      window.asked = 0;
      checkout.on('submit', (event) => { asked += 1; event.waitUntil(new Promise((yes) => (window.yes ||= yes))); });
    });
    await shopper.type(APPROVED);
    const first = shopper.page.evaluate(() => checkout.pay());
    await eventually('the page is asked', () => shopper.page.evaluate(() => asked === 1));
    await shopper.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    assert.equal((await first).status, 'open', 'nothing was sent');
    await shopper.type(APPROVED);
    await shopper.button.click();
    await eventually('the page is asked again', () => shopper.page.evaluate(() => asked === 2));
    await shopper.page.evaluate(() => yes());
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal((await demo.shop(`/v1/orders/${id}`)).payment, null, 'the second question has no answer yet');
    await shopper.leave();
  });
});

describe('what a page hears of the fields', () => {
  let browser, pages;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  /** A shopper, and what waits until the page was told so last. */
  async function listening(options) {
    const { shopper } = await pages.openCheckout(browser, { options });
    await shopper.page.evaluate(() => checkout.on('change', (change) => { window.change = change; }));
    const isTold = (complete, empty) => eventually(`told as ${complete}, ${empty}`, () => shopper.page.evaluate(([complete, empty]) => window.change?.complete === complete && change.empty === empty, [complete, empty]));
    return { shopper, isTold };
  }

  it('a country without postal codes, chosen last, completes them at once', async () => {
    const { shopper, isTold } = await listening({ fields: { country: true, postalCode: true } });
    await shopper.type(APPROVED);
    // As a password manager does it: one event, and the focus stays where it is.
    await shopper.form.locator('#country').selectOption('HK');
    await isTold(true, false);
    await shopper.leave();
  });

  it('emptied by the page, or by an outcome, they are told as empty', async () => {
    const { shopper, isTold } = await listening();
    await shopper.type(APPROVED);
    await isTold(true, false);
    await shopper.page.evaluate(() => checkout.clear());
    await isTold(false, true);
    await shopper.pay(DECLINED);
    await shopper.sees('Try another card');
    await isTold(false, true);
    assert.equal(await shopper.page.evaluate(() => change.brand), null);
    await shopper.leave();
  });
});
