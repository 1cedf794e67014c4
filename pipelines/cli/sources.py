"""From what the user names (an address, a file, standard input) to a document that can be tagged."""

import asyncio
import re
from pathlib import Path

import msgspec

from connectors.web.client import WebClient, WebSettings
from connectors.web.fetch import fetch_page
from transforms.errors import ConfigError, ItemError
from transforms.extract import extract_article
from transforms.records import Article, Entry, Page
from transforms.tags import Document
from transforms.urls import is_web

NOWHERE = "https://file.invalid/"  # what a file without an address is told to be (RFC 2606: never resolves)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|article)[\s>]", re.IGNORECASE)


def looks_like_html(content: bytes) -> bool:
    """Whether the first kilobytes hold a tag that begins pages."""
    return _HTML.search(content[:4096]) is not None


def document_of(article: Article) -> Document:
    """What is tagged of an article."""
    return Document(
        title=article.title,
        summary=article.summary,
        text=article.text,
        date=article.published,
        language=article.language,
    )


def fetched(url: str, settings: WebSettings) -> Article:
    """The article at an address; its page is asked for once.

    Raises:
      ItemError: If there is no page, or no article on it.
      ConfigError: If it is no address.
    """
    if not is_web(url):
        raise ConfigError(f'"{url}" is no web address and no file: give https://..., a path, or - for standard input')

    async def fetch() -> Page | ItemError:
        client = WebClient(settings)
        try:
            return await fetch_page(client, url)
        finally:
            await client.close()

    page = asyncio.run(fetch())
    if isinstance(page, ItemError):
        raise page
    return extract_article(page, Entry(link=url))


def local(name: str, content: bytes, url: str | None = None) -> Article:
    """The article in a file: its page, or plain text in UTF-8.

    Args:
      name: What the user calls the file.
      content: What is in it.
      url: The page's address, if known.

    Raises:
      ItemError: If a page has no article.
      ConfigError: If it is neither HTML nor text.
    """
    if looks_like_html(content):
        address = url or NOWHERE
        page = Page(requested=address, url=address, status=200, content_type="text/html", body=content, fetched="")
        return extract_article(page, Entry(link=url or ""))
    try:
        return Article(url=url or "", text=content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name} is neither HTML nor text in UTF-8 (byte {error.start}): convert it") from error


def with_given(read: Document, given: Document) -> Document:
    """A document with what the user says of it in the place of what was read."""
    said = {key: value for key, value in msgspec.structs.asdict(given).items() if value}
    return msgspec.structs.replace(read, **said)


def marked(read: Article, given: Document) -> Article:
    """An article without its text, which the document holds, and with what the user says of it as its origin."""
    said = {key: value for key, value in msgspec.structs.asdict(given).items() if value}
    places = {{"date": "published"}.get(key, key): "given" for key in said if key in ("title", "date", "language")}
    return msgspec.structs.replace(read, text="", origins=msgspec.structs.replace(read.origins, **places))


def content_of(name: str, standard_input: bytes | None) -> bytes:
    """What a file holds, or standard input.

    Raises:
      ConfigError: If it cannot be read.
    """
    if standard_input is not None:
        return standard_input
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise ConfigError(f"{name} cannot be read ({error.strerror}): give a file, an address, or -") from error
