"""The text of a pruned page: trafilatura's blocks, without what is none of the article."""

from collections.abc import Iterator, Sequence

import lxml.etree
import trafilatura
from trafilatura.utils import normalize_unicode
from trafilatura.xml import delete_element, xmltotxt

from transforms.extract.agree import agreed
from transforms.extract.prose import Element
from transforms.extract.trim import Block, trim


def text_of(tree: Element, url: str, known: Sequence[str], body: str) -> str:
    """The text by the options that score best on real pages: no comments, precision before recall, tables kept.

    Never with deduplication: it remembers the pages before, and the same page would read differently the next time.

    Args:
      tree: The page, pruned.
      url: Its address; may be empty.
      known: What stands in fields of its own.
      body: What JSON-LD says that the text is, or empty.
    """
    found = trafilatura.bare_extraction(
        tree, url=url or None, include_comments=False, favor_precision=True, deduplicate=False
    )
    if found is None or found.body is None:
        return ""
    pieces = [piece for element in found.body for piece in _pieces(element) if piece[0].text]
    blocks = [block for block, _, _ in pieces]
    if body and (stands := agreed([block.text for block in blocks], body)):
        blocks = [block for block, held in zip(blocks, stands, strict=True) if held]
    kept = {id(block) for block in trim(blocks, known)}
    for block, element, behind in pieces:
        if id(block) in kept:
            continue
        if behind:
            element.tail = None
        elif element.getparent() is not None:
            delete_element(element)
    return str(normalize_unicode(xmltotxt(found.body, False)))


def _pieces(element: lxml.etree._Element) -> Iterator[tuple[Block, lxml.etree._Element, bool]]:
    """An element of the text, and the bare text behind it, which is a paragraph of its own."""
    yield _block(element), element, False
    yield Block(" ".join((element.tail or "").split())), element, True


def _block(element: lxml.etree._Element) -> Block:
    rend = element.get("rend") or ""
    heading = int(rend[1:2]) if element.tag == "head" and rend[1:2].isdecimal() else 4 * (element.tag == "head")
    return Block(
        " ".join("".join(element.itertext()).split()), heading, element.tag in ("list", "table", "quote", "code")
    )
