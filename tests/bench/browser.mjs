// The form in a browser, measured beside a hand-written HTML form in a frame of the same topology, run by
// run in turn: bytes, requests, time to the first key, keystroke to paint, shift, long tasks. Prints medians
// and ratios; asserts nothing about time, and ends by itself.
import { chromium } from '../e2e/node_modules/playwright-core/index.mjs';
import { Pages } from '../e2e/page.mjs';
import { probe } from './probe.mjs';
import { Rival } from './rival.mjs';

const RUNS = Number(process.env.FLORIN_BENCH_RUNS || 9);
const KEYS = '4242424242424242'.repeat(2);
/** Whatever hangs is given up. */
const AT_MOST_MS = 15 * 60_000;
const READY_MS = 60_000;

/** What phones have, and what this machine has. */
const PROFILES = {
  'CPU 4×, 1.6 Mbit/s, 150 ms': { cpu: 4, net: { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 } },
  'this machine': { cpu: 1 },
};

// One process for page and frame, so that one throttle holds for both.
const ARGS = [
  '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-site-isolation-trials', '--disable-features=IsolateOrigins,site-per-process,Translate,OptimizationHints',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

const sorted = (numbers) => [...numbers].sort((one, other) => one - other);
const at = (share, numbers) => sorted(numbers)[Math.max(0, Math.ceil(share * numbers.length) - 1)];
const median = (numbers) => at(0.5, numbers);

/** A page, throttled, that counts what it loads. */
async function open(browser, { cpu, net }, url) {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 } });
  await context.addInitScript(probe);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  if (net) await cdp.send('Network.emulateNetworkConditions', net);
  if (cpu > 1) await cdp.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  const loaded = { requests: 0, bytes: 0 };
  const ours = new Set();
  // The shop's own page and script are the shop's.
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!request.url.startsWith('http') || request.url.startsWith(new URL(url).origin)) return;
    ours.add(requestId);
    loaded.requests += 1;
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => (loaded.bytes += ours.has(requestId) ? encodedDataLength : 0));
  await page.goto(url, { waitUntil: 'commit', timeout: READY_MS });
  return { context, page, loaded };
}

/** When the card's field in the frame could be typed into, since the navigation began. */
async function editable(page) {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    const frame = page.frames()[1];
    const when = frame && (await frame.evaluate(() => window.probe?.editable).catch(() => null));
    if (when) return { frame, ms: when - (await page.evaluate(() => performance.timeOrigin)) };
    await page.waitForTimeout(10);
  }
  throw new Error('no field to type into');
}

async function measure(browser, profile, url) {
  const { context, page, loaded } = await open(browser, profile, url);
  try {
    const { frame, ms } = await editable(page);
    const field = frame.locator('input').first();
    await field.focus();
    await page.keyboard.press(KEYS[0]);
    if ((await field.inputValue()).length !== 1) throw new Error('the first key was not accepted');
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(500 * profile.cpu);
    for (const key of KEYS.slice(1)) {
      await page.keyboard.press(key);
      await page.waitForTimeout(60);
    }
    const [shop, form] = await Promise.all([page.mainFrame(), frame].map((it) => it.evaluate(() => window.probe)));
    return {
      'requests': loaded.requests,
      'bytes on the wire': loaded.bytes,
      'first key accepted, ms': ms,
      'keystroke to paint p50, ms': median(form.keys),
      'keystroke to paint p95, ms': at(0.95, form.keys),
      'layout shift, shop page': shop.shift,
      'layout shift, frame': form.shift,
      'long tasks': shop.long.length,
      'long tasks, ms in all': shop.long.reduce((sum, it) => sum + it, 0),
    };
  } finally {
    await context.close();
  }
}

const shown = (number) => (Number.isInteger(number) ? String(number) : number.toFixed(number < 1 ? 4 : 1));

function print(profile, ours, theirs) {
  console.log(`\n${profile}, median of ${RUNS}\n${''.padEnd(30)}${'florin'.padStart(12)}${'plain HTML'.padStart(12)}${'ratio'.padStart(9)}${'more'.padStart(10)}`);
  for (const name of Object.keys(ours[0])) {
    const [one, other] = [ours, theirs].map((runs) => median(runs.map((run) => run[name])));
    const ratio = other ? (one / other).toFixed(2) : '–';
    console.log(name.padEnd(30) + shown(one).padStart(12) + shown(other).padStart(12) + ratio.padStart(9) + shown(one - other).padStart(10));
  }
}

const overdue = setTimeout(() => {
  console.error(`not done after ${AT_MOST_MS / 60_000} minutes: given up`);
  process.exit(1);
}, AT_MOST_MS);
const pages = await Pages.start();
const rival = await Rival.start();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true, args: ARGS });
try {
  const contenders = {
    async florin() {
      const { session } = await pages.order();
      pages.page = { files: {}, body: '<div id="pay"></div>', script: `Florin().checkout({ session: '${session}' }).mount('#pay')`, tag: `<script src="${pages.frameUrl}/v1/florin.js" crossorigin></script>` };
    },
    async plain() {
      pages.page = { files: {}, body: '<div id="pay"></div>', script: '', tag: `<script src="${rival.url}/plain.js"></script>`, headers: { 'content-security-policy': '' } };
    },
  };
  for (const [name, profile] of Object.entries(PROFILES)) {
    const runs = { florin: [], plain: [] };
    for (let run = 0; run < RUNS; run += 1) {
      for (const [who, prepare] of Object.entries(contenders)) {
        await prepare();
        runs[who].push(await measure(browser, profile, `${pages.url}/page`));
      }
    }
    print(name, runs.florin, runs.plain);
  }
} finally {
  clearTimeout(overdue);
  await browser.close();
  rival.stop();
  await pages.stop();
}
