"""Whether a page's canonical address can be the address of its article.

Some sites name their front page, or the section, as the canonical address of every page. All their articles would have
one id: the first would own it, and every other would end as its duplicate. So an address that names a *listing* is not
believed where the page's own address names an article. Pages for phones, for AMP and for print rightly name another
path, and are.

A wrongly refused address costs a second event for an article that is also met under it; a wrongly believed one loses
articles. Where the words of an address leave it open, both count: nearness (a section above the page) and plainness.
"""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from transforms.urls import normalise

_EXTENSION = re.compile(r"(?:\.(?:amp|print|s?html?|php|aspx?|jsp|do|cfm|cgi|action|nsf))+$", re.IGNORECASE)
_INDEX = re.compile(r"index|default|home", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?", re.IGNORECASE)
# "news", "Politics", "US", "новости", "404"; an id of letters has both in it, or is longer.
_WORD = r"(?:[A-Z]?[a-z]{1,16}|[A-Z]{1,16}|[\u0370-\u06ff]{1,16}|40[34])"
_WORDS = rf"{_WORD}(?:[-_]{_WORD}){{0,2}}"  # "us-news", "asia-pacific"; the names of articles are longer
_DATE = r"(?:19|20)\d\d(?:[-_]?[01]\d(?:[-_]?[0-3]\d)?|/[01]?\d(?:/[0-3]?\d)?)?"  # "2026", "2026/01/31", "20260131"
_PLAIN = re.compile(rf"(?:/(?:{_WORD}|{_DATE}))*")
_SECTION = re.compile(rf"(?:/(?:{_WORDS}|{_DATE}))*")
_SCRIPT = re.compile(r"(?:/[a-z]{0,16}(?:[A-Z][a-z]{1,16}|_[a-z]{1,16}){0,3})+")  # "/news/articleView", "/read_story"
_SETTING = re.compile(r"lang(?:uage)?|locale|hl|edition|region|country", re.IGNORECASE)
# What stands behind the address of an article for another form, or another page, of the same.
_FORM = re.compile(r"amp|amphtml|print|printable|mobile|m|page|full|all|single|comments|embed|\d{1,2}", re.IGNORECASE)


def believable(page: str, canonical: str) -> bool:
    """Whether a canonical address may stand for the article of a page; pure, by the two addresses alone.

    Args:
      page: The address that answered.
      canonical: What the page names; its domain is not looked at.
    """
    page, canonical = normalise(page), normalise(canonical)
    if page == canonical:
        return True
    named, mine, asks = _segments(canonical), _article_of(page), _asks_for_one(page)
    if any("{" in part for part in named):  # a template that nobody filled in
        return False
    if _asks_for_one(canonical):
        return True
    if asks and mine == named and _is_listing(named, _SCRIPT):  # one script for all articles, and which of them is cut
        return False
    if not named:
        return not mine and not asks
    if mine[: len(named)] == named and mine != named:
        return not _is_listing(named, _SECTION)
    return not _is_listing(named, _PLAIN) or (_is_listing(mine, _PLAIN) and not asks)


def _segments(url: str) -> list[str]:
    """The path of an address, without what names a front page: an index, languages."""
    path = [_EXTENSION.sub("", unquote(part)) for part in urlsplit(url).path.split("/") if part]
    while path and _INDEX.fullmatch(path[-1]):
        path.pop()
    return [] if all(_LANGUAGE.fullmatch(part) for part in path) else path


def _article_of(url: str) -> list[str]:
    """The path of a page, without what names its form."""
    path = _segments(url)
    while len(path) > 1 and _FORM.fullmatch(path[-1]):
        path.pop()
    return path


def _asks_for_one(url: str) -> bool:
    """Whether the query may name an article, as in ``?id=482``; ``?source=rss`` and ``?amp=1`` do not."""
    return any(
        re.search(r"\d|-", value) and not (_FORM.fullmatch(name) or _SETTING.fullmatch(name))
        for name, value in parse_qsl(urlsplit(url).query)
    )


def _is_listing(path: list[str], form: re.Pattern[str]) -> bool:
    return form.fullmatch("".join(f"/{part}" for part in path)) is not None
