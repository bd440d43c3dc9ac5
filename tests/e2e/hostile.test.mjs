// A page that means harm: it can break its own checkout, and learns nothing and changes nothing.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Pages } from './page.mjs';
import { APPROVED, launch } from './shopper.mjs';

describe('a hostile page', () => {
  let browser, pages, demo;
  before(async () => { [browser, pages] = await Promise.all([launch(), Pages.start()]); ({ demo } = pages); });
  after(async () => { await browser?.close(); await pages?.stop(); });

  it('sends ten thousand messages from page, child frame and popup, and nothing happens', async () => {
    // Its own policy lets it frame and run whatever it likes.
    const { shopper, id } = await pages.openCheckout(browser, { headers: { 'content-security-policy': "object-src 'none'" } });
    await shopper.type(APPROVED);
    const before_ = shopper.requests.length;
    const sent = await shopper.page.evaluate(async () => {
      const frame = document.querySelector('florin-frame > iframe').contentWindow;
      const kinds = ['pay', 'session', 'submit', 'clear', 'returned', 'abandon', 'resume', 'scheme', 'locale', 'outcome', 'loaderror', 'action', 'ready', 'failed', '__proto__'];
      const child = document.body.appendChild(document.createElement('iframe'));
      await new Promise((done) => { child.onload = done; child.src = '/attack'; });
      const popup = open('/attack');
      while (!popup.attack) await new Promise((done) => setTimeout(done, 20));
      const sources = [(to, message, ports) => to.postMessage(message, '*', ports), child.contentWindow.attack, popup.attack];
      const heardFrom = new Set();
      addEventListener('message', ({ source }) => heardFrom.add(source));
      let sent = 0;
      for (let turn = 0; turn < 10_000; turn += 1) {
        const message = { florin: 1, type: kinds[turn % kinds.length], hello: 'x', nonce: 'x', session: `cs_${turn}`, yes: true, url: 'https://evil.example/', result: { status: 'paid', ok: true } };
        // To the form, now and then with a port as in the handshake; and to our own loader, as if the form spoke.
        const attack = sources[turn % 3];
        if (turn % 2) attack(frame, message, turn % 5 ? [] : [new MessageChannel().port1]);
        else attack(window, message, []);
        sent += 1;
      }
      await new Promise((done) => setTimeout(done, 1000));
      const from = heardFrom.size;
      popup.close();
      child.remove();
      return { sent, from };
    });
    assert.deepEqual(sent, { sent: 10_000, from: 3 }, 'three windows spoke');
    assert.deepEqual(await shopper.page.evaluate(() => heard), [['ready', undefined]]);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).status, 'open');
    assert.deepEqual(shopper.requests.slice(before_).map(({ url }) => url).filter((url) => /checkout|payments|tokens/.test(url)), []);
    assert.equal(await shopper.field('Card number').inputValue(), '4242 4242 4242 4242');
    await shopper.button.click();
    await demo.orderIs(id, 'paid');
    await shopper.leave();
  });

  it('speaks during the handshake, to both sides and with ports of its own, and is heard by neither', async () => {
    const { id, session } = await pages.order();
    const script = `
      window.heard = [];
      window.learned = [];
      window.checkout = Florin().checkout({ session: '${session}' });
      for (const name of ['ready', 'loaderror', 'outcome']) checkout.on(name, ({ status, code }) => heard.push([name, status ?? code]));
      checkout.mount('#pay');
      const frame = document.querySelector('florin-frame > iframe');
      const timer = setInterval(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => learned.push(data);
        frame.contentWindow.postMessage({ florin: 1, nonce: 'x' }, '*', [port2]);
        postMessage({ florin: 1, hello: 'x' }, '*');
        for (const type of ['ready', 'outcome', 'loaderror']) postMessage({ florin: 1, type, code: 'forged', result: { status: 'paid', ok: true } }, '*');
      }, 1);
      checkout.on('ready', () => setTimeout(clearInterval, 500, timer));`;
    const shopper = await pages.open(browser, { script });
    await shopper.pay(APPROVED);
    await demo.orderIs(id, 'paid');
    await shopper.sees('Paid');
    assert.deepEqual(await shopper.page.evaluate(() => [heard, learned]), [[['ready', undefined], ['outcome', 'paid']], []]);
    await shopper.leave();
  });

  it('patches what the loader uses, and still learns nothing of the card', async () => {
    const { id, session } = await pages.order();
    const script = `
      window.learned = [];
      const note = (what) => { try { learned.push(JSON.stringify(what)); } catch { learned.push(String(what)); } };
      const real = { postMessage: window.postMessage, stringify: JSON.stringify };
      for (const kind of [MessagePort.prototype, Window.prototype]) {
        const post = kind.postMessage;
        if (post) kind.postMessage = function (...said) { note(said[0]); return post.apply(this, said); };
      }
      addEventListener('message', ({ data }) => note(data), true);
      const Channel = MessageChannel;
      window.MessageChannel = class extends Channel { constructor() { super(); this.port1.addEventListener('message', ({ data }) => note(data)); this.port2.addEventListener('message', ({ data }) => note(data)); } };
      JSON.parse = new Proxy(JSON.parse, { apply: (parse, self, given) => { note(given[0]); return Reflect.apply(parse, self, given); } });
      Promise.prototype.then = new Proxy(Promise.prototype.then, { apply: (then, self, [good, bad]) => Reflect.apply(then, self, [(value) => { note(value); return good ? good(value) : value; }, bad]) });
      Object.prototype.ok = true;
      Object.prototype.status = 'paid';
      Object.prototype.token = 'token_polluted';
      Object.prototype.amount = 1;
      Object.prototype.presentation = 'redirect';
      Object.prototype.frame = 'https://evil.example';
      window.checkout = Florin().checkout({ session: '${session}' });
      checkout.mount('#pay');`;
    const shopper = await pages.open(browser, { script });
    await shopper.type(APPROVED, { code: '987' });
    await shopper.button.click();
    await shopper.sees('Paid');
    const paid = await demo.shop(`/v1/orders/${id}`);
    assert.deepEqual([paid.status, paid.amount_captured], ['paid', 4200]);
    const learned = (await shopper.page.evaluate(() => learned.join('\n')));
    assert.ok(learned.length > 0, 'the page did listen');
    for (const secret of [APPROVED, '4242 4242', '987', 'token_0', 'token_1', 'client_secret', '_secret_', demo.json.publishable_key]) assert.ok(!learned.includes(secret), `the page learned ${secret}`);
    assert.ok(!/token_(?!polluted)/.test(learned));
    await shopper.leave();
  });

  it('points the frame elsewhere: the port is closed, and the new document is told nothing', async () => {
    const { shopper, id } = await pages.openCheckout(browser);
    await shopper.type(APPROVED);
    const told = await shopper.page.evaluate(async (elsewhere) => {
      const frame = document.querySelector('florin-frame > iframe');
      const said = [];
      frame.addEventListener('load', () => { try { frame.contentWindow.addEventListener('message', ({ data }) => said.push(data)); } catch { said.push('foreign'); } });
      frame.src = 'about:blank';
      await new Promise((done) => setTimeout(done, 1500));
      return said;
    }, '/elsewhere');
    assert.deepEqual(told.filter((data) => data !== 'foreign'), []);
    assert.equal((await demo.shop(`/v1/orders/${id}`)).status, 'open');
    await shopper.leave();
  });

  it('the frame opened without a page, or by another one, stays silent', async () => {
    const shopper = await pages.open(browser);
    const heard = await shopper.page.evaluate(async (frameUrl) => {
      const heard = [];
      addEventListener('message', ({ data }) => heard.push(data));
      for (const path of ['frame', 'challenge']) {
        for (const said of [{}, { origin: 'https://evil.example', nonce: 'n' }, { origin: '*', nonce: 'n' }, { origin: [], nonce: {} }]) {
          const frame = document.createElement('iframe');
          frame.src = `${frameUrl}/v1/${path}#${encodeURIComponent(JSON.stringify(said))}`;
          document.body.append(frame);
        }
      }
      await new Promise((done) => setTimeout(done, 2000));
      return heard;
    }, pages.frameUrl);
    assert.deepEqual(heard, []);
    await shopper.leave();
  });

  it('a challenge document shows no script and no data for a bank', async () => {
    const shopper = await pages.open(browser);
    const told = await shopper.page.evaluate(async (frameUrl) => {
      const answers = [];
      for (const url of ['javascript:parent.postMessage("hacked","*")', 'data:text/html,<script>top.postMessage("hacked","*")</script>', 'blob:null/1', 'file:///etc/passwd']) {
        const frame = document.createElement('iframe');
        answers.push(await new Promise((done) => {
          addEventListener('message', ({ data, origin, source }) => {
            if (data === 'hacked') done(data);
            if (source !== frame.contentWindow || data.hello !== 'n') return;
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = ({ data }) => done(data.type);
            source.postMessage({ florin: 1, nonce: 'n' }, origin, [port2]);
          });
          frame.src = `${frameUrl}/v1/challenge#${encodeURIComponent(JSON.stringify({ origin: self.origin, nonce: 'n', url }))}`;
          document.body.append(frame);
        }));
      }
      return answers;
    }, pages.frameUrl);
    assert.deepEqual(told, ['abandon', 'abandon', 'abandon', 'abandon']);
    await shopper.leave();
  });
});
