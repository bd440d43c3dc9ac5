// A shopper: a real Chromium, a real shop page, a frame of another site in it.
import { chromium } from 'playwright-core';

export const APPROVED = '4242424242424242';
export const DECLINED = '4000000000000002';
export const CHALLENGED = '4000003800000446';

/** The demo's shop shows the bank in a dialog unless it is asked to leave for it. */
export const BY_REDIRECT = '/?presentation=redirect';

/** Nothing but this machine can be reached; a request that tries is a failure. */
const ARGS = [
  '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--site-per-process',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

const OPTIONS = { executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true, args: ARGS };

export function launch(more = {}, args = []) {
  return chromium.launch({ ...OPTIONS, ...more, args: [...ARGS, ...args] });
}

/** A browser with a profile of its own, in `folder`: what is set there counts. */
export function launchWithProfile(folder) {
  return chromium.launchPersistentContext(folder, OPTIONS);
}

/** In every document of a page, ours and others': says what a policy had to forbid. */
function tellViolations() {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, documentURI }) => {
    console.info(`a policy was broken: ${effectiveDirective} by ${blockedURI} in ${documentURI}`);
  });
}

/**
 * Presses what takes its own document away. The driver's click asks that document afterwards what was hit; when it has
 * gone by then, now and then, the driver waits for it in vain.
 */
export async function pressForGood(control) {
  await control.click({ trial: true });
  await control.evaluate((it) => { setTimeout(() => it.click()); });
}

/** A fresh tab with a fresh profile; `seen` collects what must never be there. */
export class Shopper {
  static async arrive(browser, demo, { path = '/', url = demo.json.shop_url + path, viewport = { width: 1280, height: 900 }, ...options } = {}) {
    const context = await browser.newContext({ viewport, ...options });
    return Shopper.in(context, demo, url);
  }

  /** In a context that is there already: another tab of the same browser. */
  static async in(context, demo, url) {
    await context.addInitScript(tellViolations);
    const page = await context.newPage();
    const shopper = new Shopper(context, page, demo);
    page.on('console', (message) => message.text().startsWith('a policy was broken') && shopper.violations.push(message.text()));
    page.on('console', (message) => message.type() === 'error' && shopper.errors.push(message.text()));
    page.on('pageerror', (error) => shopper.errors.push(String(error)));
    page.on('request', (request) => shopper.requests.push({ url: request.url(), body: request.postData() ?? '', headers: request.headers() }));
    await page.goto(url);
    return shopper;
  }

  constructor(context, page, demo) {
    Object.assign(this, { context, page, demo, errors: [], violations: [], requests: [] });
  }

  get form() {
    return this.page.frameLocator('florin-frame > iframe');
  }

  field(label) {
    return this.form.getByLabel(label);
  }

  get button() {
    return this.form.locator('button[data-florin="pay"], button.pay').first();
  }

  async type(card, { expiry = '1230', code = '123', name = 'Ada Lovelace' } = {}) {
    await this.field('Card number').fill('');
    await this.field('Card number').pressSequentially(card);
    for (const [label, text] of [['Expiry', expiry], ['Security code', code], ['Name on card', name]]) {
      const field = this.field(label);
      await field.fill('');
      await field.pressSequentially(text);
    }
  }

  async pay(card, details) {
    await this.type(card, details);
    await this.button.click();
  }

  /** The button says what state the form is in. */
  async sees(words, { timeout = 15_000 } = {}) {
    await this.form.getByText(words).first().waitFor({ state: 'visible', timeout });
  }

  async thanked({ timeout = 15_000 } = {}) {
    await this.page.getByText(/thank you|grazie/i).first().waitFor({ state: 'visible', timeout });
  }

  /** The bank's page, waiting for an answer. */
  async atTheBank() {
    const button = (name) => this.page.getByRole('button', { name }).or(this.page.getByRole('link', { name }));
    const bank = { approve: button(/approve/i), refuse: button(/refuse/i) };
    await bank.approve.waitFor();
    return bank;
  }

  /** The bank's page inside the dialog. */
  get dialog() {
    return this.page.locator('dialog iframe').contentFrame();
  }

  async atTheBankInTheDialog() {
    const bank = this.dialog.frameLocator('#bank iframe');
    const control = (name) => bank.getByRole('button', { name }).or(bank.getByRole('link', { name }));
    const found = { approve: control(/approve/i), refuse: control(/refuse/i) };
    await found.approve.waitFor();
    return found;
  }

  /**
   * Stands between the bank and the shop: `decide` is given the signed return URL and says where the browser goes
   * instead; nowhere at all if it says nothing. (Redirects themselves can't be intercepted: the chain is walked here.)
   */
  async onReturn(decide) {
    await this.page.route(`${this.demo.json.gateway_url}/dummy-connector/complete/**`, async (route) => {
      let url = route.request().url();
      while (!url.startsWith(this.demo.json.merchant_url)) {
        const response = await fetch(url, { redirect: 'manual' });
        if (response.status < 300 || response.status > 399) throw new Error(`${url}: ${response.status}`);
        url = response.headers.get('location');
      }
      const next = await decide(url);
      await (next ? route.fulfill({ status: 302, headers: { location: next } }) : route.abort());
    }, { times: 1 });
  }

  /** Whoever is meant to break a policy, or the form itself, empties `violations` or `errors` before. */
  async leave() {
    await this.context.close();
    // The form begins again after one trap: nothing else may show that it did.
    const traps = this.errors.filter((error) => /RuntimeError|unreachable/.test(error));
    const found = [...this.violations, ...traps];
    if (found.length) throw new Error(found.join('\n'));
  }
}
