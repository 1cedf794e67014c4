"""Blocks of a text that are none of its article: what leads in to it, what follows it, what speaks to the reader."""

import functools
import re
import tomllib
from collections.abc import Callable, Sequence
from importlib import resources

import msgspec

from transforms.titles import fold

_LONGEST_ASIDE = 300  # code points
_REPORT = 900  # bytes of UTF-8 of prose for each heading, some 150 words of English
_MARK = r"\s*(?:[:：>»…|▶►→]|$)"


class Block(msgspec.Struct, frozen=True):
    """A paragraph, heading or list of a text.

    Attributes:
      text: Its words, as they come out.
      heading: Its level (2 for ``h2``), or 0 where it is none.
      listing: Whether it is a list or a table.
    """

    text: str
    heading: int = 0
    listing: bool = False


def trim(blocks: Sequence[Block], known: Sequence[str]) -> list[Block]:
    """The blocks that are the article.

    Args:
      blocks: Of the text, in their order.
      known: What stands in fields of its own: headline, authors, the names of the site.
    """
    names = {fold(one) for one in known} - {""}
    kept = [block for block in blocks if not _aside(block)]
    kept = _without_empty_headings(kept)
    return _without_crossheads(_from_the_first(_to_the_last(kept, names), names))


def _aside(block: Block) -> bool:
    if len(block.text) > _LONGEST_ASIDE or block.listing:
        return False
    pointers, invitations, _ = _patterns()
    return bool(pointers(block.text) or invitations(block.text))


def _to_the_last(blocks: list[Block], names: set[str]) -> list[Block]:
    """Without what stands behind the last sentence: headings, names, agencies, rights."""
    end = len(blocks)
    while end and (blocks[end - 1].heading or fold(blocks[end - 1].text) in names or _closes(blocks[end - 1])):
        end -= 1
    return blocks[:end]


def _closes(block: Block) -> bool:
    closings = _patterns()[2]
    return len(block.text) <= _LONGEST_ASIDE and not block.listing and bool(closings(block.text))


def _from_the_first(blocks: list[Block], names: set[str]) -> list[Block]:
    """Without what stands before the first sentence and has a field of its own."""
    begin = next((number for number, block in enumerate(blocks) if fold(block.text) not in names), len(blocks))
    return blocks[begin:]


def _without_empty_headings(blocks: list[Block]) -> list[Block]:
    """Without headings that nothing stands under: what they led to is gone."""
    kept: list[Block] = []
    for block in reversed(blocks):
        if block.heading and (not kept or 0 < kept[-1].heading <= block.heading):
            continue
        kept.append(block)
    return kept[::-1]


def _without_crossheads(blocks: list[Block]) -> list[Block]:
    """A report without its crossheads: it reads on without them, and what they say its sentences say.

    In a guide or a list headings carry the content; there they come more often, and stay.
    """
    headings = sum(block.heading > 0 for block in blocks)
    prose = sum(
        len(block.text.encode("utf-8", "ignore")) for block in blocks if not block.heading and not block.listing
    )
    return [block for block in blocks if not block.heading] if prose >= _REPORT * headings else blocks


Match = Callable[[str], "re.Match[str] | None"]


@functools.cache
def _patterns() -> tuple[Match, Match, Match]:
    text = (resources.files("transforms.extract") / "asides" / "words.toml").read_text("utf-8")
    words = tomllib.loads(text)
    pointers = re.compile(rf"\W*(?:{'|'.join(words['pointers'].values())}){_MARK}", re.IGNORECASE)
    invitations = re.compile(rf"\W*(?:{'|'.join(words['invitations'].values())})", re.IGNORECASE)
    closings = re.compile(rf"\W*(?:{'|'.join(words['closings'].values())})", re.IGNORECASE)
    return pointers.match, invitations.match, closings.match
