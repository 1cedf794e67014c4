"""Extraction as a function of rows, for the command that reads and writes JSON lines."""

from typing import Any

from transforms.errors import ItemError
from transforms.extract.article import extract_article, read_markup
from transforms.records import Page


def extract_row(row: dict[str, Any], html: str | bytes) -> dict[str, Any]:
    """One row out for one row in.

    Args:
      row: ``id`` and ``url`` are taken from it.
      html: The page's markup, or its bytes.

    Returns:
      ``{id, title, text, summary, date, modified, authors, language, canonical, paywalled}``; with ``error`` where
      nothing could be read.
    """
    url = str(row.get("url") or "")
    try:
        if isinstance(html, bytes):
            page = Page(requested=url, url=url, status=200, content_type="text/html", body=html, fetched="")
            article = extract_article(page, None)
        else:
            article = read_markup(html, url)
    except ItemError as error:
        return {"id": row.get("id"), "title": "", "text": "", "date": None, "authors": [], "error": error.reason}
    return {
        "id": row.get("id"),
        "title": article.title,
        "text": article.text,
        "summary": article.summary,
        "date": article.published,
        "modified": article.modified,
        "authors": list(article.authors),
        "language": article.language,
        "canonical": article.canonical,
        "paywalled": article.paywalled,
    }
