// A shop in Node, without a dependency: sells one notebook, and ships it once.
//   node shop.mjs path/to/demo.json
import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

// In production these stand in the environment; the demo writes them into one file.
const config = JSON.parse(await readFile(process.argv[2], 'utf8'));
const shipped = path.join(path.dirname(process.argv[2]), 'shipped');
await mkdir(shipped, { recursive: true });

async function florin(method, route, body) {
  const response = await fetch(config.merchant_url + route, {
    method,
    headers: { authorization: `Bearer ${config.shop_key}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** The page with the form. The price is decided here, never by a browser. */
async function buy() {
  const order = await florin('POST', '/v1/orders', { amount: 4200, currency: 'EUR', result_url: `${config.shop_url}/thanks` });
  return `<!doctype html><title>Shop</title><h1>A notebook, €42.00</h1>
    <florin-checkout session="${order.checkout.session}"></florin-checkout>
    <script src="${config.frame_url}/v1/florin.js" crossorigin></script>
    <script>document.querySelector('florin-checkout').addEventListener('outcome', ({ detail }) => {
      if (detail.ok) location.assign('/thanks?order=' + detail.order.id);
    });</script>`;
}

/** What became of it: read from the server, not believed from the address. */
async function thanks(id) {
  const order = await florin('GET', `/v1/orders/${encodeURIComponent(id)}`);
  return `<!doctype html><title>Shop</title><h1>${order.status === 'paid' ? 'Thank you' : 'Not paid yet'}</h1>`;
}

/** Standard Webhooks: HMAC-SHA256 over id, time and the exact body; not older than five minutes. */
function isGenuine(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures = '' } = headers;
  if (!/^\d{1,12}$/.test(time ?? '') || Math.abs(Date.now() / 1000 - Number(time)) > 300) return false;
  const key = Buffer.from(config.shop_webhook_secret.replace('whsec_', ''), 'base64');
  const ours = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest();
  return signatures.split(' ').some((signature) => {
    const theirs = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
    return theirs.length === ours.length && timingSafeEqual(theirs, ours);
  });
}

/** Ships a paid order once, however often the event comes: the file can be made only once. */
async function take(event) {
  if (event.type !== 'order.paid') return;
  const { order } = event.data;
  await writeFile(path.join(shipped, order.id), event.id, { flag: 'wx' }).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

createServer(async (request, response) => {
  const answer = (status, text = '') => response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(text);
  try {
    const url = new URL(request.url, config.shop_url);
    const route = `${request.method} ${url.pathname}`;
    if (route === 'GET /') return answer(200, await buy());
    if (route === 'GET /thanks') return answer(200, await thanks(url.searchParams.get('order') ?? ''));
    if (route !== `POST ${new URL(config.shop_webhook_url).pathname}`) return answer(404);
    const body = Buffer.concat(await request.toArray());
    if (!isGenuine(request.headers, body)) return answer(401);
    await take(JSON.parse(body));
    answer(204);
  } catch (error) {
    console.error(error.message);
    answer(500);
  }
}).listen(new URL(config.shop_url).port, 'localhost', () => console.log(`shop: ${config.shop_url}`));
