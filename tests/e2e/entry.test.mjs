// What is typed, and what a browser does with it beside the form: nothing of it gets lost, stays behind, or becomes another.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { Pages } from './page.mjs';
import { APPROVED, launch } from './shopper.mjs';

const WITHOUT_CODE = '6703444444444449';

describe('what is typed', () => {
  let browser, pages;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  async function open(options = {}) {
    const { shopper } = await pages.openCheckout(browser, { options });
    await shopper.page.waitForFunction(() => heard.some(([name]) => name === 'ready'));
    return shopper;
  }

  /** What was handed to the gateway. */
  async function sent(shopper) {
    const tokens = await eventually('the card is sent', async () => shopper.requests.find(({ url, body }) => url.endsWith('/tokens') && body));
    return JSON.parse(tokens.body);
  }

  it('undo and redo never make another number of it', async () => {
    const shopper = await open();
    const [number, expiry, name] = ['Card number', 'Expiry', 'Name on card'].map((label) => shopper.field(label));
    const keyboard = shopper.page.keyboard;
    const stands = () => Promise.all([number, expiry].map((field) => field.inputValue()));
    await number.pressSequentially('42424242');
    await expiry.pressSequentially('1230');
    for (const field of [number, expiry, name]) {
      await field.focus();
      for (const keys of ['Control+z', 'Control+z', 'Control+z', 'Control+Shift+z', 'Control+y']) {
        await keyboard.press(keys);
        assert.deepEqual(await stands(), ['4242 4242', '12 / 30'], keys);
      }
    }
    await name.pressSequentially('Ada');
    await keyboard.press('Control+z');
    assert.equal(await name.inputValue(), '', 'what is not formatted is the browser\'s');
    await number.press('End');
    await keyboard.type('4');
    assert.equal(await number.inputValue(), '4242 4242 4');
    await shopper.leave();
  });

  it('a code that was typed before the number of a card without one does not stay, nor travel', async () => {
    const shopper = await open();
    await shopper.field('Security code').pressSequentially('12');
    await shopper.field('Card number').pressSequentially(WITHOUT_CODE);
    assert.equal(await shopper.form.locator('#code').inputValue(), '');
    assert.equal(await shopper.form.locator('#code').getAttribute('aria-invalid'), null);
    await shopper.field('Expiry').pressSequentially('1230');
    await shopper.field('Name on card').pressSequentially('Ada');
    await shopper.button.click();
    const { card } = await sent(shopper);
    assert.deepEqual([card.card_number, 'card_cvc' in card], [WITHOUT_CODE, false]);
    await shopper.leave();
  });

  it('a postal code in full-width digits, with the mark before it, is sent as a bank knows it', async () => {
    const shopper = await open({ fields: { postalCode: true } });
    await shopper.field('Postal code').fill('〒１００－０００１');
    await shopper.pay(APPROVED);
    assert.equal((await sent(shopper)).billing.address.zip, '100-0001');
    await shopper.sees('Paid');
    await shopper.leave();
  });
});
