// The form before, while and after its WebAssembly arrives: typed into at once, taken over without a loss.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, launch } from './shopper.mjs';

const WASM = '**/form_bg.wasm';

/** Holds what a pattern matches until it is released. */
async function hold(page, pattern) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const held = { asked: 0, release };
  await page.route(pattern, async (route) => {
    held.asked += 1;
    await released;
    await route.continue().catch(() => {});
  });
  return held;
}

/** By how much a browser's smoothing of round corners may differ from one painting to the next, of 255. */
const ROUNDING = 4;

/** The largest difference of any pixel of two pictures, of 255. */
function differs(page, ...pictures) {
  return page.evaluate(async (pictures) => {
    const [one, other] = await Promise.all(pictures.map(async (picture) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(picture), (it) => it.charCodeAt(0))]));
      const paper = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      paper.drawImage(bitmap, 0, 0);
      return paper.getImageData(0, 0, bitmap.width, bitmap.height).data;
    }));
    return one.length === other.length ? one.reduce((most, it, at) => Math.max(most, Math.abs(it - other[at])), 0) : 255;
  }, pictures.map((picture) => picture.toString('base64')));
}

describe('the form starts', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  /** A page whose checkout is mounted, with what `prepare` holds back. */
  async function arrive(prepare, options = {}) {
    const order = await pages.order();
    const shopper = await pages.open(browser);
    const held = await prepare?.(shopper.page);
    await shopper.page.evaluate(([session, options]) => {
      window.heard = [];
      window.checkout = Florin().checkout({ session, ...options });
      for (const name of ['ready', 'loaderror', 'outcome']) checkout.on(name, (detail) => heard.push([name, detail.status ?? detail.code]));
      checkout.mount('#pay');
    }, [order.session, options]);
    await shopper.button.waitFor();
    return { shopper, held, ...order };
  }

  const withoutWasm = (options) => arrive((page) => hold(page, WASM), options);
  const frameOf = (shopper) => shopper.page.frames().find((frame) => frame.url().includes('/v1/frame'));
  const alive = (shopper) => eventually('WebAssembly serves the form', () => frameOf(shopper).evaluate(() => window.florin.alive));
  const stands = (shopper, id) => frameOf(shopper).evaluate((id) => {
    const { value, selectionStart, selectionEnd } = document.getElementById(id);
    return { text: `${value.slice(0, selectionStart)}|${value.slice(selectionEnd)}`, focused: document.activeElement.id === id };
  }, id);

  it('the next digit lands where the caret was, among digits typed before the WebAssembly', async () => {
    const { shopper, held } = await withoutWasm();
    const number = shopper.field('Card number');
    await number.pressSequentially('424242424242');
    for (let step = 0; step < 7; step += 1) await number.press('ArrowLeft');
    assert.deepEqual(await stands(shopper, 'number'), { text: '42424|2424242', focused: true });
    held.release();
    await alive(shopper);
    assert.deepEqual(await stands(shopper, 'number'), { text: '4242 4|242 4242', focused: true });
    await shopper.page.keyboard.press('9');
    assert.deepEqual(await stands(shopper, 'number'), { text: '4242 49|24 2424 2', focused: true });
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();
  });

  it('a selection stays, with its direction', async () => {
    const { shopper, held } = await withoutWasm();
    const name = shopper.field('Name on card');
    await name.pressSequentially('Ada Lovelace');
    for (let step = 0; step < 4; step += 1) await name.press('Shift+ArrowLeft');
    held.release();
    await alive(shopper);
    const selected = await frameOf(shopper).evaluate(() => {
      const { selectionStart, selectionEnd, selectionDirection, id } = document.activeElement;
      return [id, selectionStart, selectionEnd, selectionDirection];
    });
    assert.deepEqual(selected, ['name', 8, 12, 'backward']);
    await shopper.leave();
  });

  it('whoever types through the change loses no digit', async () => {
    const { shopper, held } = await withoutWasm();
    const number = shopper.field('Card number');
    await number.pressSequentially('424');
    held.release();
    await shopper.page.keyboard.type('2424242424242', { delay: 40 });
    await alive(shopper);
    assert.deepEqual(await stands(shopper, 'number'), { text: '4242 4242 4242 4242|', focused: true });
    await shopper.leave();
  });

  it('an open composition is not broken', async () => {
    const { shopper, held } = await withoutWasm();
    const ime = await shopper.context.newCDPSession(frameOf(shopper));
    await shopper.field('Name on card').click();
    await ime.send('Input.imeSetComposition', { text: 'あ', selectionStart: 1, selectionEnd: 1 });
    held.release();
    await eventually('the form is ready', () => shopper.page.evaluate(() => heard.some(([name]) => name === 'ready')));
    // The page hears it after the new form had its chance.
    assert.equal(await frameOf(shopper).evaluate(() => window.florin.alive), false, 'it waits for the composition');
    await ime.send('Input.imeSetComposition', { text: 'あだ', selectionStart: 2, selectionEnd: 2 });
    await ime.send('Input.insertText', { text: 'あだ' });
    await alive(shopper);
    assert.deepEqual(await stands(shopper, 'name'), { text: 'あだ|', focused: true });
    await shopper.leave();
  });

  it('an empty field with the focus is left in peace, shows the price, and is replaced once it is typed into', async () => {
    const { shopper, held } = await withoutWasm();
    await shopper.field('Expiry').click();
    held.release();
    await shopper.form.getByText(/€42\.00/).first().waitFor();
    assert.equal(await frameOf(shopper).evaluate(() => window.florin.alive), false, 'an autofill list may be open');
    await shopper.page.keyboard.press('1');
    await shopper.page.keyboard.press('2');
    await alive(shopper);
    await shopper.page.keyboard.press('3');
    assert.deepEqual(await stands(shopper, 'expiry'), { text: '12 / 3|', focused: true });
    await shopper.leave();
  });

  it('whoever has gone on to the shop\'s page keeps the focus there', async () => {
    const { shopper, held } = await arrive((page) => hold(page, WASM));
    await shopper.page.evaluate(() => document.body.append(Object.assign(document.createElement('input'), { id: 'note' })));
    await shopper.field('Card number').pressSequentially('4242');
    await shopper.page.locator('#note').click();
    await shopper.page.keyboard.type('for ');
    held.release();
    await alive(shopper);
    await shopper.page.keyboard.type('Ada');
    assert.equal(await shopper.page.locator('#note').inputValue(), 'for Ada');
    assert.match(await shopper.field('Card number').inputValue(), /^4242 ?$/);
    await shopper.leave();
  });

  it('autofilled fields are kept, and foreign nodes break nothing', async () => {
    const { shopper, held, id } = await withoutWasm();
    await frameOf(shopper).evaluate((number) => {
      const put = (id, value) => {
        const field = document.getElementById(id);
        field.value = value;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        field.dispatchEvent(new Event('change', { bubbles: true }));
      };
      // As password managers and translators do it: nodes of their own among ours.
      document.querySelectorAll('label, input, form, #florin-form').forEach((ours) => ours.after(document.createElement('font')));
      const foreign = Object.assign(document.createElement('button'), { id: 'foreign', type: 'button', textContent: 'Fill' });
      document.getElementById('number').after(foreign);
      document.querySelector('.form').prepend('stray text');
      foreign.focus();
      put('number', number);
      put('expiry', '12/2030');
      put('code', '123');
      put('name', 'Ada Lovelace');
    }, APPROVED);
    held.release();
    await alive(shopper);
    assert.equal((await stands(shopper, 'number')).text.replace('|', ''), '4242 4242 4242 4242');
    assert.match((await stands(shopper, 'expiry')).text, /^12 \/ (20)?30\|$/);
    await shopper.button.click();
    await shopper.sees('Paid');
    await demo.orderIs(id, 'paid');
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();
  });

  it('Enter in the first millisecond: no navigation, no digit leaves, and the press is served later', async () => {
    const { shopper, held, id } = await withoutWasm();
    await shopper.type(APPROVED);
    const address = frameOf(shopper).url();
    await shopper.field('Card number').press('Enter');
    await shopper.form.locator('.form[data-phase=paying]').waitFor();
    assert.equal(frameOf(shopper).url(), address);
    // Of an address, what follows the port: that may hold any four digits.
    const card = /42424242|12 ?\/ ?30|Lovelace/;
    const said = ({ url, body }) => decodeURIComponent(url.slice(new URL(url).origin.length)) + body;
    assert.deepEqual(shopper.requests.filter((request) => card.test(said(request))), []);
    held.release();
    await shopper.sees('Paid');
    await demo.orderIs(id, 'paid');
    await shopper.leave();
  });

  it('whoever types on after Enter takes the press back', async () => {
    const { shopper, held, id } = await withoutWasm();
    await shopper.field('Card number').pressSequentially(APPROVED);
    await shopper.field('Card number').press('Enter');
    await shopper.type(APPROVED);
    assert.equal(await shopper.form.locator('.form').getAttribute('data-phase'), 'editing');
    held.release();
    await alive(shopper);
    await frameOf(shopper).evaluate(() => new Promise(requestAnimationFrame));
    assert.equal(await shopper.form.locator('.form').getAttribute('data-phase'), 'editing');
    assert.equal((await demo.shop(`/v1/orders/${id}`)).status, 'open');
    await shopper.button.click();
    await shopper.sees('Paid');
    await shopper.leave();
  });

  it('the order is asked for while the WebAssembly is on its way, and once', async () => {
    const { shopper, held, session } = await withoutWasm();
    const asked = () => shopper.requests.filter(({ url }) => url.endsWith(`/checkout/${session}`)).length;
    await eventually('the order is asked for', async () => asked() === 1);
    held.release();
    await shopper.form.getByText(/€42\.00/).first().waitFor();
    assert.equal(asked(), 1);
    const until = shopper.requests.findIndex(({ url }) => url.endsWith('/status'));
    const loaded = shopper.requests.slice(0, until).filter(({ url }) => !url.startsWith(pages.url));
    assert.ok(loaded.length <= 5, loaded.map(({ url }) => url).join('\n'));
    await shopper.leave();
  });

  it('before and after look the same, to the pixel, and nothing in the page moves', async () => {
    const { shopper, held } = await arrive(async (page) => {
      const [wasm, order] = [await hold(page, WASM), await hold(page, '**/checkout/cs_*')];
      await page.evaluate(() => {
        window.shifts = 0;
        new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (window.shifts += value))).observe({ type: 'layout-shift', buffered: true });
      });
      return { wasm, order };
    });
    const frame = shopper.page.locator('florin-frame > iframe');
    const boxes = () => frameOf(shopper).evaluate(() => [...document.querySelectorAll('form *')].map((it) => {
      const { x, y, width, height } = it.getBoundingClientRect();
      return [it.tagName, it.className, x, y, width, height].join(' ');
    }));
    // The page's own outline would be seen behind the form, wherever the two differ.
    await eventually('the outline is gone', () => shopper.page.evaluate(() => !document.querySelector('florin-frame').shadowRoot.querySelector('div')));
    const [picture, places] = [await frame.screenshot({ animations: 'disabled' }), await boxes()];
    assert.ok(places.length > 20);
    held.wasm.release();
    await alive(shopper);
    assert.deepEqual(await boxes(), places);
    assert.ok(await differs(shopper.page, picture, await frame.screenshot({ animations: 'disabled' })) <= ROUNDING, 'a pixel changed');
    held.order.release();
    await shopper.form.getByText(/€42\.00/).first().waitFor();
    assert.equal(await shopper.page.evaluate(() => window.shifts), 0);
    await shopper.leave();
  });

  it('speaks the language of the page before the WebAssembly, and the closest one it knows', async () => {
    const { shopper, held } = await withoutWasm({ locale: 'de-AT' });
    await shopper.form.getByLabel('Kartennummer').waitFor();
    assert.equal(await frameOf(shopper).evaluate(() => document.documentElement.lang), 'de');
    held.release();
    await alive(shopper);
    await shopper.form.getByLabel('Kartennummer').pressSequentially('4242');
    await shopper.page.evaluate(() => checkout.update({ locale: 'en-GB' }));
    await shopper.field('Card number').waitFor();
    assert.match((await stands(shopper, 'number')).text, /^4242 ?\|/);
    assert.equal(await frameOf(shopper).evaluate(() => document.documentElement.lang), 'en');
    await shopper.leave();
  });
});

