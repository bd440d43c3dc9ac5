// What the people who run it use: `florin check`, `keys`, `errors` and `listen`, against real servers.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { Demo, eventually } from './demo.mjs';
import { APPROVED, Shopper, launch } from './shopper.mjs';

const BINARY = process.env.FLORIN_BIN;

/** Runs a command to its end. */
function run(args, env = {}) {
  const child = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, ...env } });
  const ran = { child, out: '', err: '' };
  child.stdout.on('data', (bytes) => (ran.out += bytes));
  child.stderr.on('data', (bytes) => (ran.err += bytes));
  ran.ended = new Promise((resolve) => child.once('exit', (code) => resolve({ code, out: ran.out, err: ran.err })));
  return ran;
}

describe('for the people who run it', () => {
  let browser, demo, environment;
  before(async () => {
    [browser, demo] = await Promise.all([launch(), Demo.start()]);
    const json = demo.json;
    environment = {
      DATABASE_URL: json.merchant_database, FLORIN_PUBLIC_URL: json.merchant_url, FLORIN_FRAME: json.frame_url,
      FLORIN_MERCHANT_NAME: 'Stationer', FLORIN_SHOPS: json.shop_url, FLORIN_SHOP_WEBHOOK_URL: json.shop_webhook_url,
      FLORIN_SHOP_WEBHOOK_SECRET: json.shop_webhook_secret, FLORIN_SHOP_KEYS: json.shop_key,
      OWNGATEWAY_BASE_URL: json.gateway_url, OWNGATEWAY_MERCHANT_ID: json.merchant_id,
      OWNGATEWAY_PROFILE_ID: json.profile_id, OWNGATEWAY_PUBLISHABLE_KEY: json.publishable_key,
      OWNGATEWAY_SECRET_KEY: json.secret_key, OWNGATEWAY_HASH_KEYS: json.return_hash_key,
    };
  });
  after(async () => { await browser?.close(); await demo?.stop(); });

  const secrets = () => [demo.json.shop_key, demo.json.secret_key, demo.json.return_hash_key, demo.json.shop_webhook_secret];
  const assertNoSecret = (text) => { for (const secret of secrets()) assert.ok(!text.includes(secret), 'a secret was printed'); };
  const changeProfile = (body) => fetch(
    `${demo.json.gateway_url}/account/${demo.json.merchant_id}/business_profile/${demo.json.profile_id}`,
    { method: 'POST', headers: { 'api-key': demo.json.secret_key, 'content-type': 'application/json' }, body: JSON.stringify(body) },
  ).then((response) => assert.equal(response.status, 200));

  it('check finds nothing wrong with what fits', async () => {
    const { code, out, err } = await run(['check'], environment).ended;
    assert.equal(code, 0, out + err);
    assert.ok(!out.includes('WRONG'));
    for (const subject of ['keys', 'addresses', 'gateway', 'profile', 'hash key', 'returns', 'webhooks', 'publishable key', 'allowed origins']) {
      assert.match(out, new RegExp(`^ok +${subject}:`, 'm'));
    }
    assertNoSecret(out + err);
  });

  it('check takes all of it from a file that nobody else may read', async () => {
    const file = path.join(demo.folder, 'florin.toml');
    const json = demo.json;
    await writeFile(file, `
      [merchant]
      database = "${json.merchant_database}"
      public-url = "${json.merchant_url}"
      frame = "${json.frame_url}"
      name = "Stationer"
      shop = ["${json.shop_url}"]
      gateway = "${json.gateway_url}"
      merchant-id = "${json.merchant_id}"
      profile-id = "${json.profile_id}"
      publishable-key = "${json.publishable_key}"
      [secrets]
      OWNGATEWAY_SECRET_KEY = "${json.secret_key}"
      OWNGATEWAY_HASH_KEYS = "${json.return_hash_key}"
      FLORIN_SHOP_KEYS = "${json.shop_key}"
    `, { mode: 0o644 });
    await chmod(file, 0o644);
    const open = await run(['check', '--config', file]).ended;
    assert.equal(open.code, 2);
    assert.match(open.err, /chmod 600/);
    await chmod(file, 0o600);
    const { code, out, err } = await run(['--config', file, 'check']).ended;
    assert.equal(code, 0, out + err);
    assertNoSecret(out + err + open.err);
  });

  it('check names what does not fit, and fails', async () => {
    await changeProfile({ webhook_details: { webhook_url: 'http://127.0.0.1:9/old' }, enable_payment_response_hash: false });
    const { code, out } = await run(['check'], { ...environment, OWNGATEWAY_HASH_KEYS: 'a-hash-key-of-somebody-else' }).ended;
    assert.equal(code, 1);
    assert.match(out, /^WRONG webhooks: .*127\.0\.0\.1:9\/old/m);
    assert.match(out, /^WRONG returns: .*unsigned/m);
    assert.match(out, /^WRONG hash key:/m);
    assertNoSecret(out);
    await changeProfile({ webhook_details: { webhook_url: `${demo.json.merchant_url}/webhooks/gateway` }, enable_payment_response_hash: true });
    const other = await run(['check'], { ...environment, OWNGATEWAY_SECRET_KEY: `snd_${'0'.repeat(64)}` }).ended;
    assert.equal(other.code, 1);
    assert.match(other.out, /^WRONG gateway: it refuses the secret key/m);
    const live = await run(['check'], { ...environment, FLORIN_LIVE: 'true' }).ended;
    assert.equal(live.code, 2);
    assert.match(live.err, /pretended money; live mode refuses it/);
    const missing = await run(['check'], { PATH: process.env.PATH }).ended;
    assert.equal(missing.code, 2);
    assert.match(missing.err, /--public-url/);
  });

  it('listen prints and forwards, signed, what the shop is told', async () => {
    const taken = [];
    const shop = createServer(async (request, response) => {
      taken.push({ headers: request.headers, body: Buffer.concat(await request.toArray()).toString() });
      response.writeHead(204).end();
    });
    await new Promise((resolve) => shop.listen(0, '127.0.0.1', resolve));
    const forward = `http://127.0.0.1:${shop.address().port}/events`;
    const { FLORIN_SHOP_WEBHOOK_SECRET: _, ...unsigned } = environment;
    const listening = run(['listen', '--forward', forward, '--count', '1'], unsigned);
    await eventually('it listens', async () => listening.out.includes('signed with whsec_'));
    // The cursor is asked for right after that line.
    const shopper = await Shopper.arrive(browser, demo);
    await shopper.pay(APPROVED);
    await shopper.thanked();
    const { code, out } = await listening.ended;
    assert.equal(code, 0, out);
    assert.match(out, /order\.paid +evt_\w+ → 204/);
    assert.equal(taken.length, 1);
    assert.equal(JSON.parse(taken[0].body).type, 'order.paid');
    assert.match(taken[0].headers['webhook-signature'], /^v1,/);
    assertNoSecret(out);
    await shopper.leave();
    shop.close();
    const stranger = await run(['listen', '--count', '1'], { ...environment, FLORIN_SHOP_KEYS: 'somebody-elses-key' }).ended;
    assert.equal(stranger.code, 2);
    assert.match(stranger.err, /does not know this shop key/);
  });

  it('keys lists what is in use, and no key', async () => {
    const listed = async () => {
      const { code, out, err } = await run(['keys', '--json'], { DATABASE_URL: demo.json.merchant_database }).ended;
      assert.equal(code, 0, err);
      assertNoSecret(out);
      return JSON.parse(out);
    };
    const { environment: mode, keys } = await listed();
    assert.equal(mode, 'test');
    assert.deepEqual(keys.map(({ kind }) => kind).sort(), ['gateway hash key', 'gateway secret key', 'shop key', 'shop webhook secret']);
    for (const key of keys) assert.match(key.fingerprint, /^[0-9a-f]{16}$/);
    // Uses are written down once a minute: let one pass.
    const headers = { authorization: `Bearer ${demo.json.shop_key}`, 'content-type': 'application/json' };
    const advance = () => fetch(`${demo.json.merchant_url}/sandbox/clock`, { method: 'POST', headers, body: '{"advance_seconds": 61}' });
    await eventually('the shop key was used', async () => {
      await advance();
      return (await listed()).keys.find(({ kind }) => kind === 'shop key').last_used_at;
    });
    const absent = await run(['keys'], { DATABASE_URL: path.join(demo.folder, 'no-such.sqlite') }).ended;
    assert.equal(absent.code, 2);
    assert.match(absent.err, /there is no database/);
  });

  it('errors are exported for support', async () => {
    const { out } = await run(['errors', '--json']).ended;
    const { errors, gateway_codes: codes } = JSON.parse(out);
    const declined = errors.find(({ code }) => code === 'insufficient_funds');
    assert.deepEqual([declined.class, declined.retryable, declined.advice], ['issuer_decline', false, 'other_card']);
    assert.ok(codes.length > 70);
    const { out: markdown } = await run(['errors', '--markdown']).ended;
    assert.match(markdown, /\| `outcome_unknown` \| gateway_timeout \|/);
  });
});
