// A merchant's pages and the frame host by TLS, as shoppers meet them: a browser fills a card into nothing else.
import { createHash, createPublicKey } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';

import { generate } from 'selfsigned';

import { freeAddress } from './address.mjs';
import { frameEnvironment, gatewayEnvironment, merchantEnvironment, startApart } from './apart.mjs';
import { Demo } from './demo.mjs';
import { Pages } from './page.mjs';
import { launch } from './shopper.mjs';

/** A certificate of this run alone, for this machine's two names. */
async function certificate() {
  const altNames = [{ type: 2, value: 'localhost' }, { type: 7, ip: '127.0.0.1' }];
  const made = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec', extensions: [{ name: 'subjectAltName', altNames }] });
  return { key: made.private, cert: made.cert };
}

/** A browser that trusts this one key. */
export function launchTrusting({ cert }) {
  const key = createPublicKey(cert).export({ type: 'spki', format: 'der' });
  const trusted = createHash('sha256').update(key).digest('base64');
  return launch({}, [`--ignore-certificate-errors-spki-list=${trusted}`]);
}

/** Passes every request on to a server without TLS. */
const passTo = (url) => (request, response) => {
  const passed = http.request(url + request.url, { method: request.method, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', () => response.destroy());
  request.pipe(passed);
};

export class SecurePages extends Pages {
  static async start() {
    const pages = new SecurePages();
    pages.identity = await certificate();
    // Accounts and keys come from a demo; then its servers run apart, and believe that shop and frame stand behind TLS.
    const demo = (pages.demo = await Demo.start({ parts: ['gateway'] }));
    await demo.stopPart('gateway');
    const plain = demo.json.frame_url;
    demo.json.shop_url = `https://${await freeAddress('localhost')}`;
    demo.json.frame_url = `https://${await freeAddress()}`;
    pages.apart = await Promise.all([
      startApart('gateway', await gatewayEnvironment(demo), demo.json.gateway_url),
      startApart('merchant', merchantEnvironment(demo), demo.json.merchant_url),
      startApart('frame', frameEnvironment(demo, new URL(plain).host), plain),
    ]);
    const listen = (handler, url) => {
      const { hostname, port } = new URL(url);
      const server = https.createServer(pages.identity, handler);
      return new Promise((up, failed) => server.once('error', failed).listen(port, hostname, () => up(server)));
    };
    pages.server = await listen((request, response) => pages.answer(request, response), demo.json.shop_url);
    pages.proxy = await listen(passTo(plain), demo.json.frame_url);
    return pages;
  }

  async stop() {
    this.proxy.closeAllConnections();
    this.proxy.close();
    this.apart.forEach((child) => child.kill('SIGTERM'));
    await super.stop();
  }
}
