// Where everything stands, in pixels, and that it stands there through every state: a table of boxes instead
// of pictures, which differ from machine to machine. `FLORIN_WRITE_GEOMETRY=1` writes the table anew.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';

import { heights } from '../../www/height.mjs';
import { Pages } from './page.mjs';
import { launch } from './shopper.mjs';
import { LOCALES, MARGIN, STATE_NAMES, THEMES, dress, isFramed, standing } from './states.mjs';

const TABLE = new URL('./geometry.txt', import.meta.url);
const WIDTHS = [320, 375, 768, 1280];
const ABOUT = '# theme, width of the window, language: frame, then x,y width×height of each box in it, in CSS pixels\n';
const SENTENCES = /^(message|decline|missing|refused|wrong)\./;
const TALL = 900;

/** What a shopper sets in the browser: text of the usual size, and twice as large on telephones and in a wide window. */
const USUAL = 16;
const LARGE = 32;
const WIDTHS_OF_LARGE = [320, 375, 768];

/** How high the page makes the frame, in pixels: the loader's own table. */
function promised(width, text = USUAL) {
  const [wide, narrow, stacked] = heights();
  return text * (width >= 20 * text ? wide : width >= 16 * text ? narrow : stacked);
}

/** Sets the size of text as the browser's settings do, in the page and in the frame. */
async function setText(shopper, text) {
  const frame = shopper.page.frames().find((frame) => frame.url().includes('/v1/frame'));
  for (const place of [shopper.page, frame]) {
    const settings = await shopper.context.newCDPSession(place);
    await settings.send('Page.setFontSizes', { fontSizes: { standard: text, fixed: text } });
  }
}

/** Waits until the frame has the size that the page has given it. */
const settled = (shopper, height) => shopper.form.locator(':root').evaluate((_, height) => new Promise((done) => {
  const look = () => (innerHeight === height ? done() : requestAnimationFrame(look));
  look();
}), height);

const frameBox = (shopper) => shopper.page.locator('iframe').first().evaluate((frame) => {
  const { width, height } = frame.getBoundingClientRect();
  return { width, height };
});

/** Every box that theme, width and language could move. */
const boxes = (shopper) => shopper.form.locator(':root').evaluate(() => {
  const round = (number) => Math.round(number * 100) / 100;
  const line = (name, element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return `${name} ${round(x)},${round(y)} ${round(width)}×${round(height)}`;
  };
  const of = (selector) => document.querySelector(selector);
  const cells = [...document.querySelectorAll('.cell')].filter((cell) => cell.offsetHeight).map((cell) => line(cell.dataset.field, cell));
  return [line('slip', of('.slip')), ...cells, line('message', of('.message')), line('pay', of('button.pay'))].join(' | ');
});

/** Words that do not fit where they stand. */
const cutOff = (shopper) => shopper.form.locator(':root').evaluate((root) => {
  const found = root.scrollWidth > root.clientWidth ? ['the form is wider than its frame'] : [];
  for (const element of document.querySelectorAll('label, button.pay, .word, .amount')) {
    if (element.offsetHeight && element.scrollWidth > element.clientWidth + 1) found.push(`${element.className || element.htmlFor}: ${element.innerText}`);
  }
  for (const element of document.querySelectorAll('.pay > *, .message > *')) {
    const [inner, outer] = [element, element.parentElement].map((it) => it.getBoundingClientRect());
    const out = Math.max(outer.top - inner.top, inner.bottom - outer.bottom, inner.right - outer.right);
    if (inner.height && out > 0.5) found.push(`${element.className.baseVal ?? element.className}: ${element.textContent} is ${out} px out of its place`);
  }
  return found;
});

/** Sentences that are higher than the line that is kept for them. */
const tooLong = (shopper, sentences) => shopper.form.locator('.message').evaluate((message, sentences) => {
  const line = message.querySelector('p');
  const before = line.textContent;
  message.querySelector('.accepted')?.remove();
  message.dataset.tone = 'danger';
  const high = sentences.filter((sentence) => {
    line.textContent = sentence;
    return line.getBoundingClientRect().height > message.clientHeight + 0.5;
  });
  line.textContent = before;
  return high;
}, sentences);

