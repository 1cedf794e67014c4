"""Extract and Tag: from a fetched page to what it says.

    Fetched -> Read -> Tagged

Each is a plain function and a thin PTransform. Both are pure but for the time they note, and return a value or an
ending; a page that makes a library fail in a way that nobody foresaw ends as ``no-text`` with that error as its reason,
because one page must never end the job.
"""

import time
from collections.abc import Callable, Iterator

import apache_beam as beam

from transforms import instants
from transforms.errors import ItemError
from transforms.extract import extract_article
from transforms.records import Ending, Fetched, Read, Tagged
from transforms.tag import tag
from transforms.tags import Document


def read(fetched: Fetched) -> Read:
    """Reads the article on a page; passes on a find whose page could not be had."""
    if fetched.page is None:
        return Read(find=fetched.find, ending=fetched.ending, attempts=fetched.attempts)
    article, ending = None, None
    try:
        article = extract_article(fetched.page, fetched.find.entry)
    except ItemError as error:
        ending = Ending(outcome=error.outcome, step="extract", reason=error.reason)
    except Exception as error:
        ending = Ending(outcome="no-text", step="extract", reason=f"unexpected {type(error).__name__}: {error}"[:300])
    return Read(
        find=fetched.find, article=article, ending=ending, attempts=fetched.attempts, fetched=fetched.page.fetched
    )


def tagged(read: Read, now: float) -> Tagged:
    """Tags what was read.

    Args:
      read: An article, or a find that ends without one.
      now: Unix time, noted as ``tagged``.
    """
    if read.article is None:
        return Tagged(read=read)
    article = read.article
    tags = tag(
        Document(
            title=article.title,
            summary=article.summary,
            text=article.text,
            date=article.published or read.find.entry.published or read.find.found,
            language=article.language,
        )
    )
    return Tagged(read=read, tags=tags, tagged=instants.to_text(now))


class _Tag(beam.DoFn):  # type: ignore[misc]  # Beam's base is untyped
    def __init__(self, now_fn: Callable[[], float] = time.time) -> None:
        self.now_fn = now_fn

    def process(self, read: Read) -> Iterator[Tagged]:
        yield tagged(read, self.now_fn())


class Extract(beam.PTransform):  # type: ignore[misc]
    """``PCollection[Fetched]`` to ``PCollection[Read]``, one to one; order and timestamps are kept."""

    def expand(self, fetched: beam.PCollection) -> beam.PCollection:
        return fetched | "Read" >> beam.Map(read).with_output_types(Read)


class Tag(beam.PTransform):  # type: ignore[misc]
    """``PCollection[Read]`` to ``PCollection[Tagged]``, one to one; order and timestamps are kept."""

    def expand(self, articles: beam.PCollection) -> beam.PCollection:
        return articles | "Tagged" >> beam.ParDo(_Tag()).with_output_types(Tagged)
