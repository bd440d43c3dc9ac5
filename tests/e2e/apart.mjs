// The servers as they run without a demo, each told everything by the environment: here with the keys of a demo.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { eventually } from './demo.mjs';

export const merchantEnvironment = ({ json, folder }) => ({
  PATH: process.env.PATH,
  FLORIN_MERCHANT_LISTEN: new URL(json.merchant_url).host,
  DATABASE_URL: path.join(folder, 'merchant-of-its-own.sqlite'),
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
});

/** On the demo's own database: its accounts are there. */
export async function gatewayEnvironment({ json, folder }) {
  const vault = JSON.parse(await readFile(path.join(folder, 'vault.json'), 'utf8'));
  return {
    PATH: process.env.PATH,
    FLORIN_GATEWAY_LISTEN: new URL(json.gateway_url).host,
    DATABASE_URL: json.gateway_database,
    FLORIN_GATEWAY_URL: json.gateway_url,
    FLORIN_FRAME: json.frame_url,
    FLORIN_SHOPS: json.shop_url,
    FLORIN_ADMIN_KEY: json.admin_key,
    FLORIN_VAULT_FINGERPRINT_KEY: vault.fingerprint_key,
    FLORIN_VAULT_MASTER_KEYS: Object.entries(vault.master_keys).map(([version, key]) => `${version}:${key}`).join(),
  };
}

export const frameEnvironment = ({ json }, listen) => ({
  PATH: process.env.PATH,
  FLORIN_FRAME_LISTEN: listen,
  FLORIN_MERCHANT: json.merchant_url,
  FLORIN_GATEWAYS: json.gateway_url,
  FLORIN_SHOPS: json.shop_url,
  FLORIN_HTTPS: String(json.frame_url.startsWith('https:')),
});

/** Starts `florin NAME`, and waits until it answers; whoever starts it ends it. */
export async function startApart(name, env, url) {
  const started = { child: spawn(process.env.FLORIN_BIN, [name], { env, stdio: ['ignore', 'ignore', 'pipe'] }), said: '' };
  started.child.stderr.on('data', (bytes) => (started.said += bytes));
  const died = new Promise((_, failed) => started.child.once('exit', (code) => failed(new Error(`florin ${name} ended with ${code}:\n${started.said}`))));
  died.catch(() => {});
  await Promise.race([eventually(`florin ${name} is ready`, async () => (await fetch(`${url}/ready`)).ok), died]);
  return started.child;
}
