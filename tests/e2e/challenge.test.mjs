// 3-D Secure in a dialog over the shop's page: approved, refused, closed, stuck, and where it can't be.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Demo, eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, CHALLENGED, Shopper, launch, pressForGood } from './shopper.mjs';
import { LOCALES } from './states.mjs';

for (const collect of ['token', 'confirm']) {
  describe(`a challenge in a dialog, in ${collect} mode`, () => {
    let browser, demo;
    before(async () => { [browser, demo] = await Promise.all([launch(), Demo.start({ collect })]); });
    after(async () => { await browser?.close(); await demo?.stop(); });

    it('approved: the page never leaves, and the order is paid', async () => {
      const shopper = await Shopper.arrive(browser, demo);
      await shopper.pay(CHALLENGED);
      await (await shopper.atTheBankInTheDialog()).approve.click();
      await shopper.thanked();
      assert.equal((await demo.newestOrder()).status, 'paid');
      assert.equal(await shopper.page.locator('dialog').count(), 0);
      assert.deepEqual(shopper.errors, []);
      await shopper.leave();
    });

    it('refused, then another card', async () => {
      const shopper = await Shopper.arrive(browser, demo);
      await shopper.pay(CHALLENGED);
      await (await shopper.atTheBankInTheDialog()).refuse.click();
      await shopper.sees(/Your bank did not confirm|Try again|Try another card/);
      assert.equal(await shopper.page.locator('dialog').count(), 0);
      await shopper.pay(APPROVED);
      await shopper.thanked();
      await shopper.leave();
    });
  });
}

describe('the dialog', () => {
  let browser, demo;
  before(async () => { [browser, demo] = await Promise.all([launch(), Demo.start()]); });
  after(async () => { await browser?.close(); await demo?.stop(); });

  it('fits five window sizes, and fills phones', async () => {
    for (const [width, height] of [[320, 568], [375, 812], [768, 1024], [1280, 800], [1920, 1080]]) {
      const shopper = await Shopper.arrive(browser, demo, { viewport: { width, height } });
      await shopper.pay(CHALLENGED);
      const { approve } = await shopper.atTheBankInTheDialog();
      const box = await shopper.page.locator('dialog').boundingBox();
      assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, `${width}: ${JSON.stringify(box)}`);
      if (width <= 640) assert.deepEqual([box.width, box.height], [width, height], 'full on phones');
      else assert.ok(box.width >= 500 && box.height >= 600, `${width}: ${JSON.stringify(box)}`);
      const button = await approve.boundingBox();
      assert.ok(button.x >= box.x && button.x + button.width <= box.x + box.width, 'the bank needs no sideways scrolling');
      const cancel = await shopper.dialog.getByRole('button', { name: 'Cancel and close' }).boundingBox();
      assert.ok(cancel.width >= 44 && cancel.height >= 44 && cancel.x + cancel.width <= width);
      await shopper.leave();
    }
  });

  it('Escape gives up too', async () => {
    const shopper = await Shopper.arrive(browser, demo);
    await shopper.pay(CHALLENGED);
    await shopper.atTheBankInTheDialog();
    await shopper.dialog.getByRole('button', { name: 'Cancel and close' }).focus();
    // It takes the frame away that it goes to, from which the driver may then wait for an answer in vain.
    shopper.page.keyboard.press('Escape').catch(() => {});
    await shopper.sees('Try again');
    assert.equal((await demo.newestOrder()).status, 'open');
    await shopper.leave();
  });

  it('a bank without progress in ten seconds gets the whole window, and the return is clean', async () => {
    const shopper = await Shopper.arrive(browser, demo);
    let held = 0;
    await shopper.page.route(`${demo.json.gateway_url}/**`, async (route) => {
      const framed = route.request().frame() !== shopper.page.mainFrame();
      if (!route.request().isNavigationRequest() || !framed) return route.continue();
      held += 1; // and no answer, ever
    });
    await shopper.pay(CHALLENGED);
    await (await shopper.atTheBank()).approve.click({ timeout: 20_000 });
    await shopper.thanked();
    assert.ok(held > 0);
    assert.deepEqual([...new URL(shopper.page.url()).searchParams.keys()], ['order']);
    await shopper.leave();
  });

  it('the shopper may open the bank in full', async () => {
    const shopper = await Shopper.arrive(browser, demo);
    await shopper.pay(CHALLENGED);
    await shopper.atTheBankInTheDialog();
    await pressForGood(shopper.dialog.getByRole('button', { name: 'Open in full' }));
    await (await shopper.atTheBank()).approve.click();
    await shopper.thanked();
    await shopper.leave();
  });

  it('the page that comes back in the frame holds no fact, and in a window the address stays clean', async () => {
    const shopper = await Shopper.arrive(browser, demo);
    await shopper.pay(CHALLENGED);
    const bank = await shopper.atTheBankInTheDialog();
    const { id } = await demo.newestOrder();
    const back = `${demo.json.merchant_url}/checkout/return?order=${id}`;
    const framed = await fetch(back, { redirect: 'manual', headers: { 'sec-fetch-dest': 'iframe' } });
    const said = await framed.text();
    assert.equal(framed.status, 200);
    for (const fact of [id, '4200', 'succeeded', 'cs_', 'att_', 'pay_']) assert.ok(!said.includes(fact), `${fact} in ${said}`);
    const whole = await fetch(back, { redirect: 'manual', headers: { 'sec-fetch-dest': 'document' } });
    assert.equal(whole.headers.get('location'), `${demo.json.shop_url}/?order=${id}`);
    await bank.approve.click();
    await shopper.thanked();
    // Another payment's page may not end this dialog: only the merchant server's origin, from that frame.
    await eventually('no dialog is left', async () => (await shopper.page.locator('dialog').count()) === 0);
    await shopper.leave();
  });
});

