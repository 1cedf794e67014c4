"""Pages that only lead on: a ``<meta http-equiv="refresh">`` to another address, as shorteners and moved sites have it.

Where it leads is found in bytes of strangers on an event loop, so only small pages are looked at, by expressions that
take linear time.
"""

import html
import re
from urllib.parse import urlsplit

from transforms.urls import absolute, host_of

MOST = 8 * 1024  # bytes; a page that leads on holds little else
_SOON = 10  # seconds; what waits longer is there to be read
_META = re.compile(rb"<meta\s[^>]{0,4000}>", re.IGNORECASE)
_REFRESH = re.compile(r"""http-equiv\s{0,9}=\s{0,9}["']?refresh\b""", re.IGNORECASE)
_CONTENT = re.compile(r"""\scontent\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_TARGET = re.compile(r"""\s*(\d{1,3})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.IGNORECASE)


def leads_to(body: bytes, url: str) -> str | None:
    """The address that a page leads on to by itself (WHATWG HTML, section 4.2.5.3), or None.

    A page that asks for itself again, with another query or none, is no lead: live pages do so, and challenges. Nor is
    one for readers without scripts, unless it leads to another host: that is where sites say that they want scripts.

    Args:
      body: The page.
      url: Its address.
    """
    if len(body) > MOST:
        return None
    for meta in _META.finditer(body):
        text = meta[0].decode("utf-8", "replace")
        content = _CONTENT.search(text) if _REFRESH.search(text) else None
        said = _TARGET.match(html.unescape(next(filter(None, content.groups()), ""))) if content else None
        if said is None or int(said[1]) > _SOON:
            continue
        target = absolute(url, said[2].strip())
        if target is None or _place(target) == _place(url):
            return None
        before = body[: meta.start()].lower()
        unscripted = before.rfind(b"<noscript") > before.rfind(b"</noscript")
        return None if unscripted and host_of(target) == host_of(url) else target
    return None


def _place(url: str) -> tuple[str, str]:
    return host_of(url), urlsplit(url).path.rstrip("/")
