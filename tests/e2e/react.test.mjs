// The examples as a merchant's developer starts from them: a Vite app with React in StrictMode, and three plain
// files. Built and served as they are, and paid in.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';

import { sessionOf } from '../../examples/react/shop.js';
import { eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, DECLINED, Shopper, launch } from './shopper.mjs';

const EXAMPLES = path.join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../../examples');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

describe('the examples', () => {
  let browser, pages, demo, dist;
  before(async () => {
    [browser, pages] = await Promise.all([launch(), Pages.start()]);
    ({ demo } = pages);
    dist = await mkdtemp(path.join(tmpdir(), 'florin-react-'));
    const vite = path.join(EXAMPLES, 'react/node_modules/vite/bin/vite.js');
    // Only React's development build mounts everything twice.
    const env = { ...process.env, NODE_ENV: 'development', VITE_FLORIN: `${pages.frameUrl}/v1/florin.js` };
    await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', dist, '--logLevel', 'error'], { cwd: path.join(EXAMPLES, 'react'), env });
  });
  after(async () => { await browser?.close(); await pages?.stop(); await rm(dist, { recursive: true, force: true }); });

  const file = async (name, from) => ({ type: TYPES[path.extname(name)], body: await readFile(path.join(from, name), 'utf8') });

  /** The built app, with the shop's own server behind `/order`; counts how often a form came into the page. */
  async function openApp() {
    const asked = [];
    const assets = await readdir(path.join(dist, 'assets'));
    const files = Object.fromEntries(await Promise.all(assets.map(async (name) => [`/assets/${name}`, await file(name, path.join(dist, 'assets'))])));
    files['/order'] = async (url) => {
      asked.push(url.searchParams.get('cart'));
      return { session: await sessionOf(asked.at(-1), demo.json) };
    };
    pages.page = { body: '', script: '', headers: {}, tag: '', files: { ...files, '/app': await file('index.html', dist) } };
    const context = await browser.newContext();
    await context.addInitScript(() => {
      window.came = 0;
      if (window === top) new MutationObserver((records) => { for (const { addedNodes } of records) for (const { localName } of addedNodes) came += localName === 'florin-frame'; }).observe(document, { childList: true, subtree: true });
    });
    return { asked, shopper: await Shopper.in(context, demo, `${pages.url}/app`) };
  }

  /** However often the app asked, for a form that was mounted twice or again: one cart, and one order of it. */
  async function onlyOrder(asked) {
    const carts = new Set(asked);
    assert.equal(carts.size, 1, 'one cart');
    const { data } = await demo.shop(`/v1/orders?reference=${[...carts][0]}`);
    assert.equal(data.length, 1, `one order, asked for ${asked.length} times`);
    return data[0].id;
  }

  it('React in StrictMode: one form, one order, and it pays', async () => {
    const { asked, shopper } = await openApp();
    await shopper.form.getByText(/€42\.00/).first().waitFor();
    const id = await onlyOrder(asked);
    await shopper.type(DECLINED);
    await shopper.button.click();
    await shopper.sees('Try another card');
    await shopper.type(APPROVED);
    await shopper.button.click();
    await shopper.page.getByText(`Thank you. Order ${id}`).waitFor();
    await demo.orderIs(id, 'paid');
    assert.deepEqual([await pages.charges(id), await shopper.page.locator('florin-frame').count()], [1, 1]);
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();
  });

  it('React changes the look without a remount, unmounts without a trace, and mounts again', async () => {
    const { asked, shopper } = await openApp();
    await shopper.field('Card number').pressSequentially('4242');
    const came = await shopper.page.evaluate(() => window.came);
    await shopper.page.getByRole('button', { name: 'Dark' }).click();
    await eventually('the form is dark', async () => (await shopper.form.locator('html').getAttribute('data-scheme')) === 'dark');
    assert.equal(await shopper.field('Card number').inputValue(), '4242');
    assert.equal(await shopper.page.evaluate(() => window.came), came, 'the same form');
    await shopper.page.getByRole('button', { name: 'Later' }).click();
    // The driver hears of a frame of another site that went away a moment later.
    await eventually('no frame is left', async () => (await shopper.page.locator('florin-frame').count()) === 0 && shopper.page.frames().length === 1);
    await shopper.page.getByRole('button', { name: 'Pay now' }).click();
    await shopper.field('Card number').waitFor();
    assert.equal(await shopper.field('Card number').inputValue(), '');
    await shopper.form.getByText(/€42\.00/).first().waitFor();
    assert.ok(asked.length > 1, 'the second mount asked again');
    await onlyOrder(asked);
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();
  });

  it('three plain files, with the two addresses filled in', async () => {
    const { id, session } = await pages.order();
    const folder = path.join(EXAMPLES, 'plain-html');
    const page = await file('index.html', folder);
    page.body = page.body.replaceAll('https://pay.example', pages.frameUrl).replaceAll('cs_…', session);
    const files = { '/shop.html': page, '/shop.js': await file('shop.js', folder), '/shop.css': await file('shop.css', folder) };
    pages.page = { body: '', script: '', headers: {}, tag: '', files };
    const shopper = await Shopper.arrive(browser, demo, { url: `${pages.url}/shop.html`, colorScheme: 'dark' });
    await shopper.field('Card number').waitFor();
    assert.equal(await shopper.form.locator('html').getAttribute('data-scheme'), 'dark', 'it follows the page');
    await shopper.pay(APPROVED);
    await shopper.page.getByText(`Thank you. Order ${id}`).waitFor();
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();

    const blocked = await browser.newContext();
    await blocked.route('**/v1/florin.js', (route) => route.abort());
    const sorry = await Shopper.in(blocked, demo, `${pages.url}/shop.html`);
    await sorry.page.getByText('We can’t take cards at this moment').waitFor();
    await sorry.leave();
  });
});
