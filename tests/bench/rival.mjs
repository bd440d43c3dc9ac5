// The lightest form there is: four fields and a button, written by hand, in a frame behind a script tag. It
// formats nothing, checks nothing and pays nobody.
import http from 'node:http';
import { brotliCompressSync } from 'node:zlib';

const SCRIPT = `const frame = document.createElement('iframe');
frame.src = new URL('plain.html', document.currentScript.src);
frame.style.cssText = 'width:100%;height:294px;border:0';
document.getElementById('pay').append(frame);`;

const DOCUMENT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Card</title><meta name="viewport" content="width=device-width">
<style>body{margin:0;font:14px system-ui}form{max-width:30rem}label{display:block;height:44px}input{width:100%;font-size:17px}button{width:100%;height:52px}</style>
<form><label>Card number<input inputmode="numeric" autocomplete="cc-number"></label><label>Expiry date<input inputmode="numeric" autocomplete="cc-exp"></label>
<label>Security code<input inputmode="numeric" autocomplete="cc-csc"></label><label>Name on card<input autocomplete="cc-name"></label><button>Pay</button></form>`;

const FILES = { '/plain.js': ['text/javascript', SCRIPT], '/plain.html': ['text/html', DOCUMENT] };

/** Served as the frame host serves: from another site, compressed. */
export class Rival {
  static async start() {
    const rival = new Rival();
    rival.server = http.createServer((request, response) => {
      const file = FILES[new URL(request.url, 'http://rival').pathname];
      if (!file) return response.writeHead(404).end();
      response.writeHead(200, { 'content-type': file[0], 'content-encoding': 'br', 'cache-control': 'no-cache' }).end(brotliCompressSync(file[1]));
    });
    await new Promise((resolve) => rival.server.listen(0, '127.0.0.1', resolve));
    rival.url = `http://127.0.0.1:${rival.server.address().port}`;
    return rival;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
