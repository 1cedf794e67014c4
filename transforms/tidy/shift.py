"""Where a text leaves its story for another one that was glued on.

Stories share names and words with themselves. A paragraph that shares hardly any with all before it, and that begins
the way stories begin (below an end, a headline or a date; with a dateline or a kicker), begins another one. What
follows belongs to that one until a paragraph speaks of the first again. After Hearst, TextTiling (1997), but against
the whole story and not the neighbouring paragraphs, and never without a sign.
"""

import re
from collections import Counter
from typing import NamedTuple

from transforms.tidy.lines import is_date
from transforms.tidy.page import Page, is_headline, stems
from transforms.tidy.words import Terms, terms

_END = frozenset({"credit", "source", "copyright", "comments"})  # an article is over
_BOX = frozenset({"links", "read-more", "share", "newsletter", "paywall", "app", "navigation"})  # or goes on behind it
_DATELINE = re.compile(
    r"(?:[A-Z]{2}[A-Z .'’-]{1,30}(?:,? [A-Z][\w.]{1,15}){0,3}(?:,? \d{1,2}(?: [A-Z][a-z]{2,8})?)? ?"
    r"(?:\([\w .&/-]{2,30}\) ?[—–:-]| ?[—–:]| --? )"
    r"|\([A-Z][\w .&/-]{1,30}\) ?[—–-]"
    r"|[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+)?(?:, [A-Z][\w.]+)?,? (?:\d{1,2} )?"
    r"(?:[A-Z][a-z]{2,8}\.?)(?: \d{1,2})?(?:, \d{4})? \([\w .&/-]{2,30}\) ?[—–:-]"
    r"|[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2} \((?:AP|AFP|Reuters|Bloomberg|ANSA|dpa|Xinhua|PTI)\) ?[—–-]"
    r"|[【（(]?[\u3400-\u9fff]{2,12}(?:\d{1,2}月)?\d{1,2}日(?:电|電|讯|訊|消息|报道|報道|報導)"
    r"|[【\[（(][^】\])）]{1,16}(?:讯|訊|电|電|报道|報導|消息)[】\])）])"
)
_KICKER = re.compile(r"[A-Z][A-Z0-9 '’&-]{5,40}: ")
_PARTS = re.compile("；|;.*;")
_WHOLE = re.compile(r"[.!?…。！？:：][\"'”’»)\]】）」』*]*$")
_JUDGED = 6, 15  # words that a paragraph must have to be judged; pairs of Han characters
_LEAST = 2  # paragraphs of the first story
_FOCUS = 3  # paragraphs that say what a story is about
_NAMES = 0.34  # most of a strange paragraph's names that the story has
_BACK = 0.34  # share of a paragraph's words that the story has: it is of the story again
_MOSTLY, _NEARLY_ALL = 0.6, 0.9  # share of the paragraphs that must be strange, with and without a sign
_SETTLED = 5  # paragraphs that a story must have for another to be seen without a sign
_ODD = 0.1  # most of its paragraphs that may themselves look strange: an essay wanders


class Sign(NamedTuple):
    """That another story may begin.

    Attributes:
      line: Where.
      familiar: Most of the first paragraph's words that the first story may have; of Han pairs.
      names: Most of its names.
    """

    line: int
    familiar: tuple[float, float]
    names: float
    bare: bool = False


_SURE = (0.2, 0.08), _NAMES  # below an end, or with the form of a beginning
_UNSURE = (0.1, 0.04), 0.0  # below what stands within articles as well


class _Story:
    """What was said in the first story so far, and how: paragraphs cut off, with datelines, below subheads."""

    def __init__(self, title: str):
        about = terms(title)
        self.names, self.words = set(about.names), set(about.words)
        self.title = about.words if _is_han(about) else frozenset[str]()
        self.focus: set[str] = set(about.names)
        self.seen, self.subheads, self.odd = 0, 0, 0
        self.broken, self.starts = 0, 0

    def add(self, spoken: Terms, line: str) -> None:
        """A paragraph is of the story."""
        self.broken += not _is_whole(line)
        self.starts += bool(self.seen) and _has_start(line)
        self.odd += self.seen >= _LEAST and self.is_strange(spoken, *_SURE)
        self.names.update(spoken.names)
        self.words.update(spoken.words)
        if self.seen < _FOCUS:
            self.focus.update(spoken.names)
        self.seen += 1

    def is_strange(self, spoken: Terms, familiar: tuple[float, float], names: float) -> bool:
        """True if a paragraph shares hardly anything with the story."""
        han = _is_han(spoken)
        if len(spoken.words) + (0 if han else len(spoken.names)) < _JUDGED[han] or spoken.names & self.focus:
            return False
        if len(spoken.words & self.title) > 1 or (not names and not han and len(spoken.names) < 2):
            return False
        known = len(spoken.names & self.names) <= names * len(spoken.names)
        return known and len(spoken.words & self.words) <= familiar[han] * len(spoken.words)

    def is_own(self, spoken: Terms, names: int) -> bool:
        """True if a paragraph speaks of the story: has so many of its first names, or a third of its words."""
        if len(spoken.names & self.focus) >= names:
            return True
        known = len(spoken.words & self.words)
        return len(spoken.words) >= _JUDGED[_is_han(spoken)] and known >= _BACK * len(spoken.words)


