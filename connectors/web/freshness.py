"""For how long an answer holds by its own word (RFC 9111, section 4.2)."""

import email.utils
import re
from collections.abc import Mapping

_DIRECTIVE = re.compile(r'\s*([A-Za-z0-9!#$%&\'*+.^_`|~-]+)\s*(?:=\s*(?:"([^"]*)"|([^",\s]*)))?\s*(?:,|$)')
_MOST = 366 * 86_400.0  # seconds
_NEVER = frozenset({"no-store", "no-cache"})


def lifetime(headers: Mapping[str, str]) -> float | None:
    """Seconds for which an answer is fresh, its time on the way subtracted.

    ``max-age`` goes before ``Expires``; ``s-maxage`` is for shared caches, which we are not. An ``Expires`` that is no
    date lies in the past (section 5.3).

    Args:
      headers: Names in lower case.

    Returns:
      At least 0, at most a year; None where the answer says nothing of it.
    """
    if "cache-control" not in headers and "expires" not in headers:
        return None
    directives = _DIRECTIVE.findall(headers.get("cache-control", ""))
    said = {name.lower(): quoted or plain for name, quoted, plain in directives}
    if _NEVER & said.keys():
        return 0.0
    if "max-age" in said:
        return _within(_seconds(said["max-age"]) - _seconds(headers.get("age", "0")))
    if "expires" not in headers:
        return None
    expires, date = _date(headers["expires"]), _date(headers.get("date", ""))
    return 0.0 if expires is None or date is None else _within(expires - date)


def _seconds(text: str) -> float:
    """Delta-seconds; 0 of what is none, so that a broken field counts as stale."""
    return float(text) if re.fullmatch(r"[0-9]{1,18}", text.strip()) else 0.0


def _date(text: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _within(seconds: float) -> float:
    return min(max(0.0, seconds), _MOST)
