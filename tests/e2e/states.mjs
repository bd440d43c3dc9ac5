// Brings the real form into each of its states, on a merchant's page. The servers are real; where a state
// would take a bad day to reach, the answer that shows it is given by hand in their place. Words play no
// part, so that every language can be looked at.
import { readdirSync } from 'node:fs';

import { APPROVED, CHALLENGED, DECLINED } from './shopper.mjs';

const CO_BADGED = '4000002500001001';
const CORS = { 'access-control-allow-origin': '*' };
const FIELDS = { expiry: '1230', code: '123', name: 'Ada Lovelace' };
const names = (folder) => readdirSync(new URL(folder, import.meta.url)).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5)).sort();

/** As the project's data names them: a new one is in every test at once. */
export const THEMES = names('../../www/themes');
export const LOCALES = names('../../www/locales');
export const SCHEMES = ['light', 'dark'];

/** Pixels left and right of the form. */
export const MARGIN = 20;

/** What the shop's page looks like under the form, which has no ground of its own. */
export const GROUND = { light: '#ffffff', dark: '#0d1113' };

async function fill(shopper, card) {
  for (const [field, text] of Object.entries({ number: card, ...FIELDS })) {
    await shopper.form.locator(`#${field}`).fill('');
    await shopper.form.locator(`#${field}`).pressSequentially(text);
  }
}

async function pay(shopper, card = APPROVED) {
  await fill(shopper, card);
  await shopper.button.click();
}

const phase = (shopper, name) => shopper.form.locator(`.form[data-phase="${name}"]`).first().waitFor();
const wrong = (shopper, field) => shopper.form.locator(`#${field}[aria-invalid="true"]`).waitFor();

/** The merchant server's word on a payment, from `pay` and from every later `status`; not from the one on load. */
async function itSays(shopper, status, more = {}) {
  const order = { id: `ord_${'0'.repeat(38)}`, reference: null, amount: 4200, currency: 'EUR' };
  const said = { status, ok: false, order, attempt: `att_${'0'.repeat(38)}`, retry_after_ms: 60_000, ...more };
  let paid = false;
  await shopper.page.route(({ pathname }) => /^\/checkout\/cs_\w+\/(pay|status)$/.test(pathname), (route) => {
    paid ||= new URL(route.request().url()).pathname.endsWith('/pay');
    if (!paid) return route.continue();
    return route.fulfill({ headers: CORS, contentType: 'application/json', body: JSON.stringify(said) });
  });
}

function error(type, code, advice, more = {}) {
  return { error: { type, code, message: code, retryable: advice === 'try_again', advice, ...more } };
}

