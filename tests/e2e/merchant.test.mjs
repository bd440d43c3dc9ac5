// `florin merchant`, told everything by the environment, as it runs beside a real gateway: in confirm mode.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { Demo, eventually } from './demo.mjs';
import { APPROVED, Shopper, launch } from './shopper.mjs';

function environment(demo) {
  const { json } = demo;
  return {
    PATH: process.env.PATH,
    FLORIN_MERCHANT_LISTEN: new URL(json.merchant_url).host,
    DATABASE_URL: path.join(demo.folder, 'merchant-of-its-own.sqlite'),
    FLORIN_PUBLIC_URL: json.merchant_url,
    FLORIN_FRAME: json.frame_url,
    FLORIN_MERCHANT_NAME: 'Legatoria San Frediano',
    FLORIN_SHOPS: json.shop_url,
    FLORIN_SHOP_KEYS: json.shop_key,
    FLORIN_SHOP_WEBHOOK_URL: json.shop_webhook_url,
    FLORIN_SHOP_WEBHOOK_SECRET: json.shop_webhook_secret,
    OWNGATEWAY_BASE_URL: json.gateway_url,
    OWNGATEWAY_MERCHANT_ID: json.merchant_id,
    OWNGATEWAY_PROFILE_ID: json.profile_id,
    OWNGATEWAY_SECRET_KEY: json.secret_key,
    OWNGATEWAY_PUBLISHABLE_KEY: json.publishable_key,
    OWNGATEWAY_HASH_KEYS: json.return_hash_key,
  };
}

describe('a merchant server of its own', () => {
  let browser, demo, merchant;
  before(async () => {
    [browser, demo] = await Promise.all([launch(), Demo.start({ parts: ['gateway', 'frame', 'shop'] })]);
    merchant = spawn(process.env.FLORIN_BIN, ['merchant'], { env: environment(demo), stdio: 'ignore' });
    await eventually('it is ready', async () => (await fetch(`${demo.json.merchant_url}/ready`)).ok);
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
      const env = { ...environment(demo), ...change };
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
