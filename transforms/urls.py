"""Addresses: normalising them, and the domain that answers for them."""

import functools
from urllib.parse import urljoin, urlsplit, urlunsplit

import tldextract
from w3lib.url import canonicalize_url, url_query_cleaner

MAX_LENGTH = 2048
HOSTS = 16_384  # addresses whose host is kept: as many as the feeds of a large list, or each would push out the next

# Parameters that say where a reader came from, never which article it is.
_TRACKING = frozenset(
    ("fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid", "mc_cid", "mc_eid")
    + ("_ga", "_gl", "ref_src", "ref_url", "cmpid", "ncid", "ocid", "partner_id", "sr_share", "smid", "spm")
    + ("at_medium", "at_campaign", "taid", "ito", "s_cid")
)
_TRACKING_PREFIXES = ("utm_", "at_custom", "pk_", "mtm_", "hsa_", "oly_")

# Whose subdomains are publishers of their own, too, though the list does not know them.
_SHARED = ("substack.com", "wordpress.com", "tumblr.com", "livejournal.com", "typepad.com", "ghost.io", "beehiiv.com")

# The package's own snapshot of the public suffix list: nothing is fetched at run time. With its private part: whoever
# has a page under github.io does not answer for all others that have one.
_suffixes = tldextract.TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True, extra_suffixes=_SHARED
)


def is_web(url: str) -> bool:
    """True for an absolute http(s) URL with a host and of bearable length."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= MAX_LENGTH
    except ValueError:
        return False


def absolute(base: str, link: str) -> str | None:
    """A link as it stands in a document at ``base``, or None where no web address comes of it."""
    try:
        url = urljoin(base, link.strip())
    except ValueError:
        return None
    return url if is_web(url) else None


@functools.lru_cache(4096)
def normalise(url: str) -> str:
    """The one spelling of an address: no fragment, no tracking parameters, sorted query, lower-case host.

    Normalising never changes the host and is idempotent. An address that cannot be parsed comes back stripped.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        if not parts.hostname:
            return url
        names = [pair.partition("=")[0] for pair in parts.query.split("&") if pair]
        drop = [name for name in names if name.lower() in _TRACKING or name.lower().startswith(_TRACKING_PREFIXES)]
        if drop:
            url = url_query_cleaner(url, drop, remove=True, unique=False)
        parts = urlsplit(canonicalize_url(url))
        port = "" if parts.port in (None, {"http": 80, "https": 443}.get(parts.scheme)) else f":{parts.port}"
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        return str(urlunsplit((parts.scheme, host + port, parts.path or "/", parts.query, "")))
    except ValueError:
        return url


@functools.lru_cache(HOSTS)
def host_of(url: str) -> str:
    """The host of an address, lower case; empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def registered_domain(url: str) -> str:
    """The registrable domain (public suffix + one label) of an address; its host where it has none (IP, intranet).

    Suffixes are those of the public suffix list, the ones in private hands (``github.io``, ``blogspot.com``) included,
    and a few more hosts of many publishers (``substack.com``).
    """
    return _domain_of(host_of(url))


@functools.lru_cache(HOSTS)
def _domain_of(host: str) -> str:
    found = _suffixes(host)
    return str(found.top_domain_under_public_suffix) or host
