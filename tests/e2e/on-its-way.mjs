// A payment that is charged, and whose answer does not come yet: what a form that goes away leaves behind.
import { eventually } from './demo.mjs';
import { APPROVED } from './shopper.mjs';

const CONFIRM = 'POST /payments/{payment_id}/confirm';

/** A shopper whose payment is charged, and whose answer is kept back until `letGo`. */
export async function onItsWay(browser, pages) {
  const { demo } = pages;
  await demo.sandbox('webhooks', { mode: 'hold' });
  const fault = await demo.sandbox('faults', { route: CONFIRM, fault: 'delay', ms: 120_000, times: 1 });
  const { shopper, ...order } = await pages.openCheckout(browser);
  await shopper.type(APPROVED);
  await shopper.page.evaluate(() => { window.result = checkout.pay(); });
  await eventually('the gateway has the card', () => demo.struck(fault.id));
  const letGo = async () => {
    await demo.noMoreFaults();
    await demo.sandbox('webhooks', { mode: 'release' });
  };
  return { shopper, ...order, letGo };
}

/** The outcomes that the page has heard. */
export const outcomes = (shopper) => shopper.page.evaluate(() => heard.filter(([name]) => name === 'outcome').map(([, status]) => status));
