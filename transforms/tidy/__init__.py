"""Text that carries the dirt of its page: cut and repaired, and nothing vanishes unsaid.

title, text --> furniture by its wording, lists of links, above and below the story, other stories, glued words
            --> title, text, and every cut with its reason and what was put in its place
"""

from transforms.tidy.cuts import Cut, Tidied, applied
from transforms.tidy.glued import glued
from transforms.tidy.head import behead
from transforms.tidy.page import Page
from transforms.tidy.shift import unglue
from transforms.tidy.tail import behind, unlist
from transforms.tidy.within import within

__all__ = ["Cut", "Tidied", "applied", "tidy"]


def tidy(title: str, text: str, url: str = "") -> Tidied:
    """Takes the dirt out of a text.

    Args:
      title: The headline, perhaps with the name of the site; empty when it is not known: then it is looked for above
        the story.
      text: One paragraph a line; blank lines mean nothing.
      url: The page's address, where it is known.

    Returns:
      The title, the text and what was cut, in the order of the raw text: put back, it gives the raw text again. A text
      without a single paragraph of prose loses only what is furniture by its wording.
    """
    page = Page(text)
    unlist(page)
    headline = behead(page, title, url)
    unglue(page, headline)
    behind(page)
    cuts = _apart([*page.cuts(), *within(page), *glued(page, headline)])
    return Tidied(headline, applied(text, cuts), (*_site(title, headline), *cuts))


def _apart(cuts: list[Cut]) -> list[Cut]:
    """Cuts in order, without those that begin within another: a repair in a sentence that goes."""
    apart: list[Cut] = []
    for cut in sorted(cuts, key=lambda one: one.start):
        if not apart or cut.start >= apart[-1].start + len(apart[-1].text):
            apart.append(cut)
    return apart


def _site(raw: str, headline: str) -> list[Cut]:
    """What the given title lost: all that stood around the headline."""
    start = raw.find(headline)
    pieces = ((0, raw[:start]), (start + len(headline), raw[start + len(headline) :])) if raw and start >= 0 else ()
    return [Cut("title", at, text, "site") for at, text in pieces if text]
