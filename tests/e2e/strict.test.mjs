// The strictest page there is: its policy names the frame host and nothing else, knows no trusted type, and
// every other page of these tests has the same one. What a policy has to forbid anywhere fails the test.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, CHALLENGED, DECLINED, Shopper, launch, launchWithProfile } from './shopper.mjs';

const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

describe('under the strictest policy', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  const element = (session, more = '') => `<florin-checkout id="card" session="${session}" ${more}></florin-checkout>`;

  it('declined, confirmed with the bank in the dialog, paid by a button of the page: nothing is forbidden', async () => {
    const { id, session } = await pages.order();
    const shopper = await pages.open(browser, { body: `<form id="order" action="/thanks">${element(session)}</form><florin-pay-button for="card">Buy it</florin-pay-button>` });
    await shopper.pay(DECLINED);
    await shopper.sees('Try another card');
    await shopper.type(CHALLENGED);
    await shopper.page.getByRole('button', { name: 'Buy it' }).click();
    await (await shopper.atTheBankInTheDialog()).approve.click();
    await demo.orderIs(id, 'paid');
    assert.deepEqual([shopper.errors, shopper.violations], [[], []]);
    await shopper.leave();
  });

  it('the test itself hears what a policy forbids', async () => {
    const shopper = await pages.open(browser);
    await shopper.page.evaluate(() => { new Image().src = 'http://127.0.0.1:9/x.png'; });
    await eventually('it is heard', async () => shopper.violations.some((said) => /img-src by http:\/\/127\.0\.0\.1:9/.test(said)));
    shopper.violations.length = 0;
    await shopper.leave();
  });

  it('a page that is cross-origin isolated pays, and shows every field', async () => {
    const { shopper, id } = await pages.openCheckout(browser, { headers: ISOLATED });
    assert.equal(await shopper.page.evaluate(() => crossOriginIsolated), true);
    await shopper.pay(APPROVED);
    await demo.orderIs(id, 'paid');
    await shopper.sees('Paid');
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();
  });

  it('the loader runs when its bytes are the pinned ones, and says that it did not otherwise', async () => {
    const bytes = Buffer.from(await (await fetch(`${pages.frameUrl}/v1/florin.js`)).arrayBuffer());
    const integrity = `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
    // What the guide tells pages to do: a listener in a file of the page's own, before the tag.
    const files = { '/lost.js': { type: 'text/javascript', body: 'addEventListener("error", ({ target }) => { if (target.id === "florin") document.querySelector("#sorry").hidden = false; }, true);' } };
    const tag = (hash) => `<script src="/lost.js"></script><p id="sorry" hidden>We can't take cards at this moment.</p><script id="florin" src="${pages.frameUrl}/v1/florin.js" integrity="${hash}" crossorigin></script>`;
    const { id, session } = await pages.order();
    const good = await pages.open(browser, { loader: tag(integrity), files, body: element(session) });
    await good.pay(APPROVED);
    await demo.orderIs(id, 'paid');
    assert.equal(await good.page.getByText("We can't take cards").isVisible(), false);
    await good.leave();
    const bad = await pages.open(browser, { loader: tag(`sha384-${'A'.repeat(64)}`), files, body: element(session) });
    await bad.page.getByText("We can't take cards").waitFor();
    assert.equal(await bad.page.evaluate(() => typeof window.Florin), 'undefined');
    await bad.leave();
  });

  it('a loader that is blocked is heard by the page', async () => {
    const context = await browser.newContext();
    await context.route('**/v1/florin.js', (route) => route.abort());
    const files = { '/lost.js': { type: 'text/javascript', body: 'addEventListener("error", ({ target }) => { if (target.id === "florin") document.querySelector("#sorry").hidden = false; }, true);' } };
    pages.page = { body: '', script: '', headers: {}, files, tag: `<script src="/lost.js"></script><p id="sorry" hidden>We can't take cards at this moment.</p><script id="florin" src="${pages.frameUrl}/v1/florin.js" crossorigin></script>` };
    const shopper = await Shopper.in(context, demo, `${pages.url}/page`);
    await shopper.page.getByText("We can't take cards").waitFor();
    await shopper.leave();
  });

  it('a second file with other bytes never runs: the bank then gets the whole window', async () => {
    const { id, session } = await pages.order({ result_url: `${demo.json.shop_url}/thanks` });
    const shopper = await pages.open(browser, { body: element(session) });
    const served = new Set();
    await shopper.page.route('**/v1/florin-more.*', async (route) => {
      served.add(route.request().url());
      const honest = await (await fetch(route.request().url())).text();
      await route.fulfill({ contentType: 'text/javascript', headers: { 'access-control-allow-origin': '*' }, body: `window.skimmed = true;${honest}` });
    });
    await shopper.pay(CHALLENGED);
    const bank = await shopper.atTheBank();
    await bank.approve.click();
    await shopper.page.waitForURL(`${demo.json.shop_url}/thanks?order=${id}`);
    assert.equal(served.size, 2, 'it is asked for once more, by another address');
    await demo.orderIs(id, 'paid');
    await shopper.leave();

    const other = await pages.open(browser, { body: '<florin-pay-button for="card">Buy it</florin-pay-button>' });
    await other.page.route('**/v1/florin-more.*', (route) => route.fulfill({ contentType: 'text/javascript', headers: { 'access-control-allow-origin': '*' }, body: 'window.skimmed = true;' }));
    await other.page.reload();
    await eventually('the browser refuses it', async () => other.errors.some((said) => /digest|integrity/i.test(said)));
    assert.equal(await other.page.evaluate(() => window.skimmed), undefined);
    await other.leave();
  });
});

describe('with third-party cookies and storage blocked', () => {
  let folder, context, pages, demo;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'florin-profile-'));
    await mkdir(path.join(folder, 'Default'));
    await writeFile(path.join(folder, 'Default/Preferences'), JSON.stringify({ profile: { block_third_party_cookies: true, cookie_controls_mode: 1 } }));
    [context, pages] = await Promise.all([launchWithProfile(folder), Pages.start()]);
    ({ demo } = pages);
  });
  after(async () => { await context?.close(); await pages?.stop(); await rm(folder, { recursive: true, force: true }); });

  it('pays, confirms with the bank in the dialog, and finds the payment again after a reload', async () => {
    const { id, session } = await pages.order();
    pages.page = { body: `<florin-checkout session="${session}"></florin-checkout>`, script: '', headers: {}, files: {}, tag: `<script src="${pages.frameUrl}/v1/florin.js" crossorigin></script>` };
    const shopper = await Shopper.in(context, demo, `${pages.url}/page`);
    await shopper.field('Card number').waitFor();
    const frame = shopper.page.frames().find((frame) => frame.url().includes('/v1/frame'));
    const kept = await frame.evaluate(() => { try { localStorage.setItem('a', 'b'); return 'kept'; } catch { return 'blocked'; } });
    assert.equal(kept, 'blocked', 'the browser does block: the frame is of another site');
    await shopper.pay(CHALLENGED);
    await shopper.atTheBankInTheDialog();
    await shopper.page.reload();
    await shopper.sees('Confirm with your bank');
    await shopper.button.click();
    await (await shopper.atTheBankInTheDialog()).approve.click();
    await shopper.sees('Paid');
    await demo.orderIs(id, 'paid');
    assert.equal(await pages.charges(id), 1);
    assert.deepEqual(shopper.errors, []);
  });
});
