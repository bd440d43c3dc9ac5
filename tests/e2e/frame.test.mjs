// The frame host alone: what it prints, lists and serves, and how a changed file is found out.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';

import { freeAddress } from './address.mjs';
import { eventually } from './demo.mjs';

const ORIGINS = ['--merchant', 'https://merchant.example', '--gateway', 'https://gateway.example', '--shop', 'https://shop.example,https://www.shop.example'];
const integrity = (bytes) => `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
const florin = (...args) => promisify(execFile)(process.env.FLORIN_BIN, args).then((done) => ({ code: 0, ...done }), (failed) => failed);

/** The writing end of a pipe whose reader has gone: whoever writes there is told so. */
async function pipeThatNobodyReads() {
  const folder = await mkdtemp(path.join(tmpdir(), 'florin-pipe-'));
  const name = path.join(folder, 'pipe');
  await promisify(execFile)('mkfifo', [name]);
  const reader = openSync(name, 'r+');
  const writer = openSync(name, 'w');
  closeSync(reader);
  await rm(folder, { recursive: true });
  return writer;
}

describe('the frame host alone', () => {
  let host, said = '', url;
  before(async () => {
    host = spawn(process.env.FLORIN_BIN, ['frame', '--listen', '127.0.0.1:0', ...ORIGINS], { stdio: ['ignore', 'pipe', 'inherit'] });
    host.stdout.on('data', (bytes) => (said += bytes));
    url = await eventually('it says where it listens', async () => /frame host: (\S+)/.exec(said)?.[1]);
  });
  after(async () => {
    const ended = new Promise((resolve) => host.once('exit', resolve));
    host.kill('SIGTERM');
    assert.equal(await ended, 0, 'SIGTERM ends it cleanly');
  });

  it('serves on where nobody can hear its first words', async () => {
    const address = await freeAddress();
    const deaf = await pipeThatNobodyReads();
    const unheard = spawn(process.env.FLORIN_BIN, ['frame', '--listen', address, ...ORIGINS], { stdio: ['ignore', deaf, 'ignore'] });
    closeSync(deaf);
    const ended = once(unheard, 'exit');
    try {
      await eventually('it answers', () => fetch(`http://${address}/v1/florin.js`).then(({ ok }) => ok, () => false));
    } finally {
      unheard.kill('SIGTERM');
      await ended;
    }
  });

  it('prints the hash of the loader that it serves', async () => {
    const loader = Buffer.from(await (await fetch(`${url}/v1/florin.js`)).arrayBuffer());
    assert.ok(said.includes(`integrity="${integrity(loader)}"`), said);
  });

  it('lists every script with its hash and its reason, and each is what it says', async () => {
    const { version, files } = await (await fetch(`${url}/v1/inventory.json`)).json();
    assert.ok(version.length > 8);
    const names = files.map(({ path }) => path.split('/').pop().replace(/\.sha256\w+/, ''));
    for (const name of ['florin.js', 'florin.mjs', 'florin-more.js', 'form.js', 'form_bg.wasm', 'challenge.js', 'frame', 'challenge']) assert.ok(names.includes(name), name);
    for (const file of files) {
      const bytes = Buffer.from(await (await fetch(url + file.path)).arrayBuffer());
      assert.equal(integrity(bytes), file.integrity, file.path);
      assert.equal(bytes.length, file.bytes, file.path);
      assert.ok(file.purpose.length > 5 && ['shop', 'frame', 'challenge'].includes(file.runs_in), file.path);
    }
    const page = await (await fetch(`${url}/v1/frame`)).text();
    for (const [, path] of page.matchAll(/(?:src|href)="([^"#]+)"/g)) assert.ok(files.some((file) => file.path === path), `${path} is not listed`);
  });

  it('keeps the second file under the name of its bytes, and has no other under any such name', async () => {
    const { files } = await (await fetch(`${url}/v1/inventory.json`)).json();
    const { path } = files.find(({ path }) => path.includes('florin-more'));
    const answer = await fetch(url + path);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const hash = createHash('sha256').update(bytes).digest('base64');
    assert.equal(path, `/v1/florin-more.sha256${hash.replace(/\W/g, '')}.js`);
    assert.match(answer.headers.get('cache-control'), /immutable/);
    assert.ok((await (await fetch(`${url}/v1/florin.js`)).text()).includes(`sha256-${hash}`), 'the loader pins it');
    for (const other of ['/v1/florin-more.js', path.replace('sha256', 'sha256A')]) assert.equal((await fetch(url + other)).status, 404, other);
  });

  it('names its origins in the policies, and lets a bank be framed by the challenge alone', async () => {
    const policy = async (path) => (await fetch(url + path)).headers.get('content-security-policy');
    assert.match(await policy('/v1/frame'), /connect-src 'self' https:\/\/merchant\.example https:\/\/gateway\.example; .*frame-ancestors https:\/\/shop\.example https:\/\/www\.shop\.example/);
    assert.match(await policy('/v1/challenge'), /frame-src https: .*form-action 'none'/);
    assert.doesNotMatch(await policy('/v1/frame'), /frame-src https:/);
    assert.equal((await fetch(`${url}/v1/challenge`)).headers.get('cross-origin-embedder-policy'), null);
  });

  it('`florin check frame` finds it the same, and finds out a changed file and another configuration', async () => {
    const same = await florin('check', 'frame', '--url', url, ...ORIGINS);
    assert.equal(same.code, 0, same.stdout + same.stderr);
    assert.doesNotMatch(same.stdout, /CHANGED|ABSENT/);

    const evil = http.createServer(async (request, response) => {
      if (request.url.endsWith('/form.js')) return response.end('export {}; // a skimmer');
      if (request.url.endsWith('/challenge.js')) return response.writeHead(404).end();
      response.end(Buffer.from(await (await fetch(url + request.url)).arrayBuffer()));
    });
    await new Promise((resolve) => evil.listen(0, '127.0.0.1', resolve));
    const changed = await florin('check', 'frame', '--url', `http://127.0.0.1:${evil.address().port}`, ...ORIGINS);
    evil.close();
    assert.equal(changed.code, 1);
    assert.match(changed.stdout, /CHANGED +\/v1\/assets\/[^/]+\/form\.js/);
    assert.match(changed.stdout, /ABSENT +\/v1\/assets\/[^/]+\/challenge\.js/);

    const other = await florin('check', 'frame', '--url', url, ...ORIGINS.map((word) => word.replace('gateway.example', 'evil.example')));
    assert.equal(other.code, 1);
    assert.match(other.stdout, /CHANGED +\/v1\/frame /);
    assert.equal((await florin('check', 'frame', '--url', 'http://127.0.0.1:1', ...ORIGINS)).code, 2, 'nobody answers: nothing is said');
  });

  it('does not start on what is no origin, or in the clear in live mode', async () => {
    const bad = await florin('frame', '--merchant', 'https://m.example/path', '--gateway', 'https://g.example', '--shop', 'https://s.example');
    assert.equal(bad.code, 2);
    assert.match(bad.stderr, /--merchant.*origin/);
    const plain = await florin('frame', '--mode', 'live', '--merchant', 'http://m.example', '--gateway', 'https://g.example', '--shop', 'https://s.example');
    assert.equal(plain.code, 2);
    assert.match(plain.stderr, /https origins only/);
  });
});
