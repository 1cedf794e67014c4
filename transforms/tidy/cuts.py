"""What is taken out of a text, and what is put in its place: enough to make the raw text again."""

from collections.abc import Iterable

import msgspec


class Cut(msgspec.Struct, frozen=True):
    """One piece of the raw text that the tidied one does not hold.

    Attributes:
      part: ``title`` or ``text``: where it stood.
      start: Its offset there, in code points of the raw text.
      text: What stood there, white space around it included.
      reason: Why it went: ``paywall``, ``links``, ``other-story``, ``glued`` and the like.
      put: What stands in its place, mostly nothing.
    """

    part: str
    start: int
    text: str
    reason: str
    put: str = ""


class Tidied(msgspec.Struct, frozen=True):
    """A title and a text without dirt, and what was cut from both, in the order of the raw text."""

    title: str
    text: str
    cut: tuple[Cut, ...]


def applied(raw: str, cuts: Iterable[Cut]) -> str:
    """A raw part without its cuts.

    Args:
      raw: The title or the text that the cuts count in.
      cuts: Of that part, in order, none reaching into another.
    """
    pieces: list[str] = []
    at = 0
    for cut in cuts:
        pieces += raw[at : cut.start], cut.put
        at = cut.start + len(cut.text)
    return "".join((*pieces, raw[at:]))
