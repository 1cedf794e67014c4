"""From a page to the article on it.

    bytes -> markup (charset) -> trafilatura -> Article

`article_or_ending` is for the pipeline, `extract_row` for the command that reads JSON lines; both read alike.
`feed_article` makes an article of the feed's words where there is no page.
"""

from transforms.extract.article import EXTRACTOR, article_or_ending, article_or_failure, extract_article
from transforms.extract.feed import feed_article
from transforms.extract.rows import extract_row

__all__ = ["EXTRACTOR", "article_or_ending", "article_or_failure", "extract_article", "extract_row", "feed_article"]
