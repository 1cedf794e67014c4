"""A site on this machine that answers what a test gives it, and remembers what it was asked for."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RSS = "application/rss+xml"


def rss(title, *dates, link="https://news.example.org/"):
    """A feed with an entry for each date (RFC 822)."""
    items = "".join(
        f"<item><title>{number}</title><link>{link}{number}</link><pubDate>{date}</pubDate></item>"
        for number, date in enumerate(dates)
    )
    return f'<rss version="2.0"><channel><title>{title}</title><link>{link}</link>{items}</channel></rss>'


def page(head="", body=""):
    """An HTML page."""
    return f"<!doctype html><html><head><title>A site</title>{head}</head><body>{body}</body></html>"


def alternate(href, kind=RSS, title=""):
    """What a page says of its feed."""
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


class FeedSite:
    """Serves ``answers``: by path, a Content-Type and a text, or a status. Everything else is 404."""

    def __init__(self, answers):
        self.answers, self.asked = answers, []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def _handler(site):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append(self.path)
                said = site.answers.get(self.path, 404)
                with contextlib.suppress(OSError):
                    if isinstance(said, int):
                        self.send_error(said)
                    elif said[0] == "moved":
                        self.send_response(301)
                        self.send_header("Location", said[1])
                        self.end_headers()
                    else:
                        self.send_response(200)
                        self.send_header("Content-Type", said[0])
                        self.end_headers()
                        self.wfile.write(said[1].encode())

            def log_message(self, *_):
                pass

        return Handler
