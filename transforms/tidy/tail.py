"""Lists of links, and what stands below a story."""

import re

from transforms.tidy.lines import is_date
from transforms.tidy.page import Page, is_headline, stems
from transforms.tidy.phrases import is_age, phrase_of
from transforms.tidy.words import Terms, either, terms

_LIST = 3  # headlines in a row that no story has
_AGES = 2  # "3 hours ago" beside lines: a list of news
_BOX = frozenset({"newsletter", "paywall", "share", "comments", "links", "app", "read-more", "copyright"})
_READER = re.compile(r"\b(?:you|your|us|our|tu|tuo|tua|ti|vi|noi|nostr[aoie])\b", re.IGNORECASE)
_BLURBS = 20  # of them below a story
_BLURB = 300  # code points of a paragraph that speaks to the reader


def unlist(page: Page) -> None:
    """Marks lists of links wherever they stand: below their heading, and lines with ages beside them."""
    at, count = 0, len(page.lines)
    while at < count:
        phrase = page.phrases[at]
        end = at + 1
        if phrase and phrase.list:
            while end < count and not page.lines[end].prose:
                end += 1
            page.mark(range(at, end), "links")
        at = end
    at = 0
    while at < count:
        end = at
        while end < count and not page.lines[end].prose:
            end += 1
        run = range(at, end)
        ages = [one for one in run if is_age(page.lines[one].text)]
        if len(ages) >= _AGES and len(ages) * 4 >= len(run):
            page.mark(run, "links")
        at = end + 1


def behind(page: Page) -> None:
    """Marks what stands below the last paragraph of the story, and lines caught between pieces of furniture."""
    story = page.story()
    if not story:
        return
    known = either([terms(page.lines[at].text) for at in story])
    last = _blurbs(page, story)
    below = range(last + 1, len(page.lines))
    for at in below:
        page.mark_edge(at)
    met = False
    for at in below:
        if page.kept(at) and met and not page.lines[at].prose:
            page.why[at] = "below"
        met = met or not page.kept(at)
    _headlines(page, last, known)
    for at in range(1, last):
        line = page.lines[at]
        if page.kept(at) and not line.prose and {page.why[at - 1], page.why[at + 1]} <= _BOX:
            page.why[at] = page.why[at - 1]


def _blurbs(page: Page, story: list[int]) -> int:
    """Marks last paragraphs that speak to the reader amid furniture and of nothing in the story; says which is last."""
    for _ in range(min(_BLURBS, len(story) - 1)):
        at = story[-1]
        text = page.lines[at].text
        phrase = phrase_of(text, edges=True)
        if phrase and phrase.reason == "byline":  # who wrote it, in a sentence
            page.why[at] = "byline"
            story.pop()
            continue
        amid = not page.kept(at - 1) and all(
            not page.kept(one) or not page.lines[one].prose for one in range(at + 1, len(page.lines))
        )
        before = either([terms(page.lines[one].text) for one in story[:-1][-20:]]).names
        if not (amid and len(text) <= _BLURB and _READER.search(text) and not terms(text).names & before):
            break
        page.why[at] = page.why[at - 1]
        story.pop()
    return story[-1]


def _headlines(page: Page, last: int, known: Terms) -> None:
    """Marks headlines in a row below the story that speak of other things."""
    run = [at for at in range(last + 1, len(page.lines)) if page.kept(at)]
    if len(run) < _LIST or page.lines[last].text.endswith((":", "：")):
        return
    of_story = {word[:6] for word in known.names} | known.words
    if not all(is_headline(page.lines[at].text) or is_date(page.lines[at].text) for at in run):
        return
    every = [stems(page.lines[at].text) for at in run]
    shared = sum(len(one & of_story) for one in every)
    if shared <= 0.3 * sum(map(len, every)):
        page.mark(range(run[0], run[-1] + 1), "links")
