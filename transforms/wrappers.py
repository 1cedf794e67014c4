"""Links that lead through another site only to be counted: what they lead to, where they say it.

Search alerts and networks put such links into their feeds. Asking for one costs a request to a site that often forbids
it (robots.txt of www.google.com: ``Disallow: /url``), and the same article comes under as many addresses as there are
wrappers. Only those that hold the whole address are unwrapped; short ones (``t.co``, ``feedproxy.google.com``) and
``news.google.com/rss/articles`` hide it, and are asked.
"""

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

from transforms.urls import host_of, is_web

DEPTH = 3  # wrappers in wrappers: an alert's link to a network's link to an AMP page

# Host, path, and the parameters one of which holds the address; a host stands for those under it, too.
_BY_PARAMETER = (
    ("google.com", "/url", ("url", "q")),
    ("bing.com", "/news/apiclick.aspx", ("url",)),
    ("l.facebook.com", "/l.php", ("u",)),
    ("lm.facebook.com", "/l.php", ("u",)),
    ("www.facebook.com", "/l.php", ("u",)),
    ("l.instagram.com", "/", ("u",)),
    ("l.threads.net", "/", ("u",)),
    ("out.reddit.com", "", ("url",)),
    ("youtube.com", "/redirect", ("q",)),
    ("vk.com", "/away.php", ("to",)),
    ("t.umblr.com", "/redirect", ("z",)),
    ("getpocket.com", "/redirect", ("url",)),
    ("duckduckgo.com", "/l/", ("uddg",)),
    ("steamcommunity.com", "/linkfilter/", ("u", "url")),
)
_AMP = (
    ("google.com", re.compile(r"/amp/(s/)?(.+)")),
    ("cdn.ampproject.org", re.compile(r"/[cv]/(s/)?(.+)")),
)
_SITES = frozenset(
    ".".join(site.split(".")[-2:]) for site in (*(one[0] for one in _BY_PARAMETER), *(one[0] for one in _AMP))
)
_NATIONAL = re.compile(r"www\.google\.(?:com?\.)?[a-z]{2}")


def unwrapped(url: str) -> str:
    """The web address that a link leads to, as far as the link itself says it; else the link.

    Args:
      url: A web address.
    """
    for _ in range(DEPTH):
        inner = _inner(url)
        if inner is None:
            break
        url = inner
    return url


def _inner(url: str) -> str | None:
    host = host_of(url)
    host = "www.google.com" if _NATIONAL.fullmatch(host) else host
    if ".".join(host.rsplit(".", 2)[-2:]) not in _SITES:
        return None
    parts = urlsplit(url)
    found = _by_parameter(host, parts) or _of_amp(host, parts)
    return found if found is not None and is_web(found) else None


def _by_parameter(host: str, parts: SplitResult) -> str | None:
    for site, path, names in _BY_PARAMETER:
        if _under(host, site) and (not path or parts.path == path):
            said = parse_qs(parts.query)
            return next((said[name][0].strip() for name in names if name in said), None)
    return None


def _of_amp(host: str, parts: SplitResult) -> str | None:
    for site, path in _AMP:
        found = path.fullmatch(parts.path) if _under(host, site) else None
        if found:
            return f"http{'s' if found[1] else ''}://{found[2]}" + (f"?{parts.query}" if parts.query else "")
    return None


def _under(host: str, site: str) -> bool:
    return host == site or host.endswith(f".{site}")
