"""What hostile pages must come to: a table of names, answers and outcomes.

Each name is a host of its own below ``localhost`` (RFC 6761), and so a registered domain of its own; its page is at
``/page``. `ADDRESSES` are links that must never be followed, and `pages` has a host that redirects to each of them.
"""

import dataclasses

from bench.rude import bodies
from bench.rude.answers import (
    HTML,
    Answer,
    chunk,
    chunked,
    circling,
    crumbs,
    endless,
    good,
    head,
    huge,
    missing,
    moved,
    moving,
    of_length,
    raw,
    silent,
    whole,
)

NEIGHBOURS = 12  # pages as they should be

NAMES = {  # that resolve, to what
    "private.example": [["10.0.0.1"]],
    "mapped.example": [["::ffff:10.0.0.1"]],
}

ADDRESSES = {
    "private-10": "http://10.0.0.1/",
    "private-172": "http://172.16.0.1/",
    "private-192": "http://192.168.0.1:8080/admin",
    "shared": "http://100.64.0.1/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "unspecified": "http://0.0.0.0/",
    "broadcast": "http://255.255.255.255/",
    "multicast": "http://224.0.0.1/",
    "decimal": "http://167772161/",
    "octal": "http://012.0.0.01/",
    "hex": "http://0xA9FEA9FE/",
    "short": "http://10.1/",
    "wide-digits": "http://１０.０.０.１/wide",
    "unique-local": "http://[fd00::1]/",
    "link-local": "http://[fe80::1]/",
    "mapped": "http://[::ffff:10.0.0.1]/",
    "compatible": "http://[::10.0.0.1]/",
    "6to4": "http://[2002:a00:1::1]/",
    "nat64": "http://[64:ff9b::a00:1]/",
    "teredo": "http://[2001:0:a00:1::1]/",
    "credentials": "http://user:word@credentials.localhost:{port}/",
    "port-of-ssh": "http://news.example:22/",
    "port-of-redis": "http://news.example:6379/",
}


@dataclasses.dataclass(frozen=True)
class Case:
    """One page.

    Attributes:
      outcome: What its find must end as.
      reason: What the outcome's reason begins with.
      answer: What its host says of any path but robots.txt.
      robots: What it says of robots.txt.
      link: The feed's link, where it is not the host's ``/page``.
      secure: Whether it is asked for by https.
    """

    outcome: str
    reason: str = ""
    answer: Answer = good
    robots: Answer = missing
    link: str = ""
    secure: bool = False


def _failed(reason: str, answer: Answer, **more: object) -> Case:
    return Case("fetch-failed", reason, answer, **more)  # type: ignore[arg-type]


def _large(answer: Answer) -> Case:
    return Case("too-large", "", answer)


def _published(answer: Answer = good, robots: Answer = missing) -> Case:
    return Case("published", "", answer, robots)


def pages() -> dict[str, Case]:
    """All pages by name."""
    return {
        **{name: Case("forbidden-address", link=link) for name, link in ADDRESSES.items()},
        **{f"to-{name}": Case("forbidden-address", answer=moved(link)) for name, link in ADDRESSES.items()},
        **_NAMES,
        **_REDIRECTS,
        **_ROBOTS,
        **_BOMBS,
        **_LENGTHS,
        **_HEADS,
        **_CHARSETS,
        **_SECURE,
        **_MARKUP,
        **_TEXTS,
        **{f"neighbour-{number}": _published() for number in range(NEIGHBOURS)},
    }


