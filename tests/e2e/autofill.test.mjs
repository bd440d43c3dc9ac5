// A card that the browser itself fills in, by its own autofill: before the form's WebAssembly, and after it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually } from './demo.mjs';
import { SecurePages, launchTrusting } from './secure.mjs';
import { APPROVED } from './shopper.mjs';

const CARD = { number: APPROVED, name: 'Ada Lovelace', expiryMonth: '12', expiryYear: '2031', cvc: '123' };
const FILLED = { number: '4242 4242 4242 4242', expiry: '12 / 31', code: '123', name: 'Ada Lovelace' };
const WASM = '**/form_bg.wasm';

describe('the browser fills in a card', () => {
  let browser, pages;
  before(async () => {
    pages = await SecurePages.start();
    browser = await launchTrusting(pages.identity);
  });
  after(async () => { await browser?.close(); await pages?.stop(); });

  const frameOf = (shopper) => shopper.page.frames().find((frame) => frame.url().includes('/v1/frame'));
  const alive = (shopper) => eventually('WebAssembly serves the form', async () => frameOf(shopper)?.evaluate(() => window.florin.alive));

  /** As the shopper picks the card from the browser's list, with this field in focus. */
  async function fill(shopper, from = 'number') {
    const frame = frameOf(shopper);
    await frame.locator(`#${from}`).click();
    const cdp = await shopper.context.newCDPSession(frame);
    const { root } = await cdp.send('DOM.getDocument', { depth: -1 });
    const { nodeId } = await cdp.send('DOM.querySelector', { nodeId: root.nodeId, selector: `#${from}` });
    const { node } = await cdp.send('DOM.describeNode', { nodeId });
    const { frameTree } = await cdp.send('Page.getFrameTree');
    await cdp.send('Autofill.trigger', { fieldId: node.backendNodeId, frameId: frameTree.frame.id, card: CARD });
    await eventually('the browser has filled every field', async () => (await shown(frame, ':autofill')).length === 4);
    await cdp.detach();
  }

  const shown = (frame, kind = '') => frame.evaluate((kind) => [...document.querySelectorAll(`.form input${kind}`)].map(({ id, value }) => [id, value]), kind);
  const shownIn = async (shopper) => Object.fromEntries((await shown(frameOf(shopper))).filter(([id]) => id in FILLED));

  async function pays(shopper, id) {
    await shopper.button.click();
    await shopper.sees('Paid');
    await pages.demo.orderIs(id, 'paid');
    assert.deepEqual(shopper.errors, []);
    await shopper.leave();
  }

  it('into the form', async () => {
    const { shopper, id } = await pages.openCheckout(browser);
    await alive(shopper);
    await fill(shopper);
    assert.deepEqual(await shownIn(shopper), FILLED);
    await pays(shopper, id);
  });

  it('from the name, which stands last', async () => {
    const { shopper, id } = await pages.openCheckout(browser);
    await alive(shopper);
    await fill(shopper, 'name');
    assert.deepEqual(await shownIn(shopper), FILLED);
    await pays(shopper, id);
  });

  it('before the WebAssembly, and nothing of it is lost', async () => {
    const order = await pages.order();
    const shopper = await pages.open(browser);
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await shopper.page.route(WASM, async (route) => { await released; await route.continue(); });
    await shopper.page.evaluate((session) => Florin().checkout({ session }).mount('#pay'), order.session);
    await shopper.button.waitFor();
    await fill(shopper);
    release();
    await alive(shopper);
    assert.deepEqual(await shownIn(shopper), FILLED);
    await pays(shopper, order.id);
  });
});
