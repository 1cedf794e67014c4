"""A news site of one feed whose pages answer when the test lets them."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from transforms.records import FeedSource

ARTICLE = (
    "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>" + "<p>{1}</p>" * 4 + "</article></body></html>"
)
TITLE = "Federal judge halts TikTok ban, number {0}"
TEXT = "A federal judge in Washington on Sunday halted the ban on TikTok that the Commerce Department had ordered. " * 3


class SlowSite:
    """Serves until closed; `asked` holds the pages asked for, in order, and `open` lets them answer.

    `polls` counts the requests for the feed.

    Args:
      pages: How many there are.
      free: How many requests for pages are answered at once.
    """

    def __init__(self, pages, free=0):
        self.free = free
        self.pages, self.asked, self.open, self.asked_for_one = pages, [], threading.Event(), threading.Event()
        self.polls = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.open.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def feed(self):
        """Its one feed."""
        return FeedSource(id="slow", url=f"{self.url}/feed", publisher="Slow", interval=1.0)

    def _handler(site):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/feed":
                    site.polls += 1
                    self.answer("application/rss+xml", site._feed())
                    return
                if self.path == "/robots.txt":
                    self.send_error(404)
                    return
                site.asked.append(self.path)
                site.asked_for_one.set()
                if len(site.asked) > site.free:
                    site.open.wait(60)
                self.answer("text/html", ARTICLE.format(TITLE.format(self.path[-1]), TEXT))

            def answer(self, kind, text):
                with contextlib.suppress(OSError):
                    self.send_response(200)
                    self.send_header("Content-Type", f"{kind}; charset=utf-8")
                    self.end_headers()
                    self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        return Handler

    def _feed(self):
        items = "".join(
            f"<item><title>{TITLE.format(number)}</title><link>{self.url}/page/{number}</link></item>"
            for number in range(self.pages)
        )
        return f'<rss version="2.0"><channel><title>slow</title>{items}</channel></rss>'
