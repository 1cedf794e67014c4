"""The feed's own words as an article, for a page that cannot be had."""

from msgspec.structs import replace

from transforms.errors import NoText
from transforms.extract.language import detect
from transforms.records import Article, Entry, Origins

EXTRACTOR = "feed"


def feed_article(entry: Entry, url: str) -> Article:
    """What the feed's entry says, as an article.

    The text is the entry's content; without one it is empty, for the summary stands in its own field and a quote must
    not be found twice.

    Args:
      entry: The entry; its texts are plain and capped already.
      url: The address of the article; names it in the event.

    Raises:
      NoText: The entry has no words of its own.
    """
    if not (entry.title or entry.summary or entry.content):
        raise NoText(url, "the feed gives no words of its own")
    modified = None if "updated-future" in entry.doubts else entry.updated
    language = entry.language or detect("\n".join((entry.title, entry.summary, entry.content)))
    values = {"title": entry.title, "text": entry.content, "authors": entry.authors, "published": entry.appeared}
    values |= {"modified": modified, "language": entry.language}
    origins = Origins(**{name: EXTRACTOR for name, value in values.items() if value})
    if language and not entry.language:
        origins = replace(origins, language="text")
    return Article(
        url=url,
        title=entry.title,
        text=entry.content,
        summary=entry.summary,
        authors=entry.authors,
        published=entry.appeared,
        modified=modified,
        language=language,
        extractor=EXTRACTOR,
        origins=origins,
    )
