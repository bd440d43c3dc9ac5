// `<florin-checkout>` as a part of the form around it, `<florin-pay-button>`, and the second file that both need.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, Shopper, launch } from './shopper.mjs';

describe('the elements', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  const form = (session, inside = '') => `<form id="order" action="/thanks" method="get"><input name="note" required>
    <fieldset id="set"><florin-checkout id="card" session="${session}"></florin-checkout></fieldset>${inside}<button id="send">Order</button></form>`;

  it('submitting the form validates, pays, and goes on with the order', async () => {
    const { id, session } = await pages.order();
    const shopper = await pages.open(browser, { body: form(session) });
    await shopper.field('Card number').waitFor();
    await shopper.page.locator('input[name=note]').fill('gift');
    await shopper.page.locator('#send').click();
    await shopper.sees('Enter the long number on the card.');
    assert.match(shopper.page.url(), /\/page$/, 'nothing was sent while the card is missing');
    assert.equal(await shopper.page.evaluate(() => document.querySelector('#order').checkValidity()), false);
    await shopper.type(APPROVED);
    await shopper.page.locator('#send').click();
    await shopper.page.waitForURL(/\/thanks/);
    assert.equal(new URL(shopper.page.url()).search, `?note=gift&florin_order=${id}`);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).status, 'paid');
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();
  });

  it('a declined card does not send the form; the button inside the frame sends it once paid', async () => {
    const { id, session } = await pages.order();
    const shopper = await pages.open(browser, { body: form(session) });
    await shopper.type('4000000000000002');
    await shopper.button.click();
    assert.equal((await demo.shop(`/v1/orders/${id}`)).payment, null, 'the note is missing: nothing was paid');
    await shopper.page.locator('input[name=note]').fill('gift');
    await shopper.button.click();
    await shopper.sees('Try another card');
    assert.match(shopper.page.url(), /\/page$/);
    await shopper.type(APPROVED);
    await shopper.button.click();
    await shopper.page.waitForURL(`${demo.json.shop_url}/thanks?note=gift&florin_order=${id}`);
    await shopper.leave();
  });

  it('a listener of the page may keep the form from paying; reset empties; a disabled fieldset disables', async () => {
    const { id, session } = await pages.order();
    const script = `document.querySelector('#order').addEventListener('submit', (event) => { if (window.veto) event.preventDefault(); }); window.veto = true;`;
    const shopper = await pages.open(browser, { body: form(session), script });
    await shopper.page.locator('input[name=note]').fill('gift');
    await shopper.type(APPROVED);
    await shopper.page.locator('#send').click();
    await shopper.page.evaluate(() => document.querySelector('#order').reset());
    await eventually('the fields are empty', async () => (await shopper.field('Card number').inputValue()) === '');
    assert.equal((await demo.shop(`/v1/orders/${id}`)).payment, null);
    const inert = await shopper.page.evaluate(() => { document.querySelector('#set').disabled = true; return document.querySelector('#card').inert; });
    assert.equal(inert, true);
    assert.equal(await shopper.page.evaluate(() => document.querySelector('#card').matches(':disabled')), true);
    await shopper.leave();
  });

  const MORE = '**/v1/florin-more.*';

  it('a second file that is lost once is asked for again, and a press meanwhile counts', async () => {
    const { id, session } = await pages.order();
    const shopper = await pages.open(browser);
    let release;
    const released = new Promise((resolve) => (release = resolve));
    let asked = 0;
    await shopper.page.route(MORE, async (route) => {
      asked += 1;
      if (asked === 1) return route.abort();
      await released;
      await route.continue();
    });
    await shopper.page.evaluate((session) => {
      const form = Object.assign(document.createElement('form'), { id: 'order', action: '/thanks' });
      const card = document.createElement('florin-checkout');
      card.setAttribute('session', session);
      form.append(card, Object.assign(document.createElement('button'), { id: 'send', textContent: 'Order' }));
      document.body.append(form);
    }, session);
    await shopper.type(APPROVED);
    await eventually('it is asked for twice', async () => asked === 2);
    await shopper.page.locator('#send').click();
    assert.match(shopper.page.url(), /\/page$/, 'nothing is sent before it is paid');
    release();
    await shopper.page.waitForURL(/\/thanks/);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).status, 'paid');
    await shopper.leave();
  });

  it('a second file that never comes: a sentence and an event, and pressing again finds it', async () => {
    const { id, session } = await pages.order();
    const script = `window.lost = []; addEventListener('loaderror', ({ target, detail }) => lost.push([target.localName, detail.code, detail.message]), true);`;
    const body = `<form id="order" action="/thanks"><florin-checkout id="card" session="${session}"></florin-checkout><button id="send">Order</button></form><florin-pay-button for="card">Buy it</florin-pay-button>`;
    const context = await browser.newContext();
    await context.route(MORE, (route) => route.abort());
    // Who listens is there before the loader.
    pages.page = { body: '', headers: {}, script: '', files: { '/first.js': { type: 'text/javascript', body: script } }, tag: `<script src="/first.js"></script>${body}<script src="${pages.frameUrl}/v1/florin.js" crossorigin></script>` };
    const shopper = await Shopper.in(context, demo, `${pages.url}/page`);
    const part = 'Part of the payment form did not load.';
    await eventually('both elements say so', () => shopper.page.evaluate(() => lost.length >= 2));
    assert.deepEqual((await shopper.page.evaluate(() => lost)).sort(), [['florin-checkout', 'frame_unreachable', part], ['florin-pay-button', 'frame_unreachable', part]]);
    await shopper.type(APPROVED);
    await shopper.page.locator('#send').click();
    await eventually('the press is answered', () => shopper.page.evaluate(() => lost.length >= 3));
    assert.match(shopper.page.url(), /\/page$/);
    await context.unroute(MORE);
    await shopper.page.evaluate(() => document.querySelector('form').addEventListener('submit', () => { window.pressed = true; }));
    assert.equal(await shopper.page.getByRole('button', { name: 'Buy it' }).count(), 0);
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await shopper.page.route('**/checkout/*/pay', async (route) => { await released; await route.continue(); });
    await shopper.page.locator('#send').click();
    await shopper.page.getByRole('button', { name: 'Buy it' }).waitFor();
    release();
    await shopper.page.waitForURL(/\/thanks/);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).status, 'paid');
    await shopper.leave();
  });

  /** A form of the page's whose second file is held until it is released. */
  async function withoutMore(inside = '') {
    const order = await pages.order();
    const shopper = await pages.open(browser);
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await shopper.page.route(MORE, async (route) => { await released; await route.continue().catch(() => {}); });
    await shopper.page.evaluate(([session, inside]) => {
      const form = Object.assign(document.createElement('form'), { id: 'order', action: '/thanks' });
      const set = Object.assign(document.createElement('fieldset'), { id: 'set' });
      const card = Object.assign(document.createElement('florin-checkout'), { id: 'card' });
      card.setAttribute('session', session);
      set.disabled = inside === 'disabled';
      set.append(card);
      form.append(set, Object.assign(document.createElement('button'), { id: 'send', textContent: 'Order' }));
      document.body.append(form);
    }, [order.session, inside]);
    await shopper.field('Card number').waitFor();
    return { shopper, release, ...order };
  }

  it('paid before the second file came: the form goes on all the same', async () => {
    const { shopper, release, id } = await withoutMore();
    await shopper.pay(APPROVED);
    await shopper.sees('Paid');
    release();
    await eventually('it has come', () => shopper.page.evaluate(() => document.querySelector('#order').checkValidity()));
    await shopper.page.locator('#send').click();
    await shopper.page.waitForURL(`${demo.json.shop_url}/thanks?florin_order=${id}`);
    await shopper.leave();
  });

  it('a reset empties the card before the second file came; one that the page prevents never does', async () => {
    const { shopper, release } = await withoutMore();
    const number = shopper.field('Card number');
    await number.pressSequentially('4242');
    await shopper.page.evaluate(() => document.querySelector('#order').reset());
    await eventually('it is empty', async () => (await number.inputValue()) === '', { timeoutMs: 5000 });
    release();
    await eventually('the second file is here', () => shopper.page.evaluate(() => document.querySelector('#order').checkValidity() === false));
    await number.pressSequentially('4242');
    await shopper.page.evaluate(() => { const form = document.querySelector('#order'); form.addEventListener('reset', (event) => event.preventDefault()); form.reset(); });
    await shopper.page.waitForTimeout(300);
    assert.match(await number.inputValue(), /^4242/);
    await shopper.leave();
  });

  it('a press that was held is not served once the element has left that form', async () => {
    const { shopper, release } = await withoutMore();
    await shopper.page.locator('#send').click();
    await shopper.page.evaluate(() => { window.submitted = 0; document.querySelector('#order').addEventListener('submit', () => (submitted += 1)); document.body.append(document.querySelector('#card')); });
    release();
    await shopper.page.waitForTimeout(500);
    assert.equal(await shopper.page.evaluate(() => submitted), 0);
    assert.match(shopper.page.url(), /\/page$/);
    await shopper.leave();
  });

  it('an element that is switched off keeps no form, even before the second file came', async () => {
    const { shopper } = await withoutMore('disabled');
    await shopper.page.locator('#send').click();
    await shopper.page.waitForURL(/\/thanks/, { timeout: 5000 });
    await shopper.leave();
  });

  it('a second file that stalls is given up, also where browsers can\'t ask for it beforehand', async () => {
    const { session } = await pages.order();
    const shopper = await pages.open(browser);
    await shopper.page.route(MORE, () => {});
    await shopper.page.evaluate(async (session) => {
      const supports = DOMTokenList.prototype.supports;
      DOMTokenList.prototype.supports = function (word) { return word !== 'modulepreload' && supports.call(this, word); };
      window.lost = [];
      const form = document.createElement('form');
      const card = document.createElement('florin-checkout');
      card.addEventListener('loaderror', ({ detail }) => lost.push(detail.message));
      card.setAttribute('session', session);
      form.append(card);
      document.body.append(form);
    }, session);
    await eventually('it is given up', () => shopper.page.evaluate(() => lost.length === 1), { timeoutMs: 14_000 });
    await shopper.leave();
  });

  it('<florin-pay-button> is loaded when it is used, and pays', async () => {
    const { id, session } = await pages.order();
    const shopper = await pages.open(browser, { body: `<florin-checkout id="card" session="${session}"></florin-checkout>` });
    await shopper.field('Card number').waitFor();
    assert.ok(!shopper.requests.some(({ url }) => url.includes('florin-more')));
    await shopper.type(APPROVED);
    await shopper.page.evaluate(() => { const button = document.createElement('florin-pay-button'); button.setAttribute('for', 'card'); button.textContent = 'Buy it'; document.body.append(button); });
    await shopper.page.getByRole('button', { name: 'Buy it' }).click();
    await demo.orderIs(id, 'paid');
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();
  });
});
