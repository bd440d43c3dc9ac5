// The loader as a merchant's developer uses it: options, promises, events, shadow roots, many mounts.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, Shopper, launch } from './shopper.mjs';

describe('the loader', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  it('refuses by name what it does not know', async () => {
    const shopper = await pages.open(browser);
    const codes = await shopper.page.evaluate(() => {
      const session = `cs_${'0'.repeat(38)}`;
      const thrown = (act) => { try { act(); return 'nothing'; } catch (error) { return `${error.name} ${error.code} ${error.message}`; } };
      const options = [
        { fields: ['number'] }, { fields: { nmae: false } }, { fields: true }, { density: 'dense' }, { labels: 'below' }, { fonts: 'serif' },
        { appearance: { theme: 'nigth' } }, { appearance: { variables: 'blue' } }, { appearance: { rules: {} } }, { sesion: 1 },
        { presentation: 'popup' }, { locale: 'not a language' }, { locale: 'de_DE' }, { frame: '/elsewhere' }, { appearance: { scheme: 'sepia' } }, { appearance: null }, { frame: 'https:' },
      ];
      const made = options.map((more) => thrown(() => Florin().checkout({ session, ...more })));
      const checkout = Florin().checkout({ session });
      return [...made, thrown(() => checkout.update({ density: 'dense' })), thrown(() => checkout.update({ frame: 'https://evil.example' })),
        thrown(() => Florin().checkout()), thrown(() => Florin().checkout({ session: 'order-1' })), thrown(() => checkout.pay()),
        thrown(() => checkout.mount('#nothing')), thrown(() => checkout.mount({ current: document.body })), thrown(() => checkout.on('sumbit', () => {})), thrown(() => Florin('4242'))];
    });
    const expected = [
      'unknown_option .*0', 'unknown_option .*nmae', 'option_malformed .*fields', 'option_malformed .*density', 'option_malformed .*labels',
      'option_malformed .*fonts', 'option_malformed .*theme', 'option_malformed .*variables', 'unknown_option .*rules', 'unknown_option .*sesion',
      'option_malformed .*presentation', 'option_malformed .*locale', 'option_malformed .*locale', 'option_malformed .*frame', 'option_malformed .*scheme', 'option_malformed .*appearance', 'frame_missing',
      'option_malformed .*density', 'unknown_option .*frame', 'session_missing', 'session_malformed', 'not_mounted', 'no_element', 'no_element',
      'unknown_event .*sumbit', 'key_malformed',
    ];
    codes.forEach((code, index) => assert.match(code, new RegExp(`^FlorinIntegrationError ${expected[index]}`)));
    assert.equal(codes.length, expected.length);
    await shopper.leave();
  });

  it('a session may be a function; pay() twice is one promise; submit waits, and may be prevented', async () => {
    const { id, session } = await pages.order();
    const shopper = await pages.open(browser);
    await shopper.page.evaluate((session) => {
      window.heard = [];
      window.checkout = Florin().checkout({ session: () => new Promise((done) => setTimeout(done, 300, session)) });
      checkout.mount('#pay');
      checkout.on('submit', (event) => {
        heard.push('submit');
        if (window.veto) event.preventDefault();
        else event.waitUntil(new Promise((done) => setTimeout(done, 300)).then(() => heard.push('waited')));
      });
      checkout.on('outcome', (result) => heard.push(result.status));
    }, session);
    const empty = await shopper.page.evaluate(() => checkout.pay());
    assert.deepEqual([empty.status, empty.ok, empty.error.type, empty.error.field], ['invalid', false, 'validation', 'number']);
    await shopper.type(APPROVED);
    const vetoed = await shopper.page.evaluate(async () => { window.veto = true; const result = await checkout.pay(); window.veto = false; return result; });
    assert.equal(vetoed.status, 'open');
    assert.equal((await demo.shop(`/v1/orders/${id}`)).status, 'open');
    const [same, paid] = await shopper.page.evaluate(async () => { const one = checkout.pay(); const two = checkout.pay(); return [one === two, await one]; });
    assert.ok(same);
    assert.deepEqual([paid.status, paid.ok, paid.order.id], ['paid', true, id]);
    assert.deepEqual(await shopper.page.evaluate(() => heard), ['invalid', 'submit', 'open', 'submit', 'waited', 'paid']);
    assert.equal((await shopper.page.evaluate(() => checkout.pay())).status, 'paid', 'a third pay() says how it stands');
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();
  });

  it('refresh reads a changed amount; locale and scheme change without losing what was typed', async () => {
    const { session } = await pages.order();
    const shopper = await pages.open(browser);
    await shopper.page.evaluate((session) => {
      window.checkout = Florin().checkout({ session, locale: 'en-GB' });
      checkout.mount('#pay');
    }, session);
    await shopper.form.getByText(/€42\.00/).first().waitFor();
    await shopper.field('Card number').pressSequentially('4242');
    await shopper.page.evaluate(() => checkout.update({ locale: 'de-DE', appearance: { scheme: 'dark' } }));
    await shopper.form.getByText(/42,00\s€/).first().waitFor();
    assert.equal(await shopper.field('Kartennummer').inputValue(), '4242');
    assert.equal(await shopper.form.locator('html').getAttribute('data-scheme'), 'dark');
    const before_ = shopper.requests.length;
    await shopper.page.evaluate(() => checkout.refresh());
    await eventually('the order is read again', async () => shopper.requests.slice(before_).some(({ url }) => url.endsWith(`/checkout/${session}`)));
    await shopper.leave();
  });

  it('a browser that names no language, or none that there is, gets the form in English', async () => {
    for (const language of ['C', '', undefined, 'x y', '../..']) {
      const { session } = await pages.order();
      const shopper = await pages.open(browser, { script: `Object.defineProperty(navigator, 'language', { value: ${JSON.stringify(language)} });` });
      await shopper.page.evaluate((session) => { window.checkout = Florin().checkout({ session }).mount('#pay'); }, session);
      await shopper.field('Card number').waitFor();
      const asked = shopper.requests.map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith('/v1/frame'));
      assert.deepEqual(asked, ['/v1/frame/en'], String(language));
      await shopper.leave();
    }
  });

  it('asks for a postal code where there are some', async () => {
    const { shopper } = await pages.openCheckout(browser, { options: { fields: { country: true, postalCode: true } } });
    for (const [country, without] of [['IE', ''], ['DE', ''], ['TZ', ''], ['AE', 'postalCode'], ['CW', 'postalCode'], ['HK', 'postalCode']]) {
      await shopper.form.locator('#country').selectOption(country);
      await eventually(country, async () => (await shopper.form.locator('html').getAttribute('data-without')) === without);
      assert.equal(await shopper.form.locator('#postalCode').isVisible(), !without, country);
    }
    await shopper.leave();
  });

  it('the module does nothing when imported, and then does the same', async () => {
    const { session } = await pages.order();
    const script = `import Florin, { FlorinIntegrationError, define } from '${demo.json.frame_url}/v1/florin.mjs';
      window.quiet = !('Florin' in window) && !customElements.get('florin-checkout') && !document.querySelector('iframe') && typeof define === 'function';
      window.checkout = Florin().checkout({ session: '${session}' });
      checkout.mount('#pay');
      try { checkout.mount('#pay'); } catch (error) { window.typed = error instanceof FlorinIntegrationError; }`;
    const shopper = await pages.open(browser, { loader: false, module: true, script });
    await shopper.pay(APPROVED);
    await shopper.sees('Paid');
    assert.deepEqual(await shopper.page.evaluate(() => [quiet, typed]), [true, true]);
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();
  });

  it('works inside open and closed shadow roots, several on a page', async () => {
    const orders = await Promise.all([pages.order(), pages.order(), pages.order()]);
    const shopper = await pages.open(browser, { body: '<div id="open"></div><div id="closed"></div><div id="pay"></div>' });
    await shopper.page.evaluate(async (sessions) => {
      const [one, two, three] = sessions.map((session) => Florin().checkout({ session }));
      const slot = (id, mode) => { const place = document.createElement('div'); document.getElementById(id).attachShadow({ mode }).append(place); return place; };
      const ready = [one, two, three].map((checkout) => new Promise((done) => checkout.on('ready', done)));
      one.mount(slot('open', 'open'));
      two.mount(slot('closed', 'closed'));
      three.mount('#pay');
      window.twice = (() => { try { Florin().checkout({ session: sessions[0] }).mount('#pay'); return 'nothing'; } catch (error) { return error.code; } })();
      await Promise.all(ready);
    }, orders.map(({ session }) => session));
    assert.equal(await shopper.page.evaluate(() => twice), 'session_already_mounted');
    const frames = shopper.page.frames().filter((frame) => frame.url().includes('/v1/frame'));
    assert.equal(frames.length, 3);
    for (const frame of frames) {
      for (const [label, text] of [['Card number', APPROVED], ['Expiry', '1230'], ['Security code', '123'], ['Name on card', 'Ada']]) {
        await frame.getByLabel(label).pressSequentially(text);
      }
      await frame.locator('button.pay, button[data-florin="pay"]').first().click();
    }
    for (const { id } of orders) await demo.orderIs(id, 'paid');
    await shopper.leave();
  });

  it('mounted twice as StrictMode does, and a hundred times, it leaves nothing behind', async () => {
    const { session } = await pages.order();
    const shopper = await pages.open(browser);
    await shopper.page.evaluate(() => {
      window.live = 0;
      const Channel = MessageChannel;
      window.MessageChannel = function () {
        const channel = new Channel();
        live += 1;
        const close = channel.port1.close.bind(channel.port1);
        channel.port1.close = () => { live -= 1; close(); };
        return channel;
      };
    });
    const mounts = (count) => shopper.page.evaluate(async ([session, count]) => {
      for (let turn = 0; turn < count; turn += 1) {
        const checkout = Florin().checkout({ session });
        checkout.mount('#pay');
        checkout.unmount();
        checkout.mount('#pay');
        await new Promise((done) => checkout.on('ready', done));
        checkout.destroy();
      }
    }, [session, count]);
    const cdp = await shopper.context.newCDPSession(shopper.page);
    const heap = async () => {
      for (let turn = 0; turn < 3; turn += 1) await cdp.send('HeapProfiler.collectGarbage');
      return (await cdp.send('Runtime.getHeapUsage')).usedSize;
    };
    await mounts(10);
    const early = await heap();
    await mounts(100);
    const late = await heap();
    assert.ok(late < early * 1.05, `the heap grew from ${early} to ${late}`);
    assert.equal(await shopper.page.evaluate(() => live), 0, 'no port is open');
    assert.equal(await shopper.page.evaluate(() => document.querySelectorAll('florin-frame, iframe').length), 0);
    assert.equal(shopper.page.frames().length, 1);
    await shopper.leave();
  });
});

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

  it('names autofill for the frame where the browser lists it, and nowhere else', async () => {
    const shopper = await pages.open(browser);
    const allowed = () => shopper.page.evaluate(() => {
      const checkout = Florin().checkout({ session: new Promise(() => {}) });
      checkout.mount('#pay');
      const { allow } = document.querySelector('florin-frame > iframe');
      checkout.destroy();
      return allow;
    });
    const lists = (...features) => shopper.page.evaluate((features) => Object.defineProperty(document, 'featurePolicy', { configurable: true, value: { features: () => features } }), features);
    assert.equal(await allowed(), 'payment;publickey-credentials-get');
    await lists('camera', 'shared-autofill');
    assert.equal(await allowed(), 'payment;publickey-credentials-get');
    await lists('camera', 'autofill');
    assert.equal(await allowed(), 'payment;publickey-credentials-get;autofill');
    await shopper.leave();
  });

  it('says so where a blocker takes the frame away', async () => {
    const { session } = await pages.order();
    const shopper = await pages.open(browser);
    const said = shopper.page.evaluate((session) => new Promise((heard) => {
      const checkout = Florin().checkout({ session });
      checkout.on('loaderror', heard);
      checkout.mount('#pay');
      document.querySelector('florin-frame > iframe').remove();
    }), session);
    assert.equal((await said).code, 'frame_unreachable');
    await shopper.page.getByText('The payment form did not load.').waitFor();
    await shopper.page.getByRole('button', { name: 'Try again' }).waitFor();
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();
  });

  it('asks for no words again where the language stays', async () => {
    const { shopper } = await pages.openCheckout(browser, { options: { locale: 'de' } });
    await eventually('it is ready', () => shopper.page.evaluate(() => heard.some(([name]) => name === 'ready')));
    const asked = () => shopper.requests.filter(({ url }) => url.includes('/text/')).length;
    const before = asked();
    await shopper.page.evaluate(() => { for (let turn = 0; turn < 5; turn += 1) checkout.update({ locale: 'de' }); });
    await shopper.page.evaluate(() => checkout.update({ locale: 'en' }));
    await eventually('the words came', async () => asked() > before);
    await shopper.form.getByText('Card number').first().waitFor();
    assert.equal(asked(), before + 1);
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
