// What was sent stays sent: after its try has ended nobody says that nothing was charged, until a server says so. And
// a question that the form asks of the page ends, whatever becomes of the order meanwhile.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { onItsWay, outcomes } from './on-its-way.mjs';
import { Pages } from './page.mjs';
import { APPROVED, launch } from './shopper.mjs';

/** What a promise of the page's is worth, if it is worth anything within a while. */
const worth = (shopper, name) => shopper.page.evaluate((name) => Promise.race([
  window[name], new Promise((done) => setTimeout(done, 8000, { status: 'no answer' })),
]), name);


const move = () => { const place = document.createElement('main'); document.body.append(place); place.append(document.querySelector('#pay')); };

describe('what was sent stays sent', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  const arrive = () => onItsWay(browser, pages);

  /** Keeps the status back, or answers it, from now on. */
  async function holdStatus(shopper, answer) {
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await shopper.page.route('**/checkout/*/status*', async (route) => {
      await released;
      await (answer ? route.fulfill({ contentType: 'application/json', headers: { 'access-control-allow-origin': pages.frameUrl }, body: JSON.stringify(answer) }) : route.continue()).catch(() => {});
    });
    return release;
  }

  /** Moves the form while it waits for its answer: an empty one begins, and does not know yet how the order stands. */
  async function moved(answer) {
    const arrived = await arrive();
    const release = await holdStatus(arrived.shopper, answer);
    await arrived.shopper.page.evaluate(() => { heard.length = 0; });
    await arrived.shopper.page.evaluate(move);
    await eventually('another form is there', () => arrived.shopper.page.evaluate(() => heard.some(([name]) => name === 'ready')));
    return { ...arrived, release };
  }

  it('told as unknown, and the form does not load again: neither the sentence nor pay() says that nothing was charged', async () => {
    const { shopper, letGo } = await arrive();
    const frame = shopper.page.frames().find((frame) => frame.url().includes('/v1/frame'));
    await frame.evaluate(() => florin.tell({ type: 'loaderror', code: 'frame_unreachable' }));
    assert.equal((await worth(shopper, 'result')).status, 'unknown');
    await shopper.page.route('**/v1/frame/**', (route) => route.abort());
    await shopper.page.getByRole('button', { name: 'Try again' }).click();
    await eventually('it fails again', () => shopper.page.evaluate(() => heard.filter(([name]) => name === 'loaderror').length === 2));
    assert.doesNotMatch(await shopper.page.getByRole('alert').textContent(), /nothing was charged/i);
    const { status, error } = await shopper.page.evaluate(() => checkout.pay());
    assert.deepEqual([status, error.advice], ['unknown', 'wait']);
    await letGo();
    await shopper.leave();
  });

  it('told as unknown, paid again and unmounted before the answer: still unknown', async () => {
    const { shopper, letGo, id } = await arrive();
    await shopper.page.evaluate(() => checkout.unmount());
    assert.equal((await worth(shopper, 'result')).status, 'unknown');
    await shopper.page.evaluate(() => checkout.mount('#pay'));
    await shopper.sees('Processing');
    const release = await holdStatus(shopper);
    await shopper.page.evaluate(() => { window.again = checkout.pay(); checkout.unmount(); });
    const { status, error } = await worth(shopper, 'again');
    assert.equal(status, 'unknown');
    assert.doesNotMatch(error.message, /nothing was charged/i);
    release();
    await letGo();
    await demo.orderIs(id, 'paid');
    assert.equal(await pages.charges(id), 1);
    await shopper.leave();
  });

  it('moved, and pressed while the new form is empty: unknown, not a mistake of the shopper\'s', async () => {
    const { shopper, release, letGo } = await moved();
    await shopper.button.click();
    const { status } = await worth(shopper, 'result');
    assert.equal(status, 'unknown');
    assert.deepEqual(await outcomes(shopper), ['unknown']);
    release();
    await letGo();
    await shopper.leave();
  });

  it('moved, and vetoed by the page: unknown, not open', async () => {
    const { shopper, release, letGo } = await moved();
    await shopper.page.evaluate(() => checkout.on('submit', (event) => event.preventDefault()));
    await shopper.type(APPROVED);
    await shopper.button.click();
    assert.equal((await worth(shopper, 'result')).status, 'unknown');
    release();
    await letGo();
    await shopper.leave();
  });

  it('moved, and open by the server\'s word: unknown, and resume() says the same', async () => {
    const order = { id: 'ord_1', reference: null, amount: 4200, currency: 'EUR' };
    const { shopper, release, letGo } = await moved({ status: 'open', ok: false, order, attempt: null });
    await shopper.page.evaluate(() => { window.resumed = checkout.resume(); });
    release();
    assert.equal((await worth(shopper, 'result')).status, 'unknown');
    const { status, order: named } = await worth(shopper, 'resumed');
    assert.deepEqual([status, named?.id], ['unknown', 'ord_1']);
    await letGo();
    await shopper.leave();
  });

  it('how the lost form\'s order stands comes while the new one waits for the page\'s yes: that is still heard', async () => {
    const { shopper, release, letGo, id } = await moved();
    await shopper.page.evaluate(() => checkout.on('submit', (event) => { window.asked = true; event.waitUntil(new Promise((yes) => (window.yes = yes))); }));
    await shopper.type(APPROVED);
    await shopper.button.click();
    await eventually('the page is asked', () => shopper.page.evaluate(() => window.asked));
    release();
    assert.equal((await worth(shopper, 'result')).status, 'processing');
    const before_ = shopper.requests.length;
    await shopper.page.evaluate(() => yes());
    await eventually('the form goes on', async () => shopper.requests.slice(before_).some(({ url }) => url.endsWith('/attempts')), { timeoutMs: 5000 });
    await letGo();
    await shopper.sees('Paid');
    await demo.orderIs(id, 'paid');
    assert.equal(await pages.charges(id), 1);
    await shopper.leave();
  });
});

