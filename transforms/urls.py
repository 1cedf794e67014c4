"""Addresses: normalising them, the host that they name, and the domain that answers for it.

A host is what yarl reads (aiohttp asks that one), in its ASCII form. The rest is read by urllib and w3lib; an address
of which urllib reads another host is no web address, for it would be judged as one and asked as the other.
"""

import functools
import re
from urllib.parse import SplitResult, unquote_plus, urljoin, urlsplit, urlunsplit

import tldextract
import yarl
from w3lib.url import canonicalize_url

from transforms.tracking import tracked_at_first, tracks

MAX_LENGTH = 2048
HOSTS = 16_384  # addresses whose host is kept: as many as the feeds of a large list, or each would push out the next
_ROUTE = ("!", "/")  # how a fragment begins that names a page of a site made of scripts
_LOCAL = frozenset(("localhost", "local", "internal"))
_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65_535
_WORD = r"[\w.-]"
# An address as most stand in feeds (86 of 100): nothing in it that readers could differ on, or that would be spelled
# otherwise but for the order and the number of its parameters. Others take ten times as long.
_PLAIN = re.compile(
    r"(https?)://((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)(?::([1-9]\d{0,4}))?"
    rf"((?:/[\w-]{_WORD}*)*/?)(?:\?({_WORD}+={_WORD}*(?:&{_WORD}+={_WORD}*)*))?",
    re.ASCII,
)

# Whose subdomains are publishers of their own, too, though the list does not know them.
_SHARED = ("substack.com", "wordpress.com", "tumblr.com", "livejournal.com", "typepad.com", "ghost.io", "beehiiv.com")

# The package's own snapshot of the public suffix list: nothing is fetched at run time. With its private part: whoever
# has a page under github.io does not answer for all others that have one.
_suffixes = tldextract.TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True, extra_suffixes=_SHARED
)


def is_web(url: str) -> bool:
    """True for an absolute http(s) URL of bearable length, with one host whoever reads it."""
    if _plain(url) is not None:
        return len(url) <= MAX_LENGTH
    try:
        parts = urlsplit(url)
        return parts.scheme in _PORTS and len(url) <= MAX_LENGTH and bool(_named(url, parts))
    except ValueError:
        return False


def absolute(base: str, link: str) -> str | None:
    """A link as it stands in a document at ``base``, or None where no web address comes of it."""
    link = link.strip()
    if _plain(link) is not None and _plain(base) is not None:
        return link if len(link) <= MAX_LENGTH else None
    try:
        url = urljoin(base, link)
    except ValueError:
        return None
    return url if is_web(url) else None


def normalise(url: str) -> str:
    """The one spelling of an address: host in ASCII, sorted query, no fragment, no tracking parameters.

    A fragment stays where it names a page (``#!/story/7``). Normalising never changes the host and is idempotent. An
    address that cannot be parsed comes back stripped.
    """
    return _spellings(url)[0]


def first_spelling(url: str) -> str:
    """The address as `normalise` wrote it until decision 0030. Ids of feeds, and of items known then, hang on it."""
    return _spellings(url)[1]


@functools.lru_cache(4096)
def _spellings(url: str) -> tuple[str, str]:
    """Today's spelling and the first one: they differ in query and fragment alone, and an entry is asked for both."""
    url = url.strip()
    return _any_spellings(url) if (read := _plain(url)) is None else _plain_spellings(read)


def _any_spellings(url: str) -> tuple[str, str]:
    """As `_spellings`, of any address without white space around it."""
    try:
        parts = urlsplit(url)
        host = _named(url, parts)
        if not host:
            return url, url
        port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
        netloc = f"[{host}]{port}" if ":" in host else host + port
        fragment = parts.fragment if parts.fragment.startswith(_ROUTE) else ""
        plain = urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, fragment))
        _, _, path, query, fragment = urlsplit(canonicalize_url(plain, keep_fragments=True))
        pairs, domain = query.split("&") if query else [], _domain_of(host)
        today, first = ("&".join(pair for pair in pairs if not _cut(pair, domain, old)) for old in (False, True))
        return (
            str(urlunsplit((parts.scheme, netloc, path or "/", today, fragment))),
            str(urlunsplit((parts.scheme, netloc, path or "/", first, ""))),
        )
    except ValueError:
        return url, url


def _plain(url: str) -> re.Match[str] | None:
    """The parts of a plain address (`_PLAIN`); None for any other."""
    read = _PLAIN.fullmatch(url)
    return None if read is None or "xn--" in read[2] or (read[3] and int(read[3]) > _LAST_PORT) else read


def _plain_spellings(read: re.Match[str]) -> tuple[str, str]:
    """As `_any_spellings`, of a plain address."""
    scheme, host, port, path, query = read.groups()
    netloc = host if port is None or int(port) == _PORTS[scheme] else f"{host}:{port}"
    place = f"{scheme}://{netloc}{path or '/'}"
    if query is None:
        return place, place
    pairs = sorted(query.split("&"), key=lambda pair: pair.partition("=")[::2])
    domain = _domain_of(host)
    today, first = ("&".join(pair for pair in pairs if not _cut(pair, domain, old)) for old in (False, True))
    return f"{place}?{today}" if today else place, f"{place}?{first}" if first else place


def _cut(pair: str, domain: str, first: bool) -> bool:
    name, value = map(unquote_plus, pair.partition("=")[::2])
    return tracked_at_first(name) if first else tracks(name, value, domain)


@functools.lru_cache(HOSTS)
def host_of(url: str) -> str:
    """The host of an address, in ASCII and lower case; empty where there is none, or where readers differ on it."""
    if (read := _plain(url)) is not None:
        return read[2]
    try:
        return _named(url, urlsplit(url))
    except ValueError:
        return ""


def _named(url: str, parts: SplitResult) -> str:
    """The host of an address.

    Raises:
      ValueError: yarl cannot read it, or reads another host than urllib; or it is escaped (``%6c``), or a zone's.
    """
    if not parts.hostname:
        return ""
    host = yarl.URL(url).raw_host or ""
    if "%" in host or host != yarl.URL.build(scheme="http", host=parts.hostname).raw_host:
        raise ValueError(f"no certain host: {url[:MAX_LENGTH]}")
    return host


def registered_domain(url: str) -> str:
    """The registrable domain (public suffix + one label) of an address; its host where it has none (IP, intranet).

    Suffixes are those of the public suffix list, the ones in private hands (``github.io``, ``blogspot.com``) included,
    and a few more hosts of many publishers (``substack.com``).
    """
    return _domain_of(host_of(url))


def is_local(url: str) -> bool:
    """Whether an address names no place on the internet: a single label, ``*.localhost`` and the like, an IP address.

    Left over from a machine on which a page was made; nobody else gets there by it. Names in use (RFC 6762, RFC 6761,
    RFC 9476): ``local``, ``localhost``, ``internal``.
    """
    host = host_of(url).rstrip(".")
    last = host.rpartition(".")[2]
    return "." not in host or ":" in host or last.isdecimal() or last in _LOCAL


@functools.lru_cache(HOSTS)
def _domain_of(host: str) -> str:
    found = _suffixes(host)
    return str(found.top_domain_under_public_suffix) or host
