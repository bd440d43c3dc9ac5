// Starts `florin demo` as its users do, on free ports and a fresh folder, and stops what it started.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { freeAddress } from './address.mjs';

const BINARY = process.env.FLORIN_BIN;
if (!BINARY) throw new Error('FLORIN_BIN names the built binary: run `cargo xtask test --only e2e`');

const START_MS = 20_000;

/** A running process; `output` is what it said. */
function start(args) {
  const child = spawn(BINARY, ['demo', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const process_ = { child, output: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (process_.output += bytes));
  process_.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  return process_;
}

export async function eventually(what, happened, { timeoutMs = START_MS, everyMs = 25 } = {}) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await happened().catch((error) => ((happened.last = error), undefined));
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: did not happen in ${timeoutMs} ms ${happened.last ?? ''}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

async function answers(url) {
  const response = await fetch(`${url}/health`);
  return response.ok;
}

/** One process with everything, or one process a part. */
export class Demo {
  static async start({ collect = 'token', parts = null, args = [] } = {}) {
    const folder = await mkdtemp(path.join(tmpdir(), 'florin-e2e-'));
    const demo = new Demo(folder, collect, args);
    if (parts) for (const part of parts) await demo.startPart(part);
    else await demo.startPart(null);
    return demo;
  }

  constructor(folder, collect, args) {
    Object.assign(this, { folder, collect, args, processes: new Map() });
  }

  /** `null` is everything in one process. The first part of a fresh folder decides all addresses. */
  async startPart(part) {
    const fresh = this.json === undefined;
    const args = ['--data', this.folder, ...(part ? ['--only', part] : [])];
    if (fresh) {
      args.push('--collect', this.collect, ...this.args);
      args.push('--shop', await freeAddress('localhost'));
      for (const server of ['--merchant', '--gateway', '--frame']) args.push(server, await freeAddress());
    }
    const started = start(args);
    this.processes.set(part, started);
    const died = started.ended.then(({ code }) => { throw new Error(`florin demo ended with ${code}:\n${started.output}`); });
    died.catch(() => {});
    const up = eventually('the demo answers', async () => {
      this.json = JSON.parse(await readFile(path.join(this.folder, 'demo.json'), 'utf8'));
      const url = this.json[`${part ?? 'shop'}_url`];
      return await answers(url);
    });
    await Promise.race([up, died]);
  }

  /** As a power cut does it. */
  async kill(part) {
    const process_ = this.processes.get(part);
    process_.child.kill('SIGKILL');
    await process_.ended;
    this.processes.delete(part);
  }

  async stopPart(part) {
    const process_ = this.processes.get(part);
    process_.child.kill('SIGTERM');
    await process_.ended;
    this.processes.delete(part);
  }

  async stop() {
    for (const process_ of this.processes.values()) process_.child.kill('SIGTERM');
    const ends = await Promise.all([...this.processes.values()].map((process_) => process_.ended));
    await rm(this.folder, { recursive: true, force: true });
    return ends;
  }

  async #json(url, init = {}) {
    const response = await fetch(url, { ...init, headers: { 'content-type': 'application/json', ...init.headers } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** A call of the shop's server at the merchant server. */
  shop(path_, body) {
    return this.#json(`${this.json.merchant_url}${path_}`, {
      method: body ? 'POST' : 'GET', body: body && JSON.stringify(body), headers: { authorization: `Bearer ${this.json.shop_key}` },
    });
  }

  sandbox(path_, body) {
    return this.#json(`${this.json.gateway_url}/sandbox/${path_}`, {
      method: 'POST', body: JSON.stringify(body), headers: { 'api-key': this.json.admin_key },
    });
  }

  /** From here on nothing goes wrong any more; what a fault already holds it lets go in its own time. */
  noMoreFaults() {
    return this.#json(`${this.json.gateway_url}/sandbox/faults`, { method: 'DELETE', headers: { 'api-key': this.json.admin_key } });
  }

  /** How often a fault that was ordered has struck. */
  async struck(fault) {
    const headers = { 'api-key': this.json.admin_key };
    return (await this.#json(`${this.json.gateway_url}/sandbox/faults/${fault}`, { headers })).struck;
  }

  /** A call of the merchant server's at the gateway. */
  gateway(path_, body) {
    return this.#json(`${this.json.gateway_url}${path_}`, {
      method: body ? 'POST' : 'GET', body: body && JSON.stringify(body), headers: { 'api-key': this.json.secret_key },
    });
  }

  async newestOrder() {
    return (await this.shop('/v1/orders?limit=1')).data[0];
  }

  orderIs(id, status) {
    return eventually(`order ${id} is ${status}`, async () => {
      const order = await this.shop(`/v1/orders/${id}`);
      return order.status === status && order;
    });
  }
}