describe('a press while another order is on its way', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  /** A complete card in a form whose order is about to be another: `come(session)`, or `fail()`. */
  async function arrive() {
    const { shopper, id } = await pages.openCheckout(browser);
    await shopper.page.evaluate(() => {
      window.submits = 0;
      checkout.on('submit', () => (submits += 1));
    });
    await shopper.form.getByText(/€42\.00/).first().waitFor();
    await shopper.type(APPROVED);
    await shopper.page.evaluate(() => checkout.update({ session: new Promise((come, fail) => Object.assign(window, { come, fail: () => fail(new Error('slow')) })) }));
    return { shopper, id };
  }

  const pressed = async (shopper) => {
    await shopper.button.click();
    await shopper.page.waitForTimeout(300);
  };

  it('that does not come: nothing was sent, and nobody says that something was', async () => {
    const { shopper, id } = await arrive();
    await pressed(shopper);
    await shopper.page.evaluate(() => fail());
    await eventually('it fails', () => shopper.page.evaluate(() => heard.some(([name]) => name === 'loaderror')));
    assert.deepEqual([await outcomes(shopper), await shopper.page.evaluate(() => submits)], [[], 0]);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).payment, null);
    await shopper.leave();
  });

  it('that comes: the press pays neither, and the next one pays that', async () => {
    const { shopper, id } = await arrive();
    const other = await pages.order();
    await pressed(shopper);
    await shopper.page.evaluate((session) => come(session), other.session);
    await eventually('its order is read', async () => shopper.requests.some(({ url }) => url.endsWith(`/checkout/${other.session}`)));
    await shopper.page.evaluate(() => { window.result = checkout.pay(); });
    const { status, order } = await worth(shopper, 'result');
    assert.deepEqual([status, order?.id], ['paid', other.id]);
    assert.equal(await shopper.page.evaluate(() => submits), 1);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).payment, null);
    await shopper.leave();
  });

  it('after pay(): the order that comes is paid once its price was seen', async () => {
    const { shopper, id } = await arrive();
    const other = await pages.order();
    await shopper.page.evaluate(() => { window.result = checkout.pay(); });
    await pressed(shopper);
    await shopper.page.evaluate((session) => come(session), other.session);
    assert.equal((await worth(shopper, 'result')).status, 'paid');
    const attempts = shopper.requests.filter(({ url }) => url.endsWith('/attempts'));
    assert.deepEqual(attempts.map(({ body }) => JSON.parse(body).seen_amount), [4200]);
    assert.equal(await shopper.page.evaluate(() => submits), 1);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).payment, null);
    await shopper.leave();
  });

  it('the same order, promised once more while the page was asked: the question is taken back, and a press pays', async () => {
    const { shopper, id, session } = await pages.openCheckout(browser);
    await shopper.page.evaluate(() => checkout.on('submit', (event) => { if (!window.asked) event.waitUntil(new Promise((yes) => (window.yes = yes))); window.asked = true; }));
    await shopper.type(APPROVED);
    await shopper.button.click();
    await eventually('the page is asked', () => shopper.page.evaluate(() => window.asked));
    await shopper.page.evaluate((session) => checkout.update({ session: async () => session }), session);
    await shopper.page.evaluate(() => yes());
    await shopper.form.locator('.form[data-phase=editing]').waitFor({ timeout: 5000 });
    await shopper.button.click();
    await demo.orderIs(id, 'paid');
    assert.equal(await pages.charges(id), 1);
    await shopper.leave();
  });
});
