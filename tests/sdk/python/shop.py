"""A shop's backend: a place for webhooks, and a hand in the sandbox."""

import hashlib
import hmac
import json
import queue
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

gateway = sys.argv[1] if len(sys.argv) > 1 else ""


class Inbox:
    """Keeps what comes in: headers and the exact body."""

    def __init__(self):
        hooks = self.hooks = queue.Queue()

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                hooks.put((self.headers, body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.url = f"http://127.0.0.1:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def next(self):
        return self.hooks.get(timeout=15)


def sign(secret, message):
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def sandbox(path, body):
    request = urllib.request.Request(
        f"{gateway}/sandbox/v1{path}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