def unglue(page: Page, title: str) -> None:
    """Marks other stories below the first.

    Args:
      page: Its lines, with lists and furniture marked; marks are added.
      title: The headline, or empty.
    """
    story = page.story()
    if _PARTS.search(title):  # a digest says in its title that it holds several
        return
    told = _Story(title)
    sign: Sign | None = None
    others: list[Terms] = []  # paragraphs since the sign
    for place, at in enumerate(story):
        spoken = terms(page.lines[at].text)
        last = story[place - 1] if place else -1
        if sign and told.is_own(spoken, 1 if sign.names == 0 else 2):
            boxed = sign.line and page.why[sign.line - 1] in {"links", "read-more"}
            if (
                boxed
                and not _is_han(spoken)
                and all(told.is_strange(one, *_SURE) or not _is_judged(one) for one in others)
            ):
                page.mark(range(sign.line, last + 1), "other-story")
            sign = None
        if (not sign or sign.bare) and told.seen >= _LEAST:
            better = _sign(page, last, at, spoken, told, story[place + 1 : place + 2])
            if better and not (sign and better.bare):
                sign, others = better, []
        if sign:
            others.append(spoken)
        else:
            told.add(spoken, page.lines[at].text)
            told.subheads += sum(map(page.kept, range(last + 1, at)))
    if sign and _is_another(sign, others, told):
        page.mark(range(sign.line, len(page.lines)), "other-story")


def _is_another(sign: Sign, others: list[Terms], told: _Story) -> bool:
    """True if what follows, to the end of the text, is mostly strange; without a sign also long, and of one piece."""
    judged = [one for one in others if _is_judged(one)]
    strange = [one for one in judged if told.is_strange(one, *_SURE)]
    if not sign.bare:
        return len(strange) >= _MOSTLY * len(judged)
    recurring = Counter(name for one in others for name in one.names if name not in told.names)
    if len(others) > 1.5 * told.seen:
        return False
    return len(strange) >= max(3, _NEARLY_ALL * len(judged)) and max(recurring.values(), default=0) >= 2


def _sign(page: Page, last: int, at: int, spoken: Terms, told: _Story, following: list[int]) -> Sign | None:
    """The sign that another story begins with the paragraph ``at``, if there is one and the paragraph is strange."""
    between = range(last + 1, at)
    line = page.lines[at].text
    above = at  # the first of the lines right above that stay, the paragraph itself without any
    while above - 1 > last and page.kept(above - 1):
        above -= 1
    marks = {page.why[one] for one in between}
    ended = bool(marks & _END) or (above - 1 > last and _is_bare_list(page, above - 1))
    if last >= 0 and page.lines[above - 1].text.endswith((":", "：")):
        return None
    both = all(not _is_whole(page.lines[one].text) for one in (at, *following))
    broken = len(line) > 150 and both and bool(following) and not told.broken
    begins = (_has_start(line) and not told.starts) or broken
    heading = at - 1 if above < at and _is_heading(page.lines[at - 1].text, line, told) else at
    if ended or begins or (heading < at and told.seen >= _FOCUS and not told.subheads):
        sign = Sign(above if ended else heading, *_SURE)
    elif told.seen >= _FOCUS and marks & (_BOX if not _is_han(spoken) else {"links"}):
        sign = Sign(above, *_UNSURE)
    elif told.seen >= _SETTLED and len(spoken.names) >= 3 and told.odd <= _ODD * told.seen and not _is_han(spoken):
        sign = Sign(at, *_UNSURE, bare=True)
    else:
        return None
    return sign if told.is_strange(spoken, sign.familiar, sign.names) else None


def _is_heading(head: str, line: str, told: _Story) -> bool:
    """True if a line above a paragraph is its headline and not one of the story, or a date."""
    if is_date(head):
        return True
    words = stems(head)
    strange = words - {name[:6] for name in told.names} - told.words
    if any("\u3400" <= word[0] <= "\u9fff" for word in words):  # pairs of characters: a subhead shares as few
        return False
    return is_headline(head) and len(words & stems(line)) >= 2 and len(strange) >= 0.7 * len(words)


def _is_whole(line: str) -> bool:
    return _WHOLE.search(line[-8:]) is not None


def _has_start(line: str) -> bool:
    """True for a paragraph that begins with a dateline or a kicker."""
    return bool(_DATELINE.match(line[:120]) or _KICKER.match(line[:60]))


def _is_bare_list(page: Page, at: int) -> bool:
    """True for the heading of a list of links below which no link stands."""
    phrase = page.phrases[at]
    return phrase is not None and phrase.list


def _is_judged(spoken: Terms) -> bool:
    han = _is_han(spoken)
    return len(spoken.words) + (0 if han else len(spoken.names)) >= _JUDGED[han]


def _is_han(spoken: Terms) -> bool:
    return sum("\u3400" <= word[0] <= "\u9fff" for word in spoken.words) * 2 > len(spoken.words)
