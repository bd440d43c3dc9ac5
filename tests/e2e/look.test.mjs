// What the shopper sees and what the page may ask of it: themes, labels, densities, fields, languages. Boxes
// are measured in the browser; colours are the host's tests.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, launch } from './shopper.mjs';

/** The body's margins, left and right. */
const MARGINS = 16;
/** Two brands on one card. */
const CO_BADGED = '4000002500001001';

describe('the look of the form', () => {
  let browser, pages;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  /** A form that is ready, and its frame. */
  async function open(options = {}, width = 375, more = {}) {
    const opened = await pages.openCheckout(browser, { options, viewport: { width: width + MARGINS, height: 700 }, ...more });
    await opened.shopper.page.waitForFunction(() => window.heard.some(([name]) => name === 'ready'));
    const frame = opened.shopper.page.frames().find((frame) => frame.url().includes('/v1/frame'));
    return { ...opened, frame, page: opened.shopper.page };
  }

  /** What was handed to the gateway. */
  async function sent(shopper) {
    const tokens = await eventually('the card is sent', async () => shopper.requests.find(({ url, body }) => url.endsWith('/tokens') && body));
    return JSON.parse(tokens.body);
  }

  for (const locale of ['en', 'de']) {
    for (const width of [280, 335, 480]) {
      it(`every sentence in ${locale} has room in a form ${width} wide`, async () => {
        const { shopper, frame } = await open({ locale }, width);
        await shopper.button.click();
        await frame.waitForSelector('.message[data-tone=danger]');
        const cut = await frame.evaluate(() => {
          const line = document.querySelector('.message');
          const sentence = line.querySelector('p');
          const words = JSON.parse(document.getElementById('florin-text').textContent);
          // A mistake is said together with how many more there are.
          const more = words.findIndex((words) => /^(1 more|Noch 1)/.test(words));
          const mistakes = words.slice(more - 21, more).map((mistake) => `${mistake} ${words[more + 4]}`);
          const cut = (words) => ((sentence.textContent = words), sentence.offsetHeight > line.clientHeight);
          return [...words.filter((words) => words.length > 24), ...mistakes].filter(cut);
        });
        assert.deepEqual(cut, []);
        await shopper.leave();
      });
    }
  }

  it('the frame is as high as what stands in it, whatever the page asks for', async () => {
    const { shopper, frame, page } = await open();
    for (const width of [220, 280, 375, 768]) {
      await page.setViewportSize({ width: width + MARGINS, height: 900 });
      for (const labels of ['inside', 'above', 'hidden']) {
        for (const density of ['compact', 'normal', 'touch']) {
          for (const fields of [{}, { name: false }, { postalCode: true }, { postalCode: true, country: true }]) {
            const asked = { labels, density, fields };
            await page.evaluate((asked) => window.checkout.update(asked), asked);
            const spare = () => frame.evaluate(() => innerHeight - Math.ceil(document.querySelector('#pay').getBoundingClientRect().bottom));
            await eventually(`${width} ${JSON.stringify(asked)}`, async () => {
              const left = await spare();
              if (left < 0 || left > 10) throw new Error(`${left} px are left under the button`);
              return true;
            }, { timeoutMs: 3000 });
          }
        }
      }
    }
    await shopper.leave();
  });

  it('nothing of the form moves from one state to the next', async () => {
    const { shopper, frame } = await open();
    const boxes = () => frame.evaluate(() => ['#number', '#expiry', '#code', '#name', '.message', '#pay'].map((it) => {
      const { x, y, width, height } = document.querySelector(it).getBoundingClientRect();
      return [it, x, y, width, height].join(' ');
    }));
    const idle = await boxes();
    await shopper.button.click();
    await frame.waitForSelector('.message[data-tone=danger]');
    assert.deepEqual(await boxes(), idle, 'mistakes');
    await shopper.pay('4000000000000002');
    await shopper.sees('Try another card');
    assert.deepEqual(await boxes(), idle, 'declined');
    await shopper.type(CO_BADGED);
    await frame.waitForSelector('.choice');
    assert.deepEqual(await boxes(), idle, 'two brands');
    await shopper.button.click();
    await shopper.sees('Paid');
    assert.deepEqual(await boxes(), idle, 'paid');
    await shopper.leave();
  });

  it('a page dresses the form, and can do it no harm', async () => {
    const { shopper, frame, page } = await open({ appearance: { theme: 'flat', variables: { colorPrimary: '#0a7d55' } } });
    const worn = (name) => frame.evaluate((name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim(), name);
    assert.equal(await worn('--florin-color-primary'), '#0a7d55');
    assert.equal(await worn('--florin-radius'), '.5rem');
    const hostile = {
      colorPaper: 'url(https://evil.example/a.png)', colorInk: 'var(--florin-color-paper)', colorMuted: 'red;}*{display:none',
      radius: '9999px', fontFamily: 'x; background: url(//evil.example)', lineWidth: 'calc(1px * 99)', zIndex: '9', colorHint: '#123456',
    };
    const before = await Promise.all(['paper', 'ink', 'muted'].map((name) => worn(`--florin-color-${name}`)));
    await page.evaluate((variables) => window.checkout.update({ appearance: { theme: 'flat', variables } }), hostile);
    await eventually('the new look is worn', async () => (await worn('--florin-color-hint')) === '#123456');
    assert.deepEqual(await Promise.all(['paper', 'ink', 'muted'].map((name) => worn(`--florin-color-${name}`))), before);
    assert.equal(await worn('--florin-radius'), '.5rem');
    assert.equal(await worn('--florin-z-index'), '');
    assert.notEqual(await worn('--florin-color-primary'), '#0a7d55', 'what is asked for no more is taken off');
    assert.deepEqual(shopper.requests.filter(({ url }) => url.includes('evil')), []);
    await shopper.leave();
  });

  it('of two brands the one that the shopper chose travels with the card', async () => {
    const { shopper, frame, id } = await open();
    await shopper.type(CO_BADGED);
    const choices = await frame.$$eval('.choice input', (radios) => radios.map((radio) => [radio.getAttribute('aria-label'), radio.checked]));
    assert.deepEqual(choices, [['Visa', false], ['Cartes Bancaires', false]]);
    const [one, other] = await frame.$$eval('.choice label', (labels) => labels.map((label) => label.getBoundingClientRect().toJSON()));
    assert.deepEqual([one.width, one.height, one.y], [other.width, other.height, other.y], 'neither is larger');
    await shopper.form.getByRole('radio', { name: 'Cartes Bancaires' }).check();
    await shopper.button.click();
    assert.equal((await sent(shopper)).card.card_network, 'CartesBancaires');
    await pages.demo.orderIs(id, 'paid');
    await shopper.leave();
  });

  it('a card is sent with nothing that was not asked for', async () => {
    const { shopper, id } = await open({ fields: { name: false } });
    for (const [label, text] of [['Card number', APPROVED], ['Expiry', '1230'], ['Security code', '123']]) await shopper.field(label).pressSequentially(text);
    await shopper.button.click();
    const { card, billing } = await sent(shopper);
    assert.deepEqual(Object.keys(card).sort(), ['card_cvc', 'card_exp_month', 'card_exp_year', 'card_number']);
    assert.equal(billing, undefined);
    await pages.demo.orderIs(id, 'paid');
    await shopper.leave();
  });

  it('an address that is asked for travels with the card', async () => {
    const { shopper, frame, id } = await open({ fields: { postalCode: true, country: true } });
    await frame.waitForFunction(() => document.querySelector('select').options.length > 200);
    await shopper.pay(APPROVED);
    await shopper.sees(/Enter the postal code|Choose the country/);
    await shopper.field('Country').selectOption('HK');
    await frame.waitForFunction(() => !document.querySelector('#postalCode').checkVisibility());
    await shopper.field('Country').selectOption('IT');
    await shopper.field('Postal code').fill('50124');
    await shopper.button.click();
    assert.deepEqual((await sent(shopper)).billing, { address: { zip: '50124', country: 'IT' } });
    await pages.demo.orderIs(id, 'paid');
    await shopper.leave();
  });

  it('the focus goes on by itself only where nothing more can come, and not where the page forbids it', async () => {
    const { shopper, frame } = await open();
    const focused = () => frame.evaluate(() => document.activeElement.id);
    await shopper.field('Card number').pressSequentially(APPROVED);
    assert.equal(await focused(), 'number', 'a Visa may have 19 digits');
    await shopper.field('Card number').fill('');
    await shopper.field('Card number').pressSequentially('378282246310005');
    assert.equal(await focused(), 'expiry');
    await shopper.page.keyboard.type('1220');
    assert.equal(await focused(), 'expiry', '2030 begins so');
    await shopper.page.keyboard.type('30');
    assert.equal(await focused(), 'code');
    await shopper.page.evaluate(() => window.checkout.update({ fields: { autoAdvance: false } }));
    await frame.waitForSelector(':root:not([data-fields~=autoAdvance])');
    for (const label of ['Expiry', 'Card number']) await shopper.field(label).fill('');
    await shopper.field('Card number').pressSequentially('378282246310005');
    assert.equal(await focused(), 'number');
    await shopper.leave();
  });

  it('a lost network is said, and what was typed stays', async () => {
    const { shopper } = await open();
    await shopper.type(APPROVED);
    await shopper.context.setOffline(true);
    await shopper.sees('You are offline.');
    assert.equal(await shopper.field('Card number').inputValue(), '4242 4242 4242 4242');
    await shopper.context.setOffline(false);
    await shopper.form.getByText('You are offline.').waitFor({ state: 'detached' });
    await shopper.leave();
  });

  it('a page that runs from right to left has digits from left to right', async () => {
    const { shopper, frame } = await open();
    await frame.evaluate(() => (document.documentElement.dir = 'rtl'));
    await shopper.field('Card number').pressSequentially(APPROVED);
    const seen = await frame.evaluate(() => {
      const box = (it) => document.querySelector(it).getBoundingClientRect();
      return {
        direction: getComputedStyle(document.querySelector('#number')).direction,
        mark: box('.coin').right < innerWidth / 2,
        label: box('[data-field=number] .long').left > innerWidth / 2,
        halves: box('#expiry').left > box('#code').left,
      };
    });
    assert.deepEqual(seen, { direction: 'ltr', mark: true, label: true, halves: true });
    await shopper.leave();
  });

  it('German is spoken, and the language changes without losing a digit', async () => {
    const { shopper, frame, page } = await open({ locale: 'de-AT' });
    await shopper.form.getByLabel('Kartennummer').pressSequentially(APPROVED);
    await shopper.sees('Bezahlen');
    await page.evaluate(() => window.checkout.update({ locale: 'en' }));
    await shopper.sees('Name on card');
    assert.equal(await frame.evaluate(() => document.documentElement.lang), 'en');
    assert.equal(await shopper.field('Card number').inputValue(), '4242 4242 4242 4242');
    await shopper.leave();
  });
});
