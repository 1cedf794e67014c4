"""The article on a page, by trafilatura, and what the page's own metadata says of it."""

import importlib.metadata
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import lxml.html
from msgspec.structs import replace
from trafilatura.metadata import extract_metadata
from trafilatura.utils import load_html

from transforms.errors import Blocked, ItemError, NotAnArticle, NoText, TooLarge, Withdrawn
from transforms.extract import robots, sniff
from transforms.extract.blocked import refuse_blocked, refuse_read
from transforms.extract.body import text_of
from transforms.extract.charset import markup_of
from transforms.extract.clock import at_home
from transforms.extract.dateline import Line, dated, dateline, lines_under
from transforms.extract.language import language_of
from transforms.extract.linked import drop_linked_data
from transforms.extract.metadata import MAX_SECTION, Said, authors_origin, read_metadata
from transforms.extract.notice import notice_in
from transforms.extract.paywall import drop_hidden, is_teaser, shown
from transforms.extract.plain import calm, clean, single_line
from transforms.extract.prose import size
from transforms.extract.prune import prune
from transforms.records import Article, Ending, Entry, Page
from transforms.urls import absolute, normalise

EXTRACTOR = f"trafilatura {importlib.metadata.version('trafilatura')}"
MAX_MARKUP = 10_000_000  # code points
MAX_ELEMENTS = 60_000  # of 395 real pages the median has 800, the largest 4,100; time grows with them
MAX_TEXT = 400_000  # code points
MAX_TITLE, MAX_SUMMARY, MAX_AUTHOR, MAX_AUTHORS = 500, 2_000, 200, 20
_LEAST_KEPT = 0.4  # of the prose in its paragraphs, that a page's text holds
_NUMBERS = re.compile(r"\d+")
_LATEST = "2100-12-31"  # where the page's age is not known; htmldate would else ask the clock


def extract_article(page: Page, entry: Entry | None) -> Article:
    """Reads the article on a page.

    Args:
      page: The page as it was served.
      entry: The feed's entry; its summary is preferred, the rest of it fills in for what the page lacks.

    Raises:
      Blocked: Something else in its place: a challenge, a demand for consent or a log-in, an error; or nothing, but a
        paywall.
      NotAnArticle: Another media type, or the site's front page in the article's place.
      Withdrawn: A notice that the article was withdrawn, in its place.
      NoText: No text was found.
      TooLarge: The markup is larger than can be read.
    """
    other = sniff.other_than_page(page.content_type, page.body)
    if other is not None:
        raise NotAnArticle(page.url, other)
    if _is_front(page.url) and not _is_front(page.requested):
        raise NotAnArticle(page.url, "redirected to the front page")
    markup = markup_of(page.body, page.charset)
    entry = entry or Entry()
    article = read_markup(markup, page.url, page.fetched[:10] or None, page.requested, entry.title)
    notice = notice_in(article.title, article.text)
    if notice is not None:
        raise Withdrawn(page.url, f"notice: {notice}")
    return _with_entry(article, entry, robots.directives(page.robots))


def article_or_failure(page: Page, entry: Entry | None) -> Article | Ending | Blocked:
    """As `article_or_ending`, but something else in the page's place is told as the error that it is to a fetch."""
    try:
        return extract_article(page, entry)
    except Blocked as error:
        return error
    except Exception as error:  # one page must never end the job, whatever a library makes of it
        return _ending(error)


def article_or_ending(page: Page, entry: Entry | None) -> Article | Ending:
    """As `extract_article`, with what goes wrong as data; nothing is raised."""
    got = article_or_failure(page, entry)
    return _ending(got) if isinstance(got, Blocked) else got


def _ending(error: Exception) -> Ending:
    if not isinstance(error, ItemError):
        return Ending(outcome="no-text", step="extract", reason=f"unexpected {type(error).__name__}: {error}"[:300])
    notice = isinstance(error, Withdrawn)
    return Ending(outcome=error.outcome, step="extract", reason=error.reason, notice=notice)


