"""Extract and Tag: from a fetched page to what it says.

    Fetched -> Read -> Tagged

Each is a plain function and a thin PTransform. Both are pure but for the time they note, and return a value or an
ending. The pipeline has the page read where it was fetched, in a process that may fail (`connectors.reading`), so here
that is only passed on.

Where there is no page, or something else in its place, the feed's own words are read in its stead (basis ``feed``),
with the ending beside them. So they are where a page came but says nothing, if a provisional copy went ahead: what was
said of it stays. A page that is gone for sure, or a notice in its place, leaves no words: it takes back what was
published.
"""

import time
from collections.abc import Callable, Iterator

import apache_beam as beam
from msgspec.structs import replace

from transforms import instants
from transforms.errors import NoText
from transforms.extract import article_or_ending
from transforms.extract.feed import feed_article
from transforms.records import Article, Ending, Fetched, Find, Read, Tagged
from transforms.tag import SHIPPED, RuleSet, tag
from transforms.tags import Document
from transforms.urls import normalise


def read(fetched: Fetched) -> Read:
    """The article on a page, or the feed's own words for want of one; a page that nobody has read yet is read here."""
    find, page, article, ending = fetched.find, fetched.page, fetched.article, fetched.ending
    if page is not None and article is None and ending is None:
        got = article_or_ending(page, find.entry)
        article, ending = (got, None) if isinstance(got, Article) else (None, got)
    blocked = ending is not None and ending.outcome == "fetch-failed"
    if article is None and (page is None or blocked or fetched.promised):
        article = _words_of_the_feed(find, ending)
    return Read(
        find=find,
        article=article,
        ending=ending,
        attempts=fetched.attempts,
        fetched=page.fetched if page else None,
        provisional=fetched.provisional,
        promised=fetched.promised,
    )


def _words_of_the_feed(find: Find, ending: Ending | None) -> Article | None:
    if ending is None or ending.gone or ending.notice:
        return None
    try:
        return feed_article(find.entry, normalise(find.entry.link))
    except NoText:
        return None


def tagged(read: Read, now: float, rules: RuleSet = SHIPPED) -> Tagged:
    """Tags what was read.

    Args:
      read: An article, or a find that ends without one; an article beside an ending is the feed's words.
      now: Unix time, noted as ``tagged``.
      rules: What it is tagged by.
    """
    if read.article is None:
        return Tagged(read=read)
    article = read.article
    tags = tag(
        Document(
            title=article.title,
            summary=article.summary,
            text=article.text,
            date=article.published or read.find.entry.appeared or read.find.found,
            language=article.language,
        ),
        rules=rules,
    )
    if read.ending is not None:
        tags = replace(tags, basis="feed")
    return Tagged(read=read, tags=tags, tagged=instants.to_text(now))


class _Tag(beam.DoFn):  # type: ignore[misc]  # Beam's base is untyped
    def __init__(self, rules: RuleSet, now_fn: Callable[[], float] = time.time) -> None:
        self.rules, self.now_fn = rules, now_fn

    def process(self, read: Read) -> Iterator[Tagged]:
        yield tagged(read, self.now_fn(), self.rules)


class Extract(beam.PTransform):  # type: ignore[misc]
    """``PCollection[Fetched]`` to ``PCollection[Read]``, one to one; order and timestamps are kept."""

    def expand(self, fetched: beam.PCollection) -> beam.PCollection:
        return fetched | "Read" >> beam.Map(read).with_output_types(Read)


class Tag(beam.PTransform):  # type: ignore[misc]
    """``PCollection[Read]`` to ``PCollection[Tagged]``, one to one; order and timestamps are kept.

    Args:
      rules: What is tagged by; compiled once per process.
    """

    def __init__(self, rules: RuleSet = SHIPPED) -> None:
        super().__init__()
        self.rules = rules

    def expand(self, articles: beam.PCollection) -> beam.PCollection:
        return articles | "Tagged" >> beam.ParDo(_Tag(self.rules)).with_output_types(Tagged)
