// Each example shop whose runtime is on this machine: started beside a demo without a shop, paid at in a real browser,
// and sent events twice, forged and stale.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Demo, eventually } from './demo.mjs';
import { APPROVED, DECLINED, Shopper, launch } from './shopper.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = (file) => path.join(root, 'examples', file);

const SHOPS = [
  { name: 'Node', runtime: 'node', command: (file) => ['node', [example('node-shop/shop.mjs'), file]] },
  { name: 'Python', runtime: 'python3', command: (file) => ['python3', [example('python-shop/shop.py'), file]] },
  {
    name: 'PHP', runtime: 'php', env: (file) => ({ DEMO: file }),
    command: (_, { shop_url }) => ['php', ['-S', new URL(shop_url).host, example('php-shop/shop.php')]],
  },
  // Mounts the merchant server, so that the demo runs without one.
  {
    name: 'Rust', runtime: 'cargo', holdsTheServer: true, startMs: 300_000,
    command: (file) => ['cargo', ['run', '--quiet', '--package', 'florin-axum-shop', '--', file]],
  },
];

const isHere = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

for (const shop of SHOPS) {
  describe(`the example shop in ${shop.name}`, { skip: isHere(shop.runtime) ? false : `SKIPPED: no ${shop.runtime} on this machine` }, () => {
    let browser, demo, child, said = '';
    const shipped = () => readdir(path.join(demo.folder, 'shipped')).catch(() => []);

    before(async () => {
      const parts = ['gateway', 'frame', ...(shop.holdsTheServer ? [] : ['merchant'])];
      [browser, demo] = await Promise.all([launch(), Demo.start({ parts })]);
      const file = path.join(demo.folder, 'demo.json');
      const [program, args] = shop.command(file, demo.json);
      child = spawn(program, args, { cwd: root, env: { ...process.env, ...shop.env?.(file) } });
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += bytes));
      const answers = eventually('the shop answers', async () => (await fetch(demo.json.shop_url)).ok, { timeoutMs: shop.startMs ?? 20_000, everyMs: 100 });
      await answers.catch((error) => { throw new Error(`${error.message}\nIt said: ${said}`); });
    });
    after(async () => {
      child?.kill('SIGTERM');
      await browser?.close();
      await demo?.stop();
    });

    it('sells a notebook and ships it once', async () => {
      const shopper = await Shopper.arrive(browser, demo);
      await shopper.pay(DECLINED);
      await shopper.sees('Try another card');
      assert.deepEqual(await shipped(), [], 'nothing is shipped for a refusal');
      await shopper.pay(APPROVED);
      await shopper.page.waitForURL(/\/thanks\?order=ord_/);
      await shopper.page.getByText('Thank you').waitFor();
      const id = new URL(shopper.page.url()).searchParams.get('order');
      await eventually('the shop ships', async () => (await shipped()).includes(id));
      assert.deepEqual(await shipped(), [id]);
      await shopper.leave();
    });

    it('takes an event once, and no forged or stale one', async () => {
      const id = 'ord_of_an_event_that_comes_twice';
      const event = (more) => JSON.stringify({ id: 'evt_1', type: 'order.paid', data: { order: { id, ...more } } });
      const send = (body, { age = 0, secret = demo.json.shop_webhook_secret, signature } = {}) => {
        const time = Math.floor(Date.now() / 1000) - age;
        const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
        const ours = `v1,${createHmac('sha256', key).update(`evt_1.${time}.${body}`).digest('base64')}`;
        const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': `${time}`, 'webhook-signature': signature ?? ours };
        return fetch(demo.json.shop_webhook_url, { method: 'POST', body, headers }).then(({ status }) => status);
      };
      const before_ = (await shipped()).length;
      const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
      assert.equal(await send(event(), { secret: other }), 401, 'forged');
      assert.equal(await send(event(), { signature: '' }), 401, 'unsigned');
      assert.equal(await send(event(), { age: 3600 }), 401, 'stale');
      assert.equal((await shipped()).length, before_, 'none of them shipped anything');
      assert.equal(await send(event(), { signature: undefined }), 204);
      assert.equal(await send(event()), 204, 'a second time is taken as well');
      assert.deepEqual((await shipped()).filter((name) => name === id), [id]);
      const unpaid = event().replace('order.paid', 'order.payment_failed').replace(id, 'ord_unpaid');
      assert.equal(await send(unpaid), 204);
      assert.ok(!(await shipped()).includes('ord_unpaid'), 'only a paid order is shipped');
    });
  });
}
