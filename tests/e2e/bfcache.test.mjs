// A page that the browser really kept, and gave back: the driver switches that off unless it is asked not to.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, launch } from './shopper.mjs';
import { FormTarget } from './target.mjs';

describe('the back button', () => {
  let browser, pages, demo;
  before(async () => {
    [browser, pages] = await Promise.all([launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] }), Pages.start()]);
    ({ demo } = pages);
  });
  after(async () => { await browser?.close(); await pages?.stop(); });

  const script = `window.shows = []; addEventListener('pageshow', ({ persisted }) => shows.push(persisted));`;

  /** Away and back, by the page's own history, as a shopper's button does it. */
  async function awayAndBack(shopper) {
    await shopper.page.evaluate(() => location.assign('/elsewhere'));
    await shopper.page.getByText('elsewhere').waitFor();
    await shopper.page.evaluate(() => history.back());
    await eventually('the page is back', async () => (await shopper.page.evaluate(() => window.shows?.length)) > 0);
    const { shows, reasons } = await shopper.page.evaluate(() => ({
      shows, reasons: JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons ?? null),
    }));
    assert.deepEqual([shows.at(-1), reasons], [true, 'null'], 'the browser kept the page, and had no reason not to');
    await eventually('the form has begun again', () => shopper.page.evaluate(() => heard.filter(([name]) => name === 'ready').length === 2));
    return FormTarget.find(browser);
  }

  it('gives back a page that the browser kept: empty, and it pays', async () => {
    const { shopper, id } = await pages.openCheckout(browser, { script });
    await shopper.type(APPROVED);
    const form = await awayAndBack(shopper);
    assert.equal(await form.value("document.getElementById('number').value"), '');
    await form.type(APPROVED);
    await form.value("document.querySelector('button[type=submit]').click()");
    await demo.orderIs(id, 'paid');
    await form.sees('Paid');
    assert.equal(await pages.charges(id), 1);
    await form.leave();
    await shopper.leave();
  });

  it('gives back a page whose order was paid meanwhile: it says so', async () => {
    const { shopper, id, session } = await pages.openCheckout(browser, { script });
    await shopper.type(APPROVED);
    const other = await pages.openOrder(browser, session);
    await other.pay(APPROVED);
    await demo.orderIs(id, 'paid');
    await other.leave();
    const form = await awayAndBack(shopper);
    await form.sees('Paid');
    await form.leave();
    assert.deepEqual(await shopper.page.evaluate(() => heard.at(-1)), ['outcome', 'paid']);
    assert.equal(await pages.charges(id), 1);
    await shopper.leave();
  });
});
