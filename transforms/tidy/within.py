"""Furniture within a paragraph: last sentences that are no article, and a label that ran into the first."""

import re
from collections.abc import Iterator

from transforms.tidy.cuts import Cut
from transforms.tidy.lines import is_prose
from transforms.tidy.page import Page
from transforms.tidy.phrases import phrase_of

_REACH = 400  # code points at the end of a paragraph that are looked at
_SHORTEST = 20  # code points of a paragraph with more than one sentence
_MOST = 4  # sentences of it
_BREAK = re.compile(
    r"(?<=[.!?…])[\"'”’»)\]]?[ \t\u00a0]+(?=\S)|(?<=[。！？])(?=[^\s”」』）])"
    r"|[ \t\u00a0]+(?=[\[(](?:Read|See|Also|Watch))"
)
_LABEL = re.compile(r"(?:ADVERTISEMENT|Advertisement|PUBBLICITÀ|PUBLICIDAD|ANZEIGE|【?(?:广告|廣告)】)[:：]?\s+(?=\S)")
_REASONS = frozenset({"newsletter", "paywall", "read-more", "share", "app", "comments", "copyright", "advertisement"})
_NOT_HAN = frozenset({"app", "copyright"})  # a sentence in Chinese that speaks of codes and rights is worded alike


def within(page: Page) -> Iterator[Cut]:
    """The cuts within the paragraphs that stay; never a whole paragraph."""
    for at, line in enumerate(page.lines):
        if not page.kept(at) or len(line.text) < _SHORTEST:
            continue
        label = _LABEL.match(line.text[:40])
        if label:
            yield Cut("text", line.start, label[0], "advertisement")
        yield from _last(line.text, line.start, label.end() if label else 0)


def _last(text: str, start: int, label: int) -> list[Cut]:
    """The last sentences of a paragraph that are furniture, each by itself, with the space before it."""
    begin = max(label, len(text) - _REACH)
    breaks = [(begin + found.start(), begin + found.end()) for found in _BREAK.finditer(text[begin:])]
    cuts: list[Cut] = []
    end = len(text)
    for before, after in reversed(breaks[-_MOST:]):
        before = after - len(text[before:after]) + len(text[before:after].rstrip())  # a closing quote stays
        sentence = text[after:end].strip()
        phrase = phrase_of(sentence) or phrase_of(sentence.rstrip(".!"))
        reasons = _REASONS - _NOT_HAN if "\u3400" <= text[end - 2 : end - 1] <= "\u9fff" else _REASONS
        if not phrase or phrase.reason not in reasons or phrase.edges:
            break
        cuts.insert(0, Cut("text", start + before, text[before:end], phrase.reason))
        end = before
    return cuts if is_prose(text[:end]) else []
