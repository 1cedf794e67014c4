"""feedparser made quicker; what it reads stays the same to the letter.

Most of the time that a feed takes is spent in it, and much of that on nothing: its dictionaries look up each name among
those with two meanings, each element has an empty address resolved against an empty base, and what is said of a text is
copied as if it could be nested. The names are private: a test reads feeds with and without this.
"""

import copy
import functools
from typing import Any

import feedparser.datetimes
import feedparser.mixin
import feedparser.namespaces._base
from feedparser.util import FeedParserDict

_LONGEST = 100  # characters of a date that is kept
_KEPT = 2_048  # dates: those of a list of feeds that is asked for again and again
_DOUBLE = frozenset(FeedParserDict.keymap) | {"category", "enclosures", "license", "updated", "updated_parsed"}
_FLAT = (str, int, type(None))

_date = feedparser.datetimes._parse_date
_kept_date = functools.lru_cache(_KEPT)(_date)
_join = feedparser.mixin._urljoin
_slow_item, _slow_set, _slow_has = FeedParserDict.__getitem__, FeedParserDict.__setitem__, FeedParserDict.__contains__
_slow_get, _slow_default = FeedParserDict.get, FeedParserDict.setdefault


def date(text: Any) -> Any:
    """What feedparser makes of a date; asked for twice of each, by itself and by us."""
    return _kept_date(text) if isinstance(text, str) and len(text) <= _LONGEST else _date(text)


def _joined(base: Any, uri: Any) -> Any:
    return _join(base, uri) if base or uri else ""


def _item(self: FeedParserDict, key: Any) -> Any:
    return _slow_item(self, key) if key in _DOUBLE else dict.__getitem__(self, key)


def _set(self: FeedParserDict, key: Any, value: Any) -> None:
    (_slow_set if key in _DOUBLE else dict.__setitem__)(self, key, value)


def _has(self: FeedParserDict, key: Any) -> bool:
    return bool(_slow_has(self, key)) if key in _DOUBLE else dict.__contains__(self, key)


def _get(self: FeedParserDict, key: Any, default: Any = None) -> Any:
    return _slow_get(self, key, default) if key in _DOUBLE else dict.get(self, key, default)


def _default(self: FeedParserDict, key: Any, default: Any) -> Any:
    return _slow_default(self, key, default) if key in _DOUBLE else dict.setdefault(self, key, default)


def _copied(self: FeedParserDict, memo: dict[int, Any]) -> FeedParserDict:
    if all(isinstance(value, _FLAT) for value in self.values()):
        return FeedParserDict(self)
    made = memo[id(self)] = FeedParserDict()
    made.update({key: copy.deepcopy(value, memo) for key, value in self.items()})
    return made


def install() -> None:
    """Has feedparser be quick, in this process."""
    FeedParserDict.__getitem__, FeedParserDict.__setitem__ = _item, _set
    FeedParserDict.__contains__ = FeedParserDict.has_key = _has
    FeedParserDict.get, FeedParserDict.setdefault = _get, _default
    FeedParserDict.__deepcopy__ = _copied
    feedparser.mixin._urljoin = _joined
    feedparser.namespaces._base._parse_date = date
