// Takes the pictures of the documentation: the real form on the real servers. `cargo xtask screenshots` runs it.
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';

import { Demo } from './demo.mjs';
import { Pages } from './page.mjs';
import { sheets } from './sheets.mjs';
import { CHALLENGED, Shopper, launch } from './shopper.mjs';
import { GROUND, standing } from './states.mjs';

const LIMIT = 3_500_000;
const FINE = { deviceScaleFactor: 2 };

/** No pointer rests on the button. */
const AWAY = [1, 1];

/** The form by itself: file, state, looks. The width is the window's. */
const FORMS = [
  ['default-light', 'filling', { width: 520 }],
  ['default-dark', 'filling', { width: 520, scheme: 'dark' }],
  ['night', 'filling', { width: 520, theme: 'night', scheme: 'dark' }],
  ['contrast', 'filling', { width: 520, theme: 'contrast' }],
  ['flat', 'filling', { width: 520, theme: 'flat' }],
  ['minimal', 'filling', { width: 520, theme: 'minimal' }],
  ['narrow', 'a mistake', { width: 320 }],
  ['mistakes', 'everything missing', { width: 520 }],
  ['two-brands', 'two brands', { width: 520 }],
  ['decline', 'a hard decline', { width: 520 }],
  ['unknown', 'unknown', { width: 520 }],
  ['paid', 'paid', { width: 520 }],
  ['german', 'everything missing', { width: 520, locale: 'de' }],
];

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit += 1) byte = byte & 1 ? 0xedb88320 ^ (byte >>> 1) : byte >>> 1;
  return byte >>> 0;
});

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const crc = ~body.reduce((crc, byte) => CRC[(crc ^ byte) & 255] ^ (crc >>> 8), ~0) >>> 0;
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc, body.length + 4);
  return framed;
}

/** The same picture in fewer bytes: packed as hard as it can be, and nothing in it but the picture. */
function smaller(png) {
  const kept = [], packed = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    if (type === 'IDAT') packed.push(data);
    else if (type === 'IHDR') kept.push(chunk(type, data));
  }
  const pixels = deflateSync(inflateSync(Buffer.concat(packed)), { level: 9, memLevel: 9 });
  return Buffer.concat([png.subarray(0, 8), ...kept, chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

const folder = process.argv[2];
const states = path.join(folder, 'states');
mkdirSync(states, { recursive: true });
const save = (name, png) => writeFileSync(path.join(folder, `${name}.png`), smaller(png));

async function forms(browser) {
  const pages = await Pages.start({ args: ['--limits', 'off'] });
  for (const [name, state, { width, ...looks }] of FORMS) {
    const shopper = await standing(browser, pages, state, { ...looks, ...FINE, viewport: { width, height: 700 } });
    await shopper.page.evaluate((ground) => {
      document.querySelector('h1').remove();
      document.body.style.cssText += `; padding-top: 20px; background: ${ground}`;
    }, GROUND[looks.scheme ?? 'light']);
    await shopper.page.mouse.move(...AWAY);
    const { height } = await shopper.page.locator('florin-frame').boundingBox();
    save(name, await shopper.page.screenshot({ clip: { x: 0, y: 0, width, height: Math.ceil(height) + 40 } }));
    await shopper.leave();
  }
  await pages.stop();
}

async function shop(browser) {
  const demo = await Demo.start();
  const options = { reducedMotion: 'reduce', locale: 'en-US' };
  const desktop = await Shopper.arrive(browser, demo, { ...options, viewport: { width: 1280, height: 800 } });
  await desktop.sees('€42.00');
  await desktop.field('Card number').pressSequentially('42424242');
  await desktop.page.mouse.move(...AWAY);
  save('shop', await desktop.page.screenshot());
  await desktop.type(CHALLENGED);
  await desktop.button.click();
  await desktop.atTheBankInTheDialog();
  save('challenge', await desktop.page.screenshot());
  await desktop.leave();
  await demo.stop();
}

const browser = await launch();
await forms(browser);
await shop(browser);
await sheets(browser, states);
await browser.close();
const bytes = readdirSync(folder, { recursive: true }).reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
console.log(`${folder}: ${bytes} bytes of pictures`);
if (bytes > LIMIT) throw new Error(`${LIMIT} bytes of pictures are enough`);