_NAMES = {
    "named-private": Case("forbidden-address", "private.example is at 10.0.0.1", link="http://private.example/"),
    "named-mapped": Case("forbidden-address", "mapped.example is at ::ffff:10.0.0.1", link="http://mapped.example/"),
    "to-named-private": Case(
        "forbidden-address", "private.example is at 10.0.0.1", answer=moved("http://private.example/")
    ),
}
_REDIRECTS = {
    "redirects-10000": _failed("more than 10 redirects", moving),
    "redirects-in-a-circle": _failed("redirects in a circle", circling),
    "redirects-to-a-file": _failed("redirects to no web address", moved("file:///etc/passwd")),
    "redirects-to-script": _failed("redirects to no web address", moved("javascript:alert(1)")),
    "redirects-a-long-way": _failed("redirects to no web address", moved("/" + "x" * 30_000)),
}
_ROBOTS = {
    "robots-to-private": _published(robots=moved("http://10.0.0.1/robots.txt")),
    "robots-to-metadata": _published(robots=moved("http://169.254.169.254/robots.txt")),
    "robots-in-a-circle": _published(robots=circling),
    "robots-bomb": _published(robots=whole(bodies.packed("gzip"), "text/plain", "Content-Encoding: gzip\r\n")),
    "robots-nested-bomb": _published(
        robots=whole(bodies.packed("gzip"), "text/plain", "Content-Encoding: gzip, gzip\r\n")
    ),
    "robots-endless": _published(robots=endless(head(kind="text/plain"), b"User-agent: *\nAllow: /\n" * 4000)),
    "robots-of-stars": _published(robots=whole(b"User-agent: *\n" + b"Disallow: /" + b"*a" * 100_000, "text/plain")),
    "robots-silent": _failed("robots.txt cannot be had", good, robots=silent),
}
_BOMBS = {
    "gzip-bomb": _large(whole(bodies.packed("gzip"), HTML, "Content-Encoding: gzip\r\n")),
    "deflate-bomb": _large(whole(bodies.packed("deflate"), HTML, "Content-Encoding: deflate\r\n")),
    "brotli-bomb": _failed("content coding 'br' cannot", whole(bodies.BROTLI, HTML, "Content-Encoding: br\r\n")),
    "zstd-bomb": _failed(
        "content coding 'zstd' cannot", whole(bodies.packed("zstd"), HTML, "Content-Encoding: zstd\r\n")
    ),
    "nested-bomb": _failed(
        "content coding 'gzip, gzip' cannot", whole(bodies.packed("gzip"), HTML, "Content-Encoding: gzip, gzip\r\n")
    ),
    "many-members": _published(whole(bodies.members(50_000), HTML, "Content-Encoding: gzip\r\n")),
    "not-gzip": _failed("broken content coding", whole(bodies.article(), HTML, "Content-Encoding: gzip\r\n")),
}
_LENGTHS = {
    "200-mb": _large(huge),
    "endless": _large(endless(head(), b"<p>ban</p>" * 10_000)),
    "a-byte-a-second": _failed("no whole answer within", endless(head(), b"x", 1.0)),
    "never-starting": _failed("no answer within", silent, robots=missing),
    "a-head-by-the-byte": _failed("no whole answer within", endless(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", 1.0)),
    "longer-than-it-is": _failed("the body broke off", of_length(1_000_000, bodies.article())),
    "shorter-than-it-is": _failed("not HTTP", of_length(40, bodies.article())),
    "two-lengths": _failed("not HTTP", whole(bodies.article(), HTML, "Content-Length: 7\r\n")),
    "length-and-chunks": _failed("not HTTP", chunked(chunk(b"x") + b"0\r\n\r\n", "Content-Length: 7\r\n")),
    "length-below-zero": _failed("not HTTP", raw(head(more="Content-Length: -1\r\n") + bodies.article())),
    "chunks-without-size": _failed("not HTTP", chunked(b"zz\r\nx\r\n0\r\n\r\n")),
    "chunks-below-zero": _failed("not HTTP", chunked(b"-5\r\nhello\r\n0\r\n\r\n")),
    "chunks-too-long": _failed("not HTTP", chunked(b"ffffffffffffffffff\r\nhello\r\n0\r\n\r\n")),
    "chunks-without-end": _failed("the body broke off", chunked(chunk(bodies.article()))),
    "chunks-of-a-byte": _published(chunked(crumbs(bodies.article(head=f"<!--{'x' * 150_000}-->")) + b"0\r\n\r\n")),
    "chunks-with-extensions": _failed(
        "the body broke off: more than", endless(head(more="Transfer-Encoding: chunked\r\n") + b"1;", b"x" * 65_536)
    ),
    "trailers-without-end": _failed(
        "not HTTP", endless(head(more="Transfer-Encoding: chunked\r\n") + chunk(b"x") + b"0\r\n", b"X-T: t\r\n" * 8_000)
    ),
}
_HEADS = {
    "huge-field": _failed("not HTTP", endless(b"HTTP/1.1 200 OK\r\nX-Big: ", b"x" * 65_536)),
    "many-fields": _failed("not HTTP", endless(b"HTTP/1.1 200 OK\r\n", b"X-Many: 1\r\n" * 5_000)),
    "many-cookies": _published(
        whole(bodies.article(), HTML, "".join(f"Set-Cookie: c{n}={'x;=' * 3_000}\r\n" for n in range(100)))
    ),
    "long-reason": _failed("not HTTP", endless(b"HTTP/1.1 200 ", b"x" * 65_536)),
    "hints-without-end": _failed(
        "the body broke off: more than", endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 500)
    ),
    "not-http": _failed("not HTTP", raw(b"SSH-2.0-OpenSSH_9\r\n")),
    "nothing": _failed("the server hung up", raw(b"")),
    "folded-fields": _failed("not HTTP", raw(b"HTTP/1.1 200 OK\r\nX-A: 1\r\n folded: \x00\r\n\r\n")),
}
_CHARSETS = {
    "wrong-charset": _published(whole(bodies.article().decode().encode("utf-16"), "text/html; charset=iso-8859-1")),
    "unknown-charset": _published(whole(bodies.article(), "text/html; charset=x-klingon")),
    "charset-of-a-codec": _published(whole(bodies.article(), "text/html; charset=punycode")),
    "charset-zip": _published(whole(bodies.article(), "text/html; charset=zlib_codec")),
    "mixed-charset": _published(whole(bodies.article(body="é".encode("latin-1").decode("latin-1") + "<p>x</p>"))),
    "broken-utf-8": _published(whole(bodies.article() + b"\xff\xfe\xf0\x28" * 1_000)),
    "utf-7": _published(
        whole(bodies.article(body="+ADw-script+AD4-alert(1)+ADw-/script+AD4-"), "text/html; charset=utf-7")
    ),
}
_SECURE = {
    "self-signed": _failed("robots.txt cannot be had: TLS: self-signed", good, secure=True),
    "expired": _failed("robots.txt cannot be had: TLS: certificate has expired", good, secure=True),
    "mismatched": _failed("robots.txt cannot be had: TLS: Hostname mismatch", good, secure=True),
    "trusted": Case("published", secure=True),
}
_MARKUP = {
    "deep-html": Case("no-text", "", whole(b"<div>" * 50_000 + bodies.article())),
    "many-elements": _large(whole(bodies.article(body="<p>x</p>" * 100_000))),
    "many-attributes": Case(
        "no-text",
        "reading took more than",
        whole(bodies.article(body=f"<p {' '.join(f'a{n}=1' for n in range(400_000))}>")),
    ),
    "deep-json-ld": _published(
        whole(bodies.article(head=f"<script type='application/ld+json'>{bodies.nested_json(100_000)}</script>"))
    ),
    "entities-in-html": _published(whole(bodies.LAUGHS.encode() + bodies.article(body="&l9;"))),
    "title-of-4-mb": _published(whole(bodies.article("Nepal lifts its ban on TikTok. " + "TikTok " * 300_000))),
    "long-title": _large(whole(bodies.article("TikTok ban " * 1_000_000))),
    "long-blanks": _published(whole(bodies.article(body=" " * 2_000_000))),
    "xml-for-html": Case("not-an-article", "media type", whole(bodies.rss(head=bodies.LAUGHS), "text/xml")),
    "a-film": Case("not-an-article", "media type video/mp4", whole(bytes(100), "video/mp4")),
}
_TEXTS = {
    "escapes": _published(whole(bodies.article(f"Nepal lifts its ban {bodies.ESCAPE}on TikTok"))),
    "reversal": _published(whole(bodies.article(f"Nepal lifts its ban {bodies.REVERSAL} on TikTok"))),
    "formula": _published(whole(bodies.article(bodies.FORMULA.replace('"', "&quot;")))),
    "script": _published(whole(bodies.article("&lt;script&gt;alert(1)&lt;/script&gt; Nepal lifts its ban on TikTok"))),
}