describe('what breaks the form', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  const frameOf = (shopper) => shopper.page.frames().find((frame) => frame.url().includes('/v1/frame'));
  const heard = (shopper, wanted) => eventually(`the page hears of ${wanted}`, () => shopper.page.evaluate((wanted) => heard.some(([name]) => name === wanted), wanted));

  /** A checkout whose WebAssembly's memory can be spoilt from outside, as a bug of ours would do it. */
  async function arrive() {
    const shopper = await pages.open(browser);
    const order = await pages.order();
    await shopper.context.addInitScript(() => {
      const Real = WebAssembly.Instance;
      window.instances = [];
      WebAssembly.Instance = new Proxy(Real, { construct: (target, given) => {
        const instance = Reflect.construct(target, given);
        window.instances.push(instance);
        return instance;
      } });
      window.spoil = () => {
        const memory = Object.values(window.instances.at(-1).exports).find((it) => it instanceof WebAssembly.Memory);
        new Uint8Array(memory.buffer).fill(255);
      };
    });
    await shopper.page.evaluate((session) => {
      window.heard = [];
      window.checkout = Florin().checkout({ session });
      for (const name of ['ready', 'loaderror', 'outcome']) checkout.on(name, (detail) => heard.push([name, detail.status ?? detail.code]));
      checkout.mount('#pay');
    }, order.session);
    await heard(shopper, 'ready');
    await eventually('it is alive', () => frameOf(shopper).evaluate(() => window.florin.alive));
    return { shopper, ...order };
  }

  /** It was meant to: whoever leaves without this would fail. */
  function trapped(shopper) {
    assert.match(shopper.errors.join('\n'), /RuntimeError|unreachable/);
    shopper.errors.length = 0;
  }

  it('a trap is survived once: what was typed stays, and pays', async () => {
    const { shopper, id } = await arrive();
    await shopper.type(APPROVED);
    await frameOf(shopper).evaluate(() => spoil());
    await shopper.field('Card number').focus();
    await eventually('another form serves it', () => frameOf(shopper).evaluate(() => instances.length === 2 && window.florin.alive));
    const values = await frameOf(shopper).evaluate(() => ['number', 'expiry', 'code', 'name'].map((id) => document.getElementById(id).value));
    assert.deepEqual(values, ['4242 4242 4242 4242', '12 / 30', '123', 'Ada Lovelace']);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).status, 'open', 'nobody pressed');
    await shopper.button.click();
    await shopper.sees('Paid');
    await demo.orderIs(id, 'paid');
    assert.deepEqual(await shopper.page.evaluate(() => heard.map(([name, status]) => `${name} ${status ?? ''}`)), ['ready ', 'outcome paid']);
    trapped(shopper);
    await shopper.leave();
  });

  it('a second trap ends in a sentence and an event', async () => {
    const { shopper } = await arrive();
    for (const instances of [2, 2]) {
      await shopper.field('Card number').press('4');
      await frameOf(shopper).evaluate(() => spoil());
      await shopper.field('Card number').press('2').catch(() => {});
      if (instances) await eventually('it begins again, or ends', async () => await shopper.page.evaluate(() => heard.some(([name]) => name === 'loaderror')) || await frameOf(shopper).evaluate(() => window.instances.length === 2 && window.florin.alive));
    }
    await heard(shopper, 'loaderror');
    await shopper.page.getByRole('alert').waitFor();
    await shopper.page.getByRole('button', { name: /again/i }).waitFor();
    trapped(shopper);
    await shopper.leave();
  });

  it('WebAssembly that never comes ends in a sentence, an event and another try, which finds it', async () => {
    const shopper = await pages.open(browser);
    const { session } = await pages.order();
    const held = await hold(shopper.page, WASM);
    await shopper.page.evaluate((session) => {
      window.heard = [];
      window.checkout = Florin().checkout({ session });
      for (const name of ['ready', 'loaderror']) checkout.on(name, (detail) => heard.push([name, detail.code]));
      checkout.mount('#pay');
    }, session);
    await heard(shopper, 'loaderror');
    assert.deepEqual(await shopper.page.evaluate(() => heard), [['loaderror', 'frame_unreachable']]);
    await shopper.page.getByRole('alert').waitFor();
    held.release();
    await shopper.page.getByRole('button', { name: /again/i }).click();
    await heard(shopper, 'ready');
    await shopper.leave();
  });

  it('WebAssembly that is lost on the way is asked for again', async () => {
    const shopper = await pages.open(browser);
    const { session } = await pages.order();
    await shopper.page.route(WASM, (route) => route.abort(), { times: 1 });
    await shopper.page.evaluate((session) => {
      window.heard = [];
      window.checkout = Florin().checkout({ session });
      for (const name of ['ready', 'loaderror']) checkout.on(name, (detail) => heard.push([name, detail.code]));
      checkout.mount('#pay');
    }, session);
    await shopper.field('Card number').pressSequentially('4242');
    await eventually('it is alive', () => frameOf(shopper).evaluate(() => window.florin.alive));
    assert.match(await shopper.field('Card number').inputValue(), /^4242 ?$/);
    await shopper.leave();
  });
});