/** What happens to the form before it is mounted (`before`), which order it is for, and what the shopper does. */
const STATES = {
  idle: {},
  filling: {
    act: (shopper) => shopper.form.locator('#number').pressSequentially('42424242'),
  },
  'a mistake': {
    async act(shopper) {
      await shopper.form.locator('#number').pressSequentially('4242424242424241');
      await shopper.form.locator('#expiry').focus();
      await wrong(shopper, 'number');
    },
  },
  'everything missing': {
    async act(shopper) {
      await shopper.button.click();
      for (const field of ['number', 'expiry', 'code', 'name']) await wrong(shopper, field);
    },
  },
  'two brands': {
    async act(shopper) {
      await shopper.form.locator('#number').pressSequentially(CO_BADGED);
      await shopper.form.locator('input[type=radio]').first().waitFor({ state: 'attached' });
    },
  },
  paying: {
    async act(shopper) {
      await shopper.page.route('**/checkout/*/pay', () => {});
      await pay(shopper);
      await phase(shopper, 'paying');
    },
  },
  challenge: {
    async act(shopper, pages) {
      await shopper.page.evaluate(() => checkout.on('action', (event) => event.preventDefault()));
      await itSays(shopper, 'requires_action', { action: { type: 'redirect', url: pages.demo.json.gateway_url } });
      await pay(shopper);
      await phase(shopper, 'challenge');
    },
  },
  'the dialog': {
    async act(shopper) {
      await pay(shopper, CHALLENGED);
      await shopper.atTheBankInTheDialog();
    },
  },
  processing: {
    async act(shopper) {
      await itSays(shopper, 'processing');
      await pay(shopper);
      await phase(shopper, 'processing');
    },
  },
  unknown: {
    async act(shopper) {
      await itSays(shopper, 'unknown', error('gateway', 'outcome_unknown', 'wait'));
      await pay(shopper);
      await phase(shopper, 'unknown');
    },
  },
  'a soft decline': {
    async act(shopper) {
      await itSays(shopper, 'declined', error('declined', 'try_again_later', 'try_again', { decline_code: 'try_again_later' }));
      await pay(shopper);
      await phase(shopper, 'declined');
    },
  },
  'a hard decline': {
    async act(shopper) {
      await pay(shopper, DECLINED);
      await phase(shopper, 'declined');
    },
  },
  paid: {
    async act(shopper) {
      await pay(shopper);
      await phase(shopper, 'paid');
    },
  },
  expired: {
    order: { expires_in: 60 },
    async before(shopper, pages, id) {
      await pages.demo.shop('/sandbox/clock', { advance_seconds: 120 });
      await pages.demo.orderIs(id, 'expired');
    },
    act: (shopper) => phase(shopper, 'closed'),
  },
  canceled: {
    before: (shopper, pages, id) => pages.demo.shop(`/v1/orders/${id}/cancel`, {}),
    act: (shopper) => phase(shopper, 'closed'),
  },
  'out of reach': {
    before: (shopper) => shopper.page.route(({ pathname }) => /^\/checkout\/cs_\w+$/.test(pathname), (route) => route.abort()),
    act: (shopper) => phase(shopper, 'failed'),
  },
  offline: {
    async act(shopper) {
      await shopper.context.setOffline(true);
      await pay(shopper);
      await shopper.form.locator('.message[data-tone="waiting"]').waitFor();
    },
  },
  'did not load': {
    framed: false,
    before: (shopper) => shopper.page.route(({ pathname }) => pathname.startsWith('/v1/frame'), (route) => route.abort()),
    act: (shopper) => shopper.page.locator('florin-frame button').waitFor(),
  },
};

export const STATE_NAMES = Object.keys(STATES);

/** Whether the form itself is shown, and not what stands in its place. */
export const isFramed = (state) => STATES[state].framed !== false;

/** A shopper whose form stands in `state`; the page has a heading and a ground, as shops have. */
export async function standing(browser, pages, state, { scheme = 'light', theme = 'default', locale = 'en', options = {}, ...page } = {}) {
  const { order = {}, before, act, framed = true } = STATES[state];
  const { id, session } = await pages.order(order);
  const body = '<main><h1>Shop</h1><div id="pay"></div></main>';
  const shopper = await pages.open(browser, { body, reducedMotion: 'reduce', colorScheme: scheme, ...page });
  await before?.(shopper, pages, id);
  await shopper.page.evaluate(async ([options, ground, margin]) => {
    document.documentElement.lang = 'en';
    document.body.style.cssText = `margin: 0 ${margin}px; background: ${ground}; color: ${ground === '#ffffff' ? '#000' : '#fff'}`;
    // What moves until here is the page's doing.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    window.mountedAt = performance.now();
    window.checkout = Florin().checkout(options);
    checkout.mount('#pay');
  }, [{ session, locale, appearance: { theme, scheme }, ...options }, GROUND[scheme], MARGIN]);
  if (framed) {
    await shopper.form.locator('#number').waitFor();
    await shopper.form.locator(':root').evaluate(() => new Promise((done) => {
      const look = () => (window.florin.alive ? done() : setTimeout(look, 10));
      look();
    }));
  }
  await act?.(shopper, pages);
  return shopper;
}

/** Changes the looks of a mounted form, as a page may at any time, and waits until it wears them. */
export async function dress(shopper, { theme, scheme }) {
  await shopper.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await shopper.page.evaluate(([theme, scheme, ground]) => {
    document.body.style.background = ground;
    document.body.style.color = scheme === 'dark' ? '#fff' : '#000';
    checkout.update({ appearance: { theme, scheme } });
  }, [theme, scheme, GROUND[scheme]]);
  await shopper.form.locator(`:root[data-theme="${theme}"][data-scheme="${scheme}"]`).waitFor({ state: 'attached' });
}
