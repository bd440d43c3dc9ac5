// The loader as a merchant's developer uses it: options, promises, events, shadow roots, many mounts.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, launch } from './shopper.mjs';

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

  it('a mistake of the page is thrown with a code and says what to do', async () => {
    const { shopper } = await pages.openCheckout(browser);
    const thrown = await shopper.page.evaluate(() => {
      const session = `cs_${'1'.repeat(38)}`;
      const element = document.createElement('florin-checkout');
      const mistakes = {
        'update, empty session': () => checkout.update({ session: '' }),
        'update, no session': () => checkout.update({ session: null }),
        'focus, no such field': () => checkout.focus('iban'),
        'focus, of every object': () => checkout.focus('constructor'),
        'fonts, null': () => Florin().checkout({ session, fonts: [null] }),
        'fonts, no family': () => checkout.update({ fonts: [{ src: '/serif.woff2' }] }),
        'fonts, no src': () => checkout.update({ fonts: [{ family: 'Serif' }] }),
        'mount, document': () => Florin().checkout({ session }).mount(document),
        'mount twice': () => checkout.mount('#pay'),
        'pay, no session': () => element.pay(),
        'resume, no session': () => element.resume(),
        'pay, not mounted': () => { element.setAttribute('session', session); element.pay(); },
        'refresh, not mounted': () => Florin().checkout({ session }).refresh(),
        'no session': () => Florin().checkout({}),
        'no number': () => Florin().checkout({ session: 1 }),
        'destroyed': () => { const it = Florin().checkout({ session }); it.destroy(); it.mount('#pay'); },
      };
      return Object.entries(mistakes).map(([name, act]) => { try { act(); return [name, 'nothing']; } catch (error) { return [name, error.name, error.code, error.message]; } });
    });
    const expected = {
      'update, empty session': ['session_malformed', 'cs_'],
      'update, no session': ['session_missing', 'promise'],
      'focus, no such field': ['unknown_field', 'iban'],
      'focus, of every object': ['unknown_field', 'constructor'],
      'fonts, null': ['option_malformed', 'fonts'],
      'fonts, no family': ['option_malformed', 'fonts'],
      'fonts, no src': ['option_malformed', 'fonts'],
      'mount, document': ['no_element', 'selector'],
      'mount twice': ['already_mounted', 'unmount'],
      'pay, no session': ['session_missing', 'promise'],
      'resume, no session': ['session_missing', 'promise'],
      'pay, not mounted': ['not_mounted', 'mount'],
      'refresh, not mounted': ['not_mounted', 'mount'],
      'no session': ['session_missing', 'promise'],
      'no number': ['session_missing', 'promise'],
      'destroyed': ['destroyed', 'another'],
    };
    for (const [name, kind, code, message] of thrown) {
      assert.deepEqual([kind, code], ['FlorinIntegrationError', expected[name][0]], name);
      assert.ok(message.includes(expected[name][1]), `${name}: ${message}`);
    }
    assert.equal(thrown.length, Object.keys(expected).length);
    // What was refused changed nothing.
    await shopper.type(APPROVED);
    assert.equal((await shopper.page.evaluate(() => checkout.pay())).status, 'paid');
    await shopper.leave();
  });

  it('the elements are made known once', async () => {
    const script = `import { Florin, define } from '${demo.json.frame_url}/v1/florin.mjs';
      define();
      try { define(); } catch (error) { window.thrown = [error instanceof Florin.FlorinIntegrationError, error.code, error.message]; }`;
    const shopper = await pages.open(browser, { loader: false, module: true, script });
    await eventually('it is thrown', () => shopper.page.evaluate(() => window.thrown !== undefined));
    const [ours, code, message] = await shopper.page.evaluate(() => thrown);
    assert.deepEqual([ours, code], [true, 'already_defined']);
    assert.match(message, /once/);
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

  it('of two reads of the order the later one counts, whichever is answered first', async () => {
    const { session } = await pages.order();
    const shopper = await pages.open(browser);
    await shopper.page.evaluate((session) => { window.checkout = Florin().checkout({ session, locale: 'en-GB' }).mount('#pay'); }, session);
    await shopper.form.getByText(/€42\.00/).first().waitFor();
    let answer;
    const later = new Promise((resolve) => (answer = resolve));
    const read = `**/checkout/${session}`;
    // The first answer was written before the price changed, and comes after the second.
    await shopper.page.route(read, async (route) => {
      const old = await route.fetch();
      await later;
      const { order, ...rest } = await old.json();
      await route.fulfill({ response: old, json: { ...rest, order: { ...order, amount: 100 } } });
    }, { times: 1 });
    const asked = shopper.page.waitForRequest(read);
    await shopper.page.evaluate(() => checkout.refresh());
    await asked;
    const [second] = await Promise.all([shopper.page.waitForResponse(read), shopper.page.evaluate(() => checkout.refresh())]);
    await second.finished();
    const first = shopper.page.waitForResponse(read);
    answer();
    await (await first).finished();
    await shopper.form.locator(':root').evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(done))));
    assert.match(await shopper.button.innerText(), /€42\.00/);
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

  for (const [locale, title, sentence, button] of [
    ['de-AT', 'Kartenzahlung', 'Das Zahlungsformular wurde nicht geladen. Es wurde nichts abgebucht.', 'Erneut versuchen'],
    ['fr', 'Card payment', 'The payment form did not load. Nothing was charged.', 'Try again'],
  ]) {
    it(`speaks the language of the form where that does not come: ${locale}`, async () => {
      const { session } = await pages.order();
      const style = '<style>:root { --florin-font-family: serif; --florin-color-paper: #fedcba; --florin-color-ink: #123456; }</style>';
      const shopper = await pages.open(browser, { body: '<div id="pay"></div>', headers: { 'content-security-policy': '' } });
      await shopper.page.evaluate((style) => document.head.insertAdjacentHTML('beforeend', style), style);
      await shopper.page.route('**/form*', (route) => route.abort());
      const said = await shopper.page.evaluate(([session, locale]) => new Promise((heard) => {
        window.checkout = Florin().checkout({ session, locale });
        checkout.on('loaderror', heard);
        checkout.mount('#pay');
      }), [session, locale]);
      assert.deepEqual(said, { type: 'gateway', code: 'frame_unreachable', message: sentence, retryable: true, advice: 'try_again' });
      assert.equal(await shopper.page.locator('florin-frame > iframe').getAttribute('title'), title);
      const slip = shopper.page.getByRole('alert');
      assert.equal(await slip.textContent(), sentence);
      const worn = await slip.evaluate((it) => { const { fontFamily, color, backgroundColor } = getComputedStyle(it); return [fontFamily, color, backgroundColor]; });
      assert.deepEqual(worn, ['serif', 'rgb(18, 52, 86)', 'rgb(254, 220, 186)']);
      await shopper.page.unroute('**/form*');
      await shopper.page.getByRole('button', { name: button }).click();
      await shopper.form.locator('#number').waitFor();
      await shopper.leave();
    });
  }

  it('mistakes that were told before the language changed are told in the new one', async () => {
    const spoken = { en: ['Card payment', 'Check the card number: it has too few digits', 'Missing'], de: ['Kartenzahlung', 'Prüfen Sie die Kartennummer: zu wenige', 'Fehlt'] };
    const { shopper } = await pages.openCheckout(browser, { options: { locale: 'en' }, viewport: { width: 320, height: 900 } });
    await shopper.form.locator('#number').pressSequentially('424242');
    await shopper.page.evaluate(() => checkout.validate());
    for (const [locale, other] of [['en', 'de'], ['de', 'en'], ['en', 'de']]) {
      await shopper.page.evaluate((locale) => checkout.update({ locale }), locale);
      const [title, ...said] = spoken[locale];
      for (const words of said) await shopper.form.getByText(words).first().waitFor({ state: 'attached' });
      const form = await shopper.form.locator('.form').textContent();
      for (const words of spoken[other].slice(1)) assert.ok(!form.includes(words), words);
      assert.equal(await shopper.page.locator('florin-frame > iframe').getAttribute('title'), title);
      const { error } = await shopper.page.evaluate(() => checkout.pay());
      assert.ok(error.message.startsWith(said[0]), error.message);
    }
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

  it('focus() puts the keys into its field, wherever the focus was before', async () => {
    const { shopper } = await pages.openCheckout(browser, { body: '<button id="go">Go on</button><div id="pay"></div>' });
    await eventually('it is ready', () => shopper.page.evaluate(() => heard.some(([name]) => name === 'ready')));
    const fields = ['number', 'expiry', 'code', 'name'];
    await shopper.page.evaluate((fields) => { let turn = 0; document.querySelector('#go').onclick = () => checkout.focus(fields[turn++ % fields.length]); }, fields);
    for (let turn = 0; turn < 50; turn += 1) {
      const input = shopper.form.locator(`#${fields[turn % fields.length]}`);
      await shopper.page.locator('#go').click();
      await eventually('the frame has the focus', () => shopper.page.evaluate(() => document.activeElement.localName === 'iframe'));
      await eventually(`${turn}: the field has it`, () => input.evaluate((it) => document.hasFocus() && document.activeElement === it), { timeoutMs: 2000 });
      await shopper.page.keyboard.type('1');
      await eventually(`${turn}: the key is in the field`, async () => (await input.inputValue()) !== '', { timeoutMs: 2000 });
      await input.evaluate((it) => { it.value = ''; });
    }
    await shopper.leave();
  });
});
