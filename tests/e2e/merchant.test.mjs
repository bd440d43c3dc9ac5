// `florin merchant`, told everything by the environment, as it runs beside a real gateway: in confirm mode.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';

import { merchantEnvironment, startApart } from './apart.mjs';
import { Demo } from './demo.mjs';
import { APPROVED, Shopper, launch } from './shopper.mjs';

describe('a merchant server of its own', () => {
  let browser, demo, merchant;
  before(async () => {
    [browser, demo] = await Promise.all([launch(), Demo.start({ parts: ['gateway', 'frame', 'shop'] })]);
    merchant = await startApart('merchant', merchantEnvironment(demo), demo.json.merchant_url);
  });
  after(async () => {
    await browser?.close();
    merchant?.kill('SIGTERM');
    await demo?.stop();
  });

  it('takes payments by confirm, the way a real gateway offers', async () => {
    const shopper = await Shopper.arrive(browser, demo);
    await shopper.pay(APPROVED);
    await shopper.thanked();
    assert.equal((await demo.newestOrder()).status, 'paid');
    assert.ok(shopper.requests.some(({ url }) => /\/payments\/[^/]+\/confirm$/.test(url)));
    assert.ok(!shopper.requests.some(({ url }) => url.endsWith('/tokens')));
    await shopper.leave();
  });

  it('refuses to start with a secret missing, shared, or of the other mode', () => {
    const refused = (change, words) => {
      const env = { ...merchantEnvironment(demo), ...change };
      const { status, stderr } = spawnSync(process.env.FLORIN_BIN, ['merchant'], { env, encoding: 'utf8', timeout: 10_000 });
      assert.equal(status, 2, stderr);
      assert.match(stderr, words);
      for (const secret of [demo.json.secret_key, demo.json.shop_key, demo.json.return_hash_key]) assert.ok(!stderr.includes(secret));
    };
    refused({ OWNGATEWAY_SECRET_KEY: '' }, /OWNGATEWAY_SECRET_KEY is missing/);
    refused({ FLORIN_SHOP_KEYS: demo.json.return_hash_key }, /each needs its own/);
    refused({ FLORIN_LIVE: 'true' }, /live mode refuses it/);
  });
});
