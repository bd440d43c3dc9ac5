"""A shop in Python, without a dependency: sells one notebook, and ships it once.

    python3 shop.py path/to/demo.json
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# In production these stand in the environment; the demo writes them into one file.
CONFIG = json.loads(pathlib.Path(sys.argv[1]).read_text())
SHIPPED = pathlib.Path(sys.argv[1]).parent / "shipped"
SHIPPED.mkdir(exist_ok=True)


def florin(method, route, body=None):
    headers = {"Authorization": f"Bearer {CONFIG['shop_key']}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(CONFIG["merchant_url"] + route, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def buy():
    """The page with the form. The price is decided here, never by a browser."""
    order = florin("POST", "/v1/orders", {"amount": 4200, "currency": "EUR", "result_url": CONFIG["shop_url"] + "/thanks"})
    return f"""<!doctype html><title>Shop</title><h1>A notebook, €42.00</h1>
        <florin-checkout session="{order['checkout']['session']}"></florin-checkout>
        <script src="{CONFIG['frame_url']}/v1/florin.js" crossorigin></script>
        <script>document.querySelector('florin-checkout').addEventListener('outcome', ({{ detail }}) => {{
          if (detail.ok) location.assign('/thanks?order=' + detail.order.id);
        }});</script>"""


def thanks(order_id):
    """What became of it: read from the server, not believed from the address."""
    order = florin("GET", "/v1/orders/" + urllib.parse.quote(order_id, safe=""))
    return f"<!doctype html><title>Shop</title><h1>{'Thank you' if order['status'] == 'paid' else 'Not paid yet'}</h1>"


def is_genuine(headers, body):
    """Standard Webhooks: HMAC-SHA256 over id, time and the exact body; not older than five minutes."""
    sent = headers.get("webhook-timestamp", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) <= 12) or abs(time.time() - int(sent)) > 300:
        return False
    key = base64.b64decode(CONFIG["shop_webhook_secret"].removeprefix("whsec_"))
    signed = f"{headers.get('webhook-id', '')}.{sent}.".encode() + body
    ours = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    theirs = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(ours.encode(), one.encode()) for one in theirs)


def take(event):
    """Ships a paid order once, however often the event comes: the file can be made only once."""
    if event["type"] != "order.paid":
        return
    try:
        (SHIPPED / event["data"]["order"]["id"]).open("x").write(event["id"])
    except FileExistsError:
        pass


class Shop(BaseHTTPRequestHandler):
    def answer(self, status, text=""):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/":
            self.answer(200, buy())
        elif url.path == "/thanks":
            self.answer(200, thanks(urllib.parse.parse_qs(url.query).get("order", [""])[0]))
        else:
            self.answer(404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != urllib.parse.urlsplit(CONFIG["shop_webhook_url"]).path:
            self.answer(404)
        elif not is_genuine(self.headers, body):
            self.answer(401)
        else:
            take(json.loads(body))
            self.answer(204)


address = urllib.parse.urlsplit(CONFIG["shop_url"])
print("shop:", CONFIG["shop_url"], flush=True)
ThreadingHTTPServer((address.hostname, address.port), Shop).serve_forever()
