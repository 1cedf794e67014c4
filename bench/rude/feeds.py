"""What hostile feeds must come to: the same as `cases`, for polls.

Each is at ``/feed`` of its host; what it lists, if it comes to that, are pages of `bench.rude.cases`, by their links.
"""

import dataclasses
import gzip

from bench.rude import bodies
from bench.rude.answers import (
    Answer,
    Visit,
    circling,
    endless,
    good,
    head,
    missing,
    moved,
    moving,
    silent,
    whole,
)
from bench.rude.cases import ADDRESSES

XML, JSON = "application/xml", "application/feed+json"


@dataclasses.dataclass(frozen=True)
class FeedCase:
    """One feed.

    Attributes:
      error: What the error of its poll begins with; None where the poll must succeed.
      answer: What its host says of any path but robots.txt.
      robots: What it says of robots.txt.
      entries: How many entries are found where the poll succeeds.
    """

    error: str | None
    answer: Answer
    robots: Answer = missing
    entries: int = 0


def _xml(body: bytes, more: str = "") -> Answer:
    return whole(body, XML, more)


def _one(make: object) -> Answer:
    """An answer made of the address of a page of the same host."""

    async def answer(visit: Visit) -> None:
        if visit.path == "/page":
            await good(visit)
        else:
            await _xml(make(f"{visit.root}/page"))(visit)  # type: ignore[operator]

    return answer


def _index(*paths: str, then: Answer) -> Answer:
    """A sitemap index of these paths, and what any of them answers."""

    async def answer(visit: Visit) -> None:
        listed = _xml(bodies.index(*(one if ":" in one else visit.root + one for one in paths)))
        await (listed if visit.path == "/feed" else then)(visit)

    return answer


def feeds() -> dict[str, FeedCase]:
    """All feeds by name."""
    external = [bodies.EXTERNAL.format(url=url) for url in ("file:///etc/passwd", "http://10.0.0.1/x.dtd")]
    large = "more than"
    gz = {"gzip": bodies.packed("gzip"), "deflate": bodies.packed("deflate")}
    return {
        **{f"feed-to-{name}": FeedCase("", moved(url)) for name, url in ADDRESSES.items()},
        "feed-redirects": FeedCase("more than 10 redirects", moving),
        "feed-in-a-circle": FeedCase("redirects in a circle", circling),
        "feed-silent": FeedCase("no answer within", silent),
        "feed-drip": FeedCase("no whole answer within", endless(head(kind=XML), b"<", 1.0)),
        "feed-endless": FeedCase(large, endless(head(kind=XML), b"<rss>" * 13_000)),
        "feed-gzip-bomb": FeedCase(large, _xml(gz["gzip"], "Content-Encoding: gzip\r\n")),
        "feed-deflate-bomb": FeedCase(large, _xml(gz["deflate"], "Content-Encoding: deflate\r\n")),
        "feed-brotli-bomb": FeedCase("content coding 'br'", _xml(bodies.BROTLI, "Content-Encoding: br\r\n")),
        "feed-zstd-bomb": FeedCase("content coding 'zstd'", _xml(bodies.packed("zstd"), "Content-Encoding: zstd\r\n")),
        "feed-bomb-in-gzip": FeedCase("more than", _xml(gzip.compress(gz["gzip"]), "Content-Encoding: gzip\r\n")),
        "feed-laughs": FeedCase(
            None, _one(lambda url: bodies.rss(bodies.item(url, "&l9;"), head=bodies.LAUGHS)), entries=1
        ),
        "feed-external": FeedCase(
            None, _one(lambda url: bodies.rss(bodies.item(url, "a &x; b"), head=external[0])), entries=1
        ),
        "feed-external-private": FeedCase(
            None, _one(lambda url: bodies.rss(bodies.item(url, "a &x; b"), head=external[1])), entries=1
        ),
        "feed-deep": FeedCase(
            None,
            _one(lambda url: bodies.rss(bodies.item(url, more="<a>" * 10_000 + "</a>" * 10_000))),
            entries=1,
        ),
        "feed-title-of-9-mb": FeedCase(
            None, _one(lambda url: bodies.rss(bodies.item(url, "TikTok ban " * 800_000))), entries=1
        ),
        "feed-title-of-11-mb": FeedCase(
            "",
            _one(lambda url: bodies.rss(bodies.item(url, "TikTok ban " * 1_000_000))),
        ),
        "feed-escapes": FeedCase(
            None,
            _one(lambda url: bodies.rss(bodies.item(url, f"Nepal {bodies.ESCAPE} ban"), title=bodies.ESCAPE)),
            entries=1,
        ),
        "feed-to-private-pages": FeedCase(None, _xml(bodies.rss(bodies.item("http://10.0.0.1/a"))), entries=1),
        "feed-long-links": FeedCase(
            None, _one(lambda url: bodies.rss(bodies.item(f"{url}?{'x' * 1_000_000}"))), entries=1
        ),
        "feed-json-deep": FeedCase(
            "the address answers with broken JSON",
            whole(bodies.json_feed("http://news.example/", bodies.nested_json(100_000)), JSON),
        ),
        "feed-robots-to-private": FeedCase(
            None, _one(lambda url: bodies.rss(bodies.item(url))), moved("http://10.0.0.1/robots.txt"), entries=1
        ),
        "feed-page": FeedCase("the address answers with an HTML page", good),
        "sitemap-laughs": FeedCase(None, _one(lambda url: bodies.sitemap(url, bodies.LAUGHS, "&l9; x")), entries=1),
        "sitemap-external": FeedCase(None, _one(lambda url: bodies.sitemap(url, external[0], "a &x; b")), entries=1),
        "sitemap-gz-bomb": FeedCase("more than", _xml(gz["gzip"])),
        "index-to-private": FeedCase("", _index("/news.xml", then=moved("http://10.0.0.1/"))),
        "index-of-private": FeedCase("a sitemap index without", _index("http://10.0.0.1/news.xml", then=missing)),
        "index-of-bombs": FeedCase("more than", _index("/news.xml", then=_xml(gz["gzip"]))),
        "index-of-itself": FeedCase("a sitemap index without", _index("/feed", "/feed?a", then=missing)),
        "index-of-many": FeedCase(
            "a sitemap index without", _index(*(f"/{n}.xml" for n in range(10_000)), then=missing)
        ),
    }
