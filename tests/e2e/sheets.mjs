// Every state of the form on one sheet a width, scheme and language. `cargo xtask screenshots` takes them.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { Pages } from './page.mjs';
import { GROUND, LOCALES, SCHEMES, STATE_NAMES, standing } from './states.mjs';

/** How wide the shop's page is, and how much smaller than life its pictures stand on the sheet. */
const WIDTHS = { 320: 1, 375: 1, 768: 0.6, 1280: 0.45 };

/** A sheet holds as many columns as are not wider than this together. */
const SHEET = 1700;
const QUALITY = 75;
const HEIGHT = 720;
const GAP = 12;

/** It fills the window; it stands last, so that its row is the only tall one. */
const TALL = 'the dialog';

/** No pointer rests on the button. */
const AWAY = [1, 1];

async function picture({ page }, width, whole) {
  await page.mouse.move(...AWAY);
  const { height } = await page.locator('#pay').boundingBox();
  const clip = { x: 0, y: 0, width, height: whole ? HEIGHT : Math.ceil(height) + 2 * GAP };
  return (await page.screenshot({ clip })).toString('base64');
}

/** One state in one language and scheme, seen at every width. */
async function views(browser, pages, state, scheme, locale, keep) {
  const shopper = await standing(browser, pages, state, { scheme, locale, viewport: { width: 1280, height: HEIGHT } });
  await shopper.page.evaluate((gap) => {
    document.querySelector('h1').remove();
    document.body.style.paddingTop = `${gap}px`;
  }, GAP);
  for (const width of Object.keys(WIDTHS).map(Number)) {
    await shopper.page.setViewportSize({ width, height: HEIGHT });
    await shopper.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    keep(width, { state, width, scheme, png: await picture(shopper, width, state === TALL) });
  }
  await shopper.leave();
}

function sheet(pictures) {
  const [{ scheme, width }] = pictures;
  const wide = width * WIDTHS[width];
  const columns = Math.floor(SHEET / (wide + GAP));
  const figure = ({ state, png }) => `<figure><figcaption>${state}</figcaption><img width=${wide} src="data:image/png;base64,${png}"></figure>`;
  return `<!doctype html><style>
    body { margin: 0; padding: ${GAP}px; background: ${GROUND[scheme]}; color: ${scheme === 'dark' ? '#aab4b8' : '#56616a'}; font: 13px system-ui;
      display: grid; grid-template-columns: repeat(${columns}, ${wide}px); gap: ${GAP}px; width: max-content; }
    figure { margin: 0 } img { display: block; outline: 1px solid ${scheme === 'dark' ? '#263035' : '#e4e8ea'} } figcaption { padding: 0 0 4px }
  </style>${pictures.map(figure).join('')}`;
}

/** Chromium's own encoder: a tenth of a PNG's bytes. */
async function webp(browser, html) {
  const page = await browser.newPage({ viewport: { width: 2 * SHEET, height: 100 } });
  await page.setContent(html);
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
  const [width, height] = await page.evaluate(() => [document.body.offsetWidth, document.body.offsetHeight]);
  await page.setViewportSize({ width, height });
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await page.close();
  return Buffer.from(data, 'base64');
}

/** Writes them into `folder`. */
export async function sheets(browser, folder) {
  const pages = await Pages.start({ args: ['--limits', 'off'] });
  const states = [...STATE_NAMES.filter((name) => name !== TALL), TALL];
  for (const locale of LOCALES) {
    for (const scheme of SCHEMES) {
      const kept = {};
      for (const state of states) await views(browser, pages, state, scheme, locale, (width, view) => (kept[width] ??= []).push(view));
      for (const [width, pictures] of Object.entries(kept)) {
        writeFileSync(path.join(folder, `${width}-${scheme}-${locale}.webp`), await webp(browser, sheet(pictures)));
      }
    }
  }
  await pages.stop();
}