describe('geometry', () => {
  let browser, pages;
  const rest = {};
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start({ args: ['--limits', 'off'] })]); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  it('every box stands where the table says, in every theme, width and language', async () => {
    const lines = [];
    for (const locale of LOCALES) {
      const shopper = await standing(browser, pages, 'idle', { locale });
      for (const theme of THEMES) {
        await dress(shopper, { theme, scheme: 'light' });
        for (const width of WIDTHS) {
          await shopper.page.setViewportSize({ width, height: TALL });
          const frame = await frameBox(shopper);
          lines.push(`${theme} ${width} ${locale}: frame ${frame.width}×${frame.height} | ${await boxes(shopper)}\n`);
          assert.deepEqual(await cutOff(shopper), [], `${theme} ${width} ${locale}`);
        }
      }
      await shopper.leave();
    }
    const table = ABOUT + lines.sort().join('');
    if (process.env.FLORIN_WRITE_GEOMETRY) writeFileSync(TABLE, table);
    const expected = readFileSync(TABLE, 'utf8');
    const moved = lines.filter((line) => !expected.includes(line));
    assert.equal(table, expected, `FLORIN_WRITE_GEOMETRY=1 writes the table anew; moved:\n${moved.join('')}`);
  });

  it('every sentence fits the line that is kept for it, in every theme, width and language', async () => {
    for (const locale of LOCALES) {
      const words = JSON.parse(readFileSync(new URL(`../../www/locales/${locale}.json`, import.meta.url), 'utf8'));
      const sentences = Object.entries(words).filter(([key]) => SENTENCES.test(key)).map(([, sentence]) => sentence);
      assert.ok(sentences.length > 30);
      const shopper = await standing(browser, pages, 'idle', { locale });
      for (const theme of THEMES) {
        await dress(shopper, { theme, scheme: 'light' });
        for (const [text, widths] of [[USUAL, WIDTHS], [LARGE, WIDTHS_OF_LARGE]]) {
          await setText(shopper, text);
          for (const width of widths) {
            await shopper.page.setViewportSize({ width, height: TALL });
            assert.deepEqual(await tooLong(shopper, sentences), [], `${theme} ${width} ${locale}, text of ${text} px`);
          }
        }
      }
      assert.ok((await tooLong(shopper, ['word '.repeat(200)])).length === 1, 'a sentence too long would be found');
      await shopper.leave();
    }
  });

  for (const state of STATE_NAMES.filter(isFramed)) {
    it(`the state "${state}" moves nothing in the page, and has the one height`, async () => {
      for (const locale of LOCALES) {
        const shopper = await standing(browser, pages, state, { locale });
        const shift = await shopper.page.evaluate(() => new Promise((done) => {
          new PerformanceObserver((list, observer) => {
            observer.disconnect();
            done(list.getEntries().filter(({ startTime }) => startTime > mountedAt).reduce((sum, { value }) => sum + value, 0));
          }).observe({ type: 'layout-shift', buffered: true });
          // Without a shift the observer hears nothing at all.
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(0))));
        }));
        assert.equal(shift, 0, `${locale}: layout shift in the page`);
        const button = (await boxes(shopper)).split(' | ').at(-1);
        assert.equal(button, (rest[locale] ||= button), 'the button is where it is in every other state');
        for (const [text, widths] of [[USUAL, WIDTHS], [LARGE, WIDTHS_OF_LARGE]]) {
          await setText(shopper, text);
          for (const width of widths) {
            const where = `${locale} at ${width} px, text of ${text} px`;
            await shopper.page.setViewportSize({ width, height: TALL });
            const { height } = await frameBox(shopper);
            assert.equal(height, promised(width - 2 * MARGIN, text), where);
            await settled(shopper, height);
            const overflow = await shopper.form.locator(':root').evaluate((root) => root.scrollHeight - root.clientHeight);
            assert.ok(overflow <= 0, `${where}: the form is ${overflow} px higher than its frame`);
            assert.deepEqual(await cutOff(shopper), [], where);
          }
        }
        await shopper.leave();
      }
    });
  }
});
