"""Extraction as a function of rows, for the command that reads and writes JSON lines."""

from typing import Any

import msgspec

from transforms.errors import ItemError
from transforms.extract.article import extract_article, read_markup
from transforms.records import Article, Page


def extract_row(row: dict[str, Any], html: str | bytes) -> dict[str, Any]:
    """One row out for one row in, whatever the page is.

    Args:
      row: ``id`` and ``url`` are taken from it.
      html: The page's markup, or its bytes.

    Returns:
      ``{id, title, text, summary, date, modified, authors, language, section, image, canonical, paywalled, access,
      robots, extractor, origins}``; with ``error`` where nothing could be read, all else is then empty.
    """
    url, error = str(row.get("url") or ""), ""
    try:
        article = _read(html, url)
    except ItemError as failure:
        article, error = Article(url=url), failure.reason
    except Exception as failure:  # a page that a library fails on must not cost the rows behind it
        article, error = Article(url=url), f"unexpected {type(failure).__name__}: {failure}"[:300]
    read = {
        "id": row.get("id"),
        "title": article.title,
        "text": article.text,
        "summary": article.summary,
        "date": article.published,
        "modified": article.modified,
        "authors": list(article.authors),
        "language": article.language,
        "section": article.section,
        "image": article.image,
        "canonical": article.canonical,
        "paywalled": article.paywalled,
        "access": article.access,
        "robots": list(article.robots),
        "extractor": article.extractor,
        "origins": {name: place for name, place in msgspec.structs.asdict(article.origins).items() if place},
    }
    return read | {"error": error} if error else read


def _read(html: str | bytes, url: str) -> Article:
    if isinstance(html, str):
        return read_markup(html, url)
    page = Page(requested=url, url=url, status=200, content_type="text/html", body=html, fetched="")
    return extract_article(page, None)
