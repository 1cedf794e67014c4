"""The article on a page, by trafilatura, and what the page's own metadata says of it."""

import importlib.metadata
import re
from typing import Any

import lxml.html
import trafilatura
from trafilatura.metadata import extract_metadata
from trafilatura.utils import load_html
from w3lib.encoding import html_to_unicode

from transforms.errors import NotAnArticle, NoText, TooLarge
from transforms.extract.metadata import Said, read_metadata
from transforms.records import Article, Entry, Page
from transforms.urls import absolute, normalise

EXTRACTOR = f"trafilatura {importlib.metadata.version('trafilatura')}"
MAX_MARKUP = 10_000_000  # code points
MAX_TEXT = 400_000  # code points
MAX_TITLE, MAX_SUMMARY, MAX_AUTHORS = 500, 2_000, 20
MEDIA_TYPES = frozenset({"text/html", "application/xhtml+xml", ""})

_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # break JSON, terminals or UTF-8


def extract_article(page: Page, entry: Entry | None) -> Article:
    """Reads the article on a page.

    Args:
      page: The page as it was served.
      entry: The feed's entry; its summary is preferred, its title and dates fill in for what the page lacks.

    Raises:
      NotAnArticle: Another media type.
      NoText: No text was found.
      TooLarge: The markup is larger than can be read.
    """
    if page.content_type not in MEDIA_TYPES:
        raise NotAnArticle(page.url, f"media type {page.content_type[:60]}")
    header = page.content_type + (f"; charset={page.charset}" if page.charset else "")
    _, markup = html_to_unicode(header or None, page.body)
    article = read_markup(markup, page.url)
    robots = tuple(one.strip().lower() for one in (page.robots or "").split(",") if one.strip())
    return _with_entry(article, entry or Entry(), robots)


def read_markup(markup: str, url: str) -> Article:
    """Reads the article in a page's markup.

    Raises:
      NoText: No text was found.
      TooLarge: The markup is larger than can be read.
    """
    if len(markup) > MAX_MARKUP:
        raise TooLarge(url, f"{len(markup)} characters of markup")
    tree = load_html(clean(markup))
    if tree is None:
        raise NoText(url, "the page is no HTML")
    said = read_metadata(tree)
    known = _known(tree, url)
    text = trafilatura.extract(tree, url=url or None, include_comments=False, favor_precision=True, deduplicate=False)
    text = clean(text or "").strip()[:MAX_TEXT]
    if not text:
        raise NoText(url, "no text found on the page")
    canonical = absolute(url, said.canonical) if said.canonical and url else said.canonical
    return Article(
        url=url,
        canonical=normalise(canonical) if canonical else None,
        title=clean(known.get("title") or said.title)[:MAX_TITLE],
        text=text,
        summary=clean(said.description)[:MAX_SUMMARY],
        authors=_authors(known.get("author")),
        published=said.published or known.get("date"),
        modified=said.modified,
        language=said.language,
        paywalled=said.paywalled,
        robots=said.robots,
        extractor=EXTRACTOR,
    )


def clean(text: str) -> str:
    """A text without what breaks JSON, terminals or UTF-8."""
    return _UNUSABLE.sub("", text)


def _known(tree: lxml.html.HtmlElement, url: str) -> dict[str, Any]:
    """trafilatura's metadata; ``date`` only where the page states one, never a guess."""
    found = extract_metadata(tree, default_url=url or None, extensive=False)
    return {name: getattr(found, name, None) for name in ("title", "author", "date")} if found else {}


def _authors(names: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in (names or "").split(";") if one.strip()))[:MAX_AUTHORS]


def _with_entry(article: Article, entry: Entry, robots: tuple[str, ...]) -> Article:
    return Article(
        url=article.url,
        canonical=article.canonical,
        title=article.title or entry.title,
        text=article.text,
        summary=entry.summary or article.summary,
        authors=article.authors or entry.authors,
        published=article.published or entry.published,
        modified=article.modified,
        language=article.language or entry.language,
        paywalled=article.paywalled,
        robots=tuple(dict.fromkeys((*article.robots, *robots))),
        extractor=article.extractor,
    )


def said_of(markup: str) -> Said:
    """The page's own metadata; for tests and tools."""
    tree = load_html(clean(markup))
    return read_metadata(tree) if tree is not None else Said()
