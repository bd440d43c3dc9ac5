// The form's frame by the browser's own protocol. The driver forgets a frame of another site now and then when the
// browser gives a page back that it kept; the browser never does.
import { eventually } from './demo.mjs';

const isForm = ({ type, url }) => type === 'iframe' && url.includes('/v1/frame/');

export class FormTarget {
  /** The one form that the browser shows. */
  static async find(browser) {
    const session = await browser.newBrowserCDPSession();
    const form = () => session.send('Target.getTargets').then(({ targetInfos }) => targetInfos.find(isForm));
    await eventually('a form is there', async () => (await form()) !== undefined);
    const { sessionId } = await session.send('Target.attachToTarget', { targetId: (await form()).targetId, flatten: false });
    return new FormTarget(session, sessionId);
  }

  constructor(session, sessionId) {
    Object.assign(this, { session, sessionId, last: 0, waiting: new Map() });
    session.on('Target.receivedMessageFromTarget', ({ sessionId: from, message }) => {
      const { id, ...answer } = JSON.parse(message);
      if (from !== sessionId || !this.waiting.has(id)) return;
      this.waiting.get(id)(answer);
      this.waiting.delete(id);
    });
  }

  async send(method, params) {
    const id = (this.last += 1);
    const answered = new Promise((done) => this.waiting.set(id, done));
    await this.session.send('Target.sendMessageToTarget', { sessionId: this.sessionId, message: JSON.stringify({ id, method, params }) });
    const { result, error } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** What an expression in the form's document is worth. */
  async value(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
    return result.value;
  }

  async type(card) {
    for (const [field, text] of Object.entries({ number: card, expiry: '1230', code: '123', name: 'Ada Lovelace' })) {
      await this.value(`document.getElementById('${field}').focus()`);
      for (const key of text) await this.send('Input.insertText', { text: key });
    }
  }

  async sees(text) {
    await eventually(`the form says ${text}`, () => this.value(`document.body.innerText.includes('${text}')`));
  }

  leave() {
    return this.session.detach();
  }
}
