// What a page asks of the form's looks: options, variables, custom properties, fonts; at once and live, and
// nothing that was typed is lost.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { heights } from '../../www/height.mjs';
import { eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, launch } from './shopper.mjs';

const HERE = new URL('.', import.meta.url).pathname;
const GREEN = '#0a7d55';

describe('the looks of the form', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  const root = (shopper) => shopper.form.locator('html');
  const variable = (shopper, name) => root(shopper).evaluate((html, name) => getComputedStyle(html).getPropertyValue(name).trim(), name);
  const frameOf = (shopper) => shopper.page.frames().find((frame) => frame.url().includes('/v1/frame'));

  it('has one height, known before the frame loads, for every choice of fields, labels and density', async () => {
    const choices = [
      {}, { density: 'compact', labels: 'hidden' }, { density: 'touch', labels: 'above' }, { fields: { name: false } },
      { fields: { postalCode: true, country: true }, density: 'touch' },
    ];
    for (const [index, width] of [[0, 800], [1, 300], [2, 220]]) {
      for (const options of choices) {
        const { shopper } = await pages.openCheckout(browser, { options, viewport: { width, height: 900 } });
        const height = () => shopper.page.evaluate(() => document.querySelector('florin-frame').getBoundingClientRect().height);
        const expected = heights(options)[index] * 16;
        assert.equal(await height(), expected, `before: ${width} ${JSON.stringify(options)}`);
        await shopper.button.waitFor();
        assert.equal(await height(), expected, `after: ${width} ${JSON.stringify(options)}`);
        const wide = await root(shopper).evaluate((html) => [html.scrollHeight <= innerHeight, html.scrollWidth <= innerWidth]);
        assert.deepEqual(wide, [true, true], `all of it is seen: ${width} ${JSON.stringify(options)}`);
        await shopper.leave();
      }
    }
  });

  it('is as wide as it likes where its place has no width of its own, never wider than its place, and begins where lines begin', async () => {
    const inline = { 'content-security-policy': `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'self' ${pages.frameUrl}; frame-src ${pages.frameUrl}` };
    for (const [place, x, width] of [
      ['display:flex;flex-direction:column;align-items:center', 160, 480],
      ['display:flex', 0, 480],
      ['display:inline-block', 0, 480],
      ['display:flex;width:300px', 0, 300],
      ['display:grid;width:300px', 0, 300],
      ['display:block;direction:rtl', 320, 480],
    ]) {
      const { session } = await pages.order();
      const body = `<style>body{margin:0}</style><div style="${place}"><div id="pay"></div></div>`;
      const shopper = await pages.open(browser, { headers: inline, body, script: `Florin().checkout({ session: '${session}' }).mount('#pay')`, viewport: { width: 800, height: 600 } });
      const box = () => shopper.page.locator('florin-frame > iframe').evaluate((frame) => [frame.getBoundingClientRect().x, frame.getBoundingClientRect().width]);
      assert.deepEqual(await box(), [x, width], `before: ${place}`);
      await shopper.button.waitFor();
      assert.deepEqual(await box(), [x, width], `after: ${place}`);
      assert.equal(await shopper.page.evaluate(() => document.documentElement.scrollWidth), 800, place);
      await shopper.leave();
    }
  });

  it('shows the fields that are asked for, live, and keeps what was typed', async () => {
    const { shopper } = await pages.openCheckout(browser, { options: { fields: { postalCode: true }, labels: 'above' } });
    await shopper.field(/postal code|postcode|zip/i).waitFor();
    await shopper.field('Card number').pressSequentially('4242');
    const frame = frameOf(shopper);
    await shopper.page.evaluate(() => checkout.update({ fields: { name: false }, labels: 'inside', density: 'touch', appearance: { theme: 'night' } }));
    await eventually('the name is gone', async () => !(await shopper.field('Name on card').isVisible()));
    assert.equal(await shopper.field('Card number').inputValue(), '4242');
    assert.deepEqual([await root(shopper).getAttribute('data-theme'), await root(shopper).getAttribute('data-density')], ['night', 'touch']);
    const expected = heights({ fields: { name: false }, density: 'touch' })[0] * 16;
    assert.equal(await shopper.page.evaluate(() => document.querySelector('florin-frame').getBoundingClientRect().height), expected);
    assert.equal(frame, frameOf(shopper), 'the same document');
    await shopper.leave();
  });

  it('pays without a name where none is asked for', async () => {
    const { shopper, id } = await pages.openCheckout(browser, { options: { fields: { name: false } } });
    for (const [label, text] of [['Card number', APPROVED], ['Expiry', '1230'], ['Security code', '123']]) await shopper.field(label).pressSequentially(text);
    await shopper.button.click();
    await demo.orderIs(id, 'paid');
    await shopper.leave();
  });

  it('wears the variables of options, and those of the page around it, and follows both', async () => {
    const script = `document.documentElement.style.setProperty('--florin-color-primary', '${GREEN}'); document.querySelector('#pay').style.setProperty('--florin-radius', '3px');`;
    const { session } = await pages.order();
    const shopper = await pages.open(browser, { script });
    await shopper.page.evaluate((session) => {
      window.checkout = Florin().checkout({ session, appearance: { variables: { colorInk: '#112233', radius: '5px' } } });
      checkout.mount('#pay');
    }, session);
    await shopper.field('Card number').pressSequentially('4242');
    assert.deepEqual(
      [await variable(shopper, '--florin-color-primary'), await variable(shopper, '--florin-color-ink'), await variable(shopper, '--florin-radius')],
      [GREEN, '#112233', '5px'], 'of the page around it; of the options; and the options win',
    );
    await shopper.page.evaluate(() => { document.documentElement.style.setProperty('--florin-color-primary', '#aa0000'); checkout.update({ appearance: {} }); });
    await eventually('the colour follows', async () => (await variable(shopper, '--florin-color-primary')) === '#aa0000');
    assert.equal(await variable(shopper, '--florin-radius'), '3px');
    assert.equal(await shopper.field('Card number').inputValue(), '4242');
    await shopper.leave();
  });

  it('follows the scheme of the device, with the properties that the page has there', async () => {
    const style = { '/s.css': { type: 'text/css', body: `:root{color-scheme:light dark;--florin-color-primary:${GREEN}}@media (prefers-color-scheme:dark){:root{--florin-color-primary:#7fd6ae}}` } };
    const headers = { 'content-security-policy': `default-src 'none'; img-src data:; style-src 'self'; script-src 'self' ${pages.frameUrl}; frame-src ${pages.frameUrl}` };
    const { session } = await pages.order();
    const shopper = await pages.open(browser, { headers, files: style, body: `<link rel="stylesheet" href="/s.css"><florin-checkout session="${session}"></florin-checkout>`, colorScheme: 'light' });
    await shopper.field('Card number').pressSequentially('4242');
    assert.deepEqual([await root(shopper).getAttribute('data-scheme'), await variable(shopper, '--florin-color-primary')], ['light', GREEN]);
    await shopper.page.emulateMedia({ colorScheme: 'dark' });
    await eventually('it is dark', async () => (await variable(shopper, '--florin-color-primary')) === '#7fd6ae');
    assert.equal(await root(shopper).getAttribute('data-scheme'), 'dark');
    assert.equal(await shopper.field('Card number').inputValue(), '4242');
    await shopper.leave();
  });

  it('is as dark as a page that says so in a meta tag alone', async () => {
    for (const [says, scheme] of [['dark', 'dark'], ['light dark', 'dark'], ['light', 'light']]) {
      const { session } = await pages.order();
      const shopper = await pages.open(browser, { body: `<meta name="color-scheme" content="${says}"><florin-checkout session="${session}"></florin-checkout>`, colorScheme: 'dark' });
      await shopper.button.waitFor();
      assert.equal(await root(shopper).getAttribute('data-scheme'), scheme, says);
      await shopper.leave();
    }
  });

  it('is not moved by what the page says of its own frames', async () => {
    const style = { '/s.css': { type: 'text/css', body: 'iframe{width:50%;height:10px;font-size:40px;border:9px solid red;margin:9px;color-scheme:dark} *{font-size:9px}' } };
    const headers = { 'content-security-policy': `default-src 'none'; img-src data:; style-src 'self'; script-src 'self' ${pages.frameUrl}; frame-src ${pages.frameUrl}` };
    const boxes = [];
    for (const sheet of ['', '<link rel="stylesheet" href="/s.css">']) {
      const { session } = await pages.order();
      const shopper = await pages.open(browser, { headers, files: style, body: `${sheet}<div><florin-checkout session="${session}"></florin-checkout></div>` });
      await shopper.button.waitFor();
      boxes.push(await shopper.page.evaluate(() => {
        const { width, height } = document.querySelector('florin-frame > iframe').getBoundingClientRect();
        return [width, height, getComputedStyle(document.querySelector('florin-frame > iframe')).colorScheme];
      }));
      await shopper.leave();
    }
    assert.ok(boxes[0][1] > 200);
    assert.deepEqual(boxes[1], boxes[0]);
  });

  it('takes no variable that it does not know, and none that could reach out', async () => {
    const shopper = await pages.open(browser);
    const warned = [];
    shopper.page.on('console', (message) => message.type() === 'warning' && warned.push(message.text()));
    const { session } = await pages.order();
    await shopper.page.evaluate((session) => {
      window.checkout = Florin().checkout({ session, appearance: { variables: { colorInk: 'url(https://evil.example/x)', colorPaper: 'red;background:url(//evil.example)', sidebarWidth: '3px', radius: 'var(--x)' } } });
      checkout.mount('#pay');
    }, session);
    await shopper.field('Card number').waitFor();
    assert.deepEqual(['color-ink', 'color-paper', 'sidebar-width', 'radius'].filter((name) => !warned.some((text) => text.includes(name))), []);
    assert.equal(await root(shopper).getAttribute('style'), '');
    assert.ok(!shopper.requests.some(({ url }) => url.includes('evil.example')));
    await shopper.leave();
  });

  it('sets the fonts of the page, by address and as bytes; the frame asks nobody for them', async () => {
    const lib = path.join(HERE, 'node_modules/playwright-core/lib/vite');
    const fonts = (await readdir(lib, { recursive: true })).filter((name) => name.endsWith('.ttf'));
    assert.ok(fonts.length > 0, 'the driver brings a font of its own');
    const bytes = await readFile(path.join(lib, fonts[0]));
    const { session } = await pages.order();
    const shopper = await pages.open(browser, { files: { '/shop.ttf': { type: 'font/ttf', body: bytes } } });
    await shopper.page.evaluate(async (session) => {
      const bytes = await (await fetch('/shop.ttf')).arrayBuffer();
      window.checkout = Florin().checkout({
        session, appearance: { variables: { fontFamily: 'Shop Address, Shop Bytes' } },
        fonts: [{ family: 'Shop Address', src: '/shop.ttf' }, { family: 'Shop Bytes', src: bytes, weight: '600' }, { family: 'Lost', src: '/lost.ttf' }],
      });
      checkout.mount('#pay');
    }, session);
    const frame = () => shopper.form.locator('html');
    const faces = () => frame().evaluate(async () => { await Promise.allSettled([...document.fonts].map((face) => face.load())); return [...document.fonts].map(({ family, weight, status }) => `${family} ${weight} ${status}`).sort(); });
    await shopper.field('Card number').waitFor();
    await eventually('the fonts are there', async () => (await faces()).filter((face) => / loaded$/.test(face)).length === 2);
    assert.match(await shopper.field('Card number').evaluate((input) => getComputedStyle(input).fontFamily), /Shop Address/);
    assert.deepEqual(shopper.requests.filter(({ url }) => url.endsWith('.ttf')).map(({ url }) => new URL(url).origin).filter((origin) => origin !== demo.json.shop_url), []);
    await shopper.leave();
  });
});
