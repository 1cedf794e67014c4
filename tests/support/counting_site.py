"""A site of several hosts that notes every request: which host, when, and how many others were under way."""

import dataclasses
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = "Nepal has lifted its ban on TikTok, ministers said after a long debate in parliament on Thursday. " * 5
PAGE = f"<html><body><article><p>{WORDS}</p></article></body></html>".encode()


@dataclasses.dataclass(frozen=True)
class Request:
    """One request, by the monotonic clock.

    Attributes:
      host: Without its port.
      path: Of it.
      began: When it came.
      ended: When it was answered.
      status: With what.
      at_host: Requests to the host under way when it came, this one included.
      in_all: Those to all hosts.
    """

    host: str
    path: str
    began: float
    ended: float
    status: int
    at_host: int
    in_all: int


class CountingSite:
    """Serves until closed.

    Attributes:
      answers: Host and path to a status, headers and body, or a list of those, one a request; the last one stays. What
        is not there is a page, and robots.txt is 404.
      latency: Seconds until an answer.
      requests: What came, in the order of the answers.
    """

    def __init__(self, latency=0.0):
        self.answers, self.latency, self.requests = {}, latency, []
        self._lock, self._under_way = threading.Lock(), Counter()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def url(self, host, path):
        """An address of this site."""
        return f"http://{host}:{self.port}{path}"

    def to(self, host=None, path=None):
        """The requests to a host or a path, in the order in which they came."""
        return sorted(
            (one for one in list(self.requests) if host in (None, one.host) and path in (None, one.path)),
            key=lambda one: one.began,
        )

    def _answer(self, host, path):
        told = self.answers.get((host, path))
        if isinstance(told, list):
            with self._lock:
                told = told.pop(0) if len(told) > 1 else told[0]
        if told is not None:
            return told
        return (404, {}, b"") if path == "/robots.txt" else (200, {"Content-Type": "text/html"}, PAGE)

    def _handler(site):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                host, began = self.headers["Host"].partition(":")[0], time.monotonic()
                with site._lock:
                    site._under_way[host] += 1
                    at_host, in_all = site._under_way[host], sum(site._under_way.values())
                time.sleep(site.latency)
                status, headers, body = site._answer(host, self.path)
                with site._lock:
                    site._under_way[host] -= 1
                    site.requests.append(Request(host, self.path, began, time.monotonic(), status, at_host, in_all))
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler
