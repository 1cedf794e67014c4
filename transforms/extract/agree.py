"""What a page's own JSON-LD says of which words are its article."""

from collections.abc import Sequence

from transforms.extract.plain import plain
from transforms.titles import fold

_LEAST = 250  # letters; a shorter body is an abstract
_AGREED = 0.7  # share of the text's letters that must stand in the body, before it judges the rest
_BACK = 2_000  # letters of the body before the last find that are searched as well
_AHEAD = 20_000  # letters of the body that one piece is looked for in
_PART = 40  # letters at either end of a piece that are enough: in between, body and page may be marked up differently
_TAIL = 0.1  # share of the text's letters that may follow what the body holds; with more, the body is cut short
MOST_BODY, _MOST_BLOCKS = 200_000, 1_000


def agreed(texts: Sequence[str], body: str) -> list[bool] | None:
    """Which pieces of a text stand in the body that the page states; None where the two do not agree well enough.

    Args:
      texts: The text's pieces, in their order.
      body: schema.org's ``articleBody``; HTML or plain.
    """
    whole = fold(plain(body, MOST_BODY))
    if len(whole) < _LEAST or len(texts) > _MOST_BLOCKS:
        return None
    folded = [fold(one) for one in texts]
    total = sum(map(len, folded))
    stands, at = [], 0
    for piece in folded:
        found = _find(whole, piece, max(0, at - _BACK))
        stands.append(found >= 0)
        at = max(found, at)
    held = sum(len(piece) for piece, held in zip(folded, stands, strict=True) if held)
    last = max((number for number, held in enumerate(stands) if held), default=-1)
    behind = sum(map(len, folded[last + 1 :]))
    if not total or held < _AGREED * total or behind > _TAIL * total:
        return None
    return stands


def _find(whole: str, piece: str, start: int) -> int:
    if not piece:
        return -1
    end = start + len(piece) + _AHEAD
    return max(whole.find(piece[:_PART], start, end), whole.find(piece[-_PART:], start, end))