describe('a challenge on a page of a merchant', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  it('the dialog speaks the language of the form, and wears its scheme', async () => {
    const titles = { en: 'Confirm with your bank', de: 'Bei Ihrer Bank bestätigen' };
    assert.deepEqual(Object.keys(titles).sort(), LOCALES, 'every language of the form');
    for (const locale of LOCALES) {
      const { shopper } = await pages.openCheckout(browser, { options: { appearance: { scheme: 'dark' } } });
      await shopper.type(CHALLENGED);
      await shopper.page.evaluate((locale) => checkout.update({ locale }), locale);
      await shopper.button.click();
      await shopper.atTheBankInTheDialog();
      await shopper.dialog.getByRole('heading', { name: titles[locale] }).waitFor();
      const worn = await shopper.dialog.locator(':root').evaluate((root) => [root.lang, getComputedStyle(root).colorScheme, getComputedStyle(root).backgroundColor]);
      assert.deepEqual(worn, [locale, 'dark', 'rgb(20, 25, 28)']);
      const called = await shopper.page.locator('dialog').evaluate((dialog) => [dialog.ariaLabel, dialog.querySelector('iframe').title]);
      assert.deepEqual(called, [titles[locale], titles[locale]]);
      assert.equal(await shopper.page.locator('dialog').evaluate((dialog) => getComputedStyle(dialog).colorScheme), 'dark');
      await shopper.leave();
    }
  });

  for (const [locale, told] of [['en', 'You closed your bank’s page. Nothing was charged.'], ['de', 'Bestätigung abgebrochen. Nichts abgebucht.']]) {
    it(`closing the dialog is told, and the same card may try again with its code: ${locale}`, async () => {
      const { shopper, id } = await pages.openCheckout(browser, { options: { locale } });
      for (const [field, text] of [['number', CHALLENGED], ['expiry', '1230'], ['code', '123'], ['name', 'Ada']]) await shopper.form.locator(`#${field}`).pressSequentially(text);
      await shopper.button.click();
      await shopper.atTheBankInTheDialog();
      await pressForGood(shopper.dialog.locator('#close'));
      await shopper.sees(told);
      assert.ok((await shopper.form.locator('#message[role=status]').textContent()).startsWith(told), 'it is announced');
      await eventually('the code has the focus', () => shopper.form.locator('#code').evaluate((it) => document.activeElement === it && document.hasFocus()));
      assert.match(await shopper.form.locator('#number').inputValue(), /^4000/, 'the card is still there');
      assert.equal(await pages.charges(id), 0);
      await shopper.page.keyboard.type('123');
      await shopper.button.click();
      await (await shopper.atTheBankInTheDialog()).approve.click();
      await demo.orderIs(id, 'paid');
      await shopper.leave();
    });
  }

  it('closing the dialog gives the payment up, and another card works', async () => {
    const { id, session } = await pages.order();
    const shopper = await pages.open(browser);
    await shopper.page.evaluate((session) => { window.checkout = Florin().checkout({ session }); checkout.mount('#pay'); }, session);
    await shopper.type(CHALLENGED);
    const paying = shopper.page.evaluate(() => checkout.pay());
    await shopper.atTheBankInTheDialog();
    await pressForGood(shopper.dialog.getByRole('button', { name: 'Cancel and close' }));
    const given = await paying;
    assert.deepEqual([given.status, given.ok], ['open', false]);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).status, 'open');
    await shopper.pay(APPROVED);
    await demo.orderIs(id, 'paid');
    await shopper.leave();
  });

  it('a page that is cross-origin isolated leaves for the bank', async () => {
    const { id, session } = await pages.order({ result_url: `${demo.json.shop_url}/` });
    const headers = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
    const shopper = await pages.open(browser, { headers });
    assert.equal(await shopper.page.evaluate(() => crossOriginIsolated), true);
    await shopper.page.evaluate((session) => { window.checkout = Florin().checkout({ session }); checkout.mount('#pay'); }, session);
    await shopper.pay(CHALLENGED);
    await (await shopper.atTheBank()).approve.click();
    await demo.orderIs(id, 'paid');
    await shopper.leave();
  });

  it('a bank that refuses to be framed gets the whole window, and the order is paid once', async () => {
    const { id, session } = await pages.order({ result_url: `${demo.json.shop_url}/thanks` });
    const shopper = await pages.open(browser, { body: `<florin-checkout session="${session}"></florin-checkout>` });
    let refused = 0;
    await shopper.page.route(`${demo.json.gateway_url}/**`, async (route) => {
      const framed = route.request().frame() !== shopper.page.mainFrame();
      if (!route.request().isNavigationRequest() || !framed) return route.continue();
      refused += 1;
      await route.fulfill({ status: 200, contentType: 'text/html', headers: { 'x-frame-options': 'DENY' }, body: '<p>not here</p>' });
    });
    await shopper.pay(CHALLENGED);
    await pressForGood(shopper.dialog.getByRole('button', { name: 'Open in full' }));
    await (await shopper.atTheBank()).approve.click();
    await shopper.page.waitForURL(`${demo.json.shop_url}/thanks?order=${id}`);
    assert.ok(refused > 0);
    await demo.orderIs(id, 'paid');
    assert.equal(await pages.charges(id), 1);
    await shopper.leave();
  });

  it('a shop inside a frame: the bank leaves the dialog for that frame, and the shop gets its own address back', async () => {
    const { id, session } = await pages.order({ result_url: `${demo.json.shop_url}/thanks` });
    // The outer page is of the same origin: the frame host lets no other one be around the form.
    const files = { '/outer': { type: 'text/html', body: '<!doctype html><link rel="icon" href="data:,"><iframe title="Shop" src="/page" width="700" height="700"></iframe>' } };
    const shopper = await pages.open(browser, { files, body: `<florin-checkout session="${session}"></florin-checkout>` });
    await shopper.page.goto(`${pages.url}/outer`);
    const shop = shopper.page.frameLocator('iframe[title="Shop"]');
    const form = shop.frameLocator('florin-frame > iframe');
    for (const [label, text] of [['Card number', CHALLENGED], ['Expiry', '1230'], ['Security code', '123'], ['Name on card', 'Ada']]) await form.getByLabel(label).pressSequentially(text);
    await form.locator('button.pay, button[data-florin="pay"]').first().click();
    await pressForGood(shop.locator('dialog iframe').contentFrame().getByRole('button', { name: 'Open in full' }));
    const approve = shop.getByRole('button', { name: /approve/i }).or(shop.getByRole('link', { name: /approve/i }));
    await approve.click();
    await eventually('the shop has its address back', async () => shopper.page.frames().some((frame) => frame.url() === `${demo.json.shop_url}/thanks?order=${id}`));
    assert.equal(shopper.page.url(), `${pages.url}/outer`);
    await demo.orderIs(id, 'paid');
    assert.equal(await pages.charges(id), 1);
    await shopper.leave();
  });

  it('a challenge begun in a dialog and ended by redirect on another device, and the other way round', async () => {
    for (const [first, then] of [['dialog', 'redirect'], ['redirect', 'dialog']]) {
      const { id, session } = await pages.order({ result_url: `${demo.json.shop_url}/thanks` });
      const body = (presentation) => `<florin-checkout session="${session}" presentation="${presentation}"></florin-checkout>`;
      const shopper = await pages.open(browser, { body: body(first) });
      await shopper.pay(CHALLENGED);
      if (first === 'dialog') await shopper.atTheBankInTheDialog();
      else await shopper.atTheBank();
      const other = await pages.open(browser, { body: body(then) });
      await other.sees('Confirm with your bank');
      await other.button.click();
      await (then === 'dialog' ? await other.atTheBankInTheDialog() : await other.atTheBank()).approve.click();
      if (then === 'dialog') await other.sees('Paid');
      else await other.page.waitForURL(`${demo.json.shop_url}/thanks?order=${id}`);
      assert.equal(await other.page.locator('dialog').count(), 0);
      await demo.orderIs(id, 'paid');
      assert.equal(await pages.charges(id), 1);
      await other.leave();
      await shopper.leave();
    }
  });

  it('a challenge that nobody answers ends with a sentence, and nothing is charged', async () => {
    const { id, session } = await pages.order({ expires_in: 600 });
    const shopper = await pages.open(browser, { body: `<florin-checkout session="${session}"></florin-checkout>` });
    await shopper.pay(CHALLENGED);
    await shopper.atTheBankInTheDialog();
    await demo.sandbox('clock', { advance_seconds: 3600 });
    await demo.shop('/sandbox/clock', { advance_seconds: 3600 });
    await demo.orderIs(id, 'expired');
    // The shopper comes back to the dialog, and closes it.
    await pressForGood(shopper.dialog.getByRole('button', { name: 'Cancel and close' }));
    await shopper.sees('The time to pay for this order is over.');
    assert.equal(await pages.charges(id), 0);
    await shopper.leave();
  });

  it('a page may take the challenge over', async () => {
    const { session } = await pages.order();
    const shopper = await pages.open(browser);
    await shopper.page.evaluate((session) => {
      window.checkout = Florin().checkout({ session });
      checkout.on('action', (event) => { window.asked = event.url; event.preventDefault(); });
      checkout.mount('#pay');
    }, session);
    await shopper.type(CHALLENGED);
    const result = await shopper.page.evaluate(() => checkout.pay());
    assert.equal(result.status, 'requires_action');
    assert.equal(result.action.url, await shopper.page.evaluate(() => asked));
    assert.equal(await shopper.page.locator('dialog').count(), 0);
    await shopper.leave();
  });
});