def read_markup(markup: str, url: str, fetched: str | None = None, requested: str = "", headline: str = "") -> Article:
    """Reads the article in a page's markup.

    Args:
      markup: The page.
      url: Its address; may be empty.
      fetched: ISO date on which the page was so; no date after it is believed.
      requested: The address asked for, if it is known.
      headline: What the feed calls the article, if it is known.

    Raises:
      Blocked: Something else stands in the article's place.
      NoText: No text was found.
      TooLarge: The markup is larger than can be read.
    """
    if len(markup) > MAX_MARKUP:
        raise TooLarge(url, f"{len(markup)} characters of markup")
    tree = load_html(clean(markup))
    if tree is None:
        raise NoText(url, "the page is no HTML")
    elements = sum(1 for _ in tree.iter())
    if elements > MAX_ELEMENTS:
        raise TooLarge(url, f"{elements} elements")
    said = read_metadata(tree, url)
    if not said.article:
        refuse_blocked(tree, markup, url, requested, headline)
    known = _known(tree, url, fetched)
    authors = _authors(known.get("author") or ";".join(said.authors))
    named = authors_origin(said.bylines, authors)
    if said.access == "paywalled":
        drop_linked_data(tree)
        drop_hidden(tree)
    under = lines_under(tree, (said.title, *said.headlines))
    published, day_from = _published(said, under, known.get("date"), fetched, url)
    published = at_home(published, under, markup) if published else None
    names = (*said.headlines, *authors)
    held = prune(tree, said.headlines, said.description, url, said.live)
    text, place = _text(tree, url, names, said.body), "page"
    if size(text) < _LEAST_KEPT * held:  # a rule was wrong here: the page is read as it came
        whole = load_html(clean(markup))
        if said.access == "paywalled":
            drop_linked_data(whole)
            drop_hidden(whole)
        other = _text(whole, url, names, said.body)
        text, place = (other, "page unpruned") if len(other) > len(text) else (text, place)
    if not text and said.access == "paywalled":
        raise Blocked(url, "all of it is behind a paywall", retriable=False)
    if not text:
        raise NoText(url, "no text found on the page")
    refuse_read(text, url)
    access = said.access
    if access == "unknown" and is_teaser(text):
        access = shown(load_html(clean(markup)), text)  # as it came: what asks for a subscription may be taken off
    canonical = absolute(url, said.canonical) if said.canonical else None
    title = single_line(said.title or known.get("title") or "", MAX_TITLE)
    modified, language = _not_after(said.modified, fetched), language_of(said.language, text)
    return Article(
        url=url,
        canonical=normalise(canonical) if canonical else None,
        title=title,
        text=text,
        summary=single_line(said.description, MAX_SUMMARY),
        authors=authors,
        published=published,
        modified=modified,
        language=language,
        paywalled=access == "paywalled",
        access=access,
        robots=said.robots,
        extractor=EXTRACTOR,
        section=single_line(said.section, MAX_SECTION),
        image=said.image,
        origins=replace(
            said.origins,
            title=said.origins.title or ("page" if title else ""),
            text=place,
            authors=named,
            published=day_from,
            modified=said.origins.modified if modified else "",
            language=said.origins.language if language == said.language else "text" if language else "",
            access=said.origins.access or ("" if access == "unknown" else "shown"),
        ),
    )


def _published(
    said: Said, under: Sequence[Line], known: str | None, fetched: str | None, url: str
) -> tuple[str | None, str]:
    """The date of publication, and where it stands: never today's for want of one."""
    latest = fetched or _LATEST
    if found := _not_after(said.published, fetched):
        return found, said.origins.published
    if found := dated(under, latest):
        return found, "time element"
    if known:
        return known, "address" if known.replace("-", "") in "".join(_NUMBERS.findall(url)) else "page"
    found = dateline(under, latest, said.language)
    return found, "dateline" if found else ""


def _text(tree: lxml.html.HtmlElement, url: str, names: Sequence[str], body: str) -> str:
    return calm(clean(text_of(tree, url, names, body)).strip()[:MAX_TEXT]).rstrip()


def _known(tree: lxml.html.HtmlElement, url: str, fetched: str | None) -> dict[str, Any]:
    """trafilatura's metadata; ``date`` only where the page states one: its search in the text is off."""
    dating = {"original_date": True, "extensive_search": False, "max_date": fetched or _LATEST}
    found = extract_metadata(tree, default_url=url or None, date_config=dating, extensive=False)
    return {name: getattr(found, name, None) for name in ("title", "author", "date")} if found else {}


def _authors(names: str | None) -> tuple[str, ...]:
    single = (single_line(one, MAX_AUTHOR) for one in (names or "").split(";"))
    return tuple(dict.fromkeys(one for one in single if one))[:MAX_AUTHORS]


def _not_after(stated: str | None, fetched: str | None) -> str | None:
    """A date, unless it lies after the day on which the page was there; a day more, for time zones."""
    if stated is None or fetched is None:
        return stated
    return stated if date.fromisoformat(stated[:10]) <= date.fromisoformat(fetched) + timedelta(days=1) else None


def _is_front(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.path in ("", "/") and not parts.query


def _with_entry(article: Article, entry: Entry, header: tuple[str, ...]) -> Article:
    origins = replace(
        article.origins,
        title=article.origins.title or ("feed" if entry.title else ""),
        authors=article.origins.authors or ("feed" if entry.authors else ""),
        published=article.origins.published or ("feed" if entry.appeared else ""),
        language=article.origins.language or ("feed" if entry.language else ""),
    )
    return replace(
        article,
        title=article.title or entry.title,
        summary=entry.summary or article.summary,
        authors=article.authors or entry.authors,
        published=article.published or entry.appeared,
        language=article.language or entry.language,
        robots=tuple(dict.fromkeys((*article.robots, *header))),
        origins=origins,
    )
