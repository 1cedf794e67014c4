"""Named court cases and legal instruments, as the article writes them."""

import functools
import re

from transforms.tag.decide import Judged, in_lead, line_keys, target_keys
from transforms.tag.entries import Instrument, Language
from transforms.tag.evidence import Proofs, text_of
from transforms.tag.words.reading import Line, Reading
from transforms.tag.words.text import words_of
from transforms.tags import Case

_DOCKET = re.compile(r"\b\d{1,2}:\d{2}-[a-z]{2}-\d{1,6}\b|\b(?:No|Nos)\. \d{2}-\d{1,5}\b")
_JOINS = frozenset({"of", "the", "and", "for", "&", "from", "on", "in", "to", "'", "s", ",", "."})
_INNER = frozenset({"of", "the", "and", "for", "&", "from", "in", "'", "s", "'s"})
_VERSUS = frozenset({"v", "vs", "v."})
_MAX_NAME = 14
_MAX_TITLE = 40  # tokens of a title in 《》; in Chinese each character is one


def _is_name(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit()


def cases_of(line: Line, text: str, abbreviations: frozenset[str]) -> list[tuple[str, str, int, int]]:
    """Court cases of a sentence: caption, docket, and the caption's offsets.

    The caption is the run of names around "v." or "vs.": "U.S. WeChat Users Alliance v. Trump".
    """
    sentence = line.sentence
    low, raw = sentence.low, sentence.raw
    found = []
    for at, word in enumerate(low):
        if word not in ("v", "vs", "v.") or at == 0 or at + 1 >= len(low):
            continue
        first = at
        while first > 0 and at - first < _MAX_NAME:
            before = raw[first - 1]
            if before == "." and first > 1 and low[first - 2] in abbreviations and _is_name(raw[first - 2]):
                first -= 2
            elif _is_name(before) or (low[first - 1] in _INNER and first > 1 and _is_name(raw[first - 2])):
                first -= 1
            else:
                break
        last = at + 2 if at + 1 < len(low) and low[at + 1] == "." else at + 1
        begin = last
        while last < len(low) and last - begin < _MAX_NAME:
            if (_is_name(raw[last]) and not (raw[last][0].isdigit())) or (
                low[last] in _INNER and last + 1 < len(low) and raw[last + 1][0].isupper() and last > begin
            ):
                last += 1
            else:
                break
        while first < at and low[first] in _JOINS:
            first += 1
        if first == at or last == begin:
            continue
        start, end = sentence.span(first, last)
        docket = _DOCKET.search(text, end, min(len(text), end + 60))
        found.append((text[start:end], docket.group() if docket else "", start, end))
    return found


@functools.lru_cache(maxsize=16)
def _firsts(instruments: tuple[Instrument, ...]) -> dict[str, list[tuple[list[str], str, bool]]]:
    """A language's names of instruments by their first word: all words, the rule, and whether a number follows."""
    firsts: dict[str, list[tuple[list[str], str, bool]]] = {}
    for entry in instruments:
        for names, numbered in ((entry.names, False), (entry.numbered, True)):
            for name in names:
                words = words_of(name)
                firsts.setdefault(words[0], []).append((words, f"instrument/{entry.id}", numbered))
    return firsts


@functools.lru_cache(maxsize=16)
def _endings(instruments: tuple[Instrument, ...]) -> tuple[tuple[str, str], ...]:
    """How titles end that are instruments, and the rule."""
    return tuple((ending, f"instrument/{entry.id}") for entry in instruments for ending in entry.titled)


def _titles_of(line: Line, instruments: tuple[Instrument, ...]) -> list[tuple[int, int, str]]:
    """What stands in 《》 and ends as an instrument does."""
    raw, endings = line.sentence.raw, _endings(instruments)
    if not endings or "《" not in raw:
        return []
    found = []
    for at, word in enumerate(raw):
        if word != "《":
            continue
        inside = raw[at + 1 : at + 2 + _MAX_TITLE]
        if "》" in inside:
            last = at + 1 + inside.index("》")
            title = "".join(raw[at + 1 : last])
            found += [(at + 1, last, rule) for ending, rule in endings if title.endswith(ending)][:1]
    return found


def instruments_of(line: Line, instruments: tuple[Instrument, ...]) -> list[tuple[int, int, str]]:
    """Legal instruments of a sentence: first and last token, and the rule."""
    sentence = line.sentence
    low, raw = sentence.low, sentence.raw
    found: list[tuple[int, int, str]] = []
    firsts = _firsts(instruments)
    begun = [] if firsts.keys().isdisjoint(raw) else [(at, word) for at, word in enumerate(raw) if word in firsts]
    for at, word in begun:
        for want, rule, numbered in firsts[word]:
            last = at + len(want)
            if raw[at:last] != want:
                continue
            if not numbered:
                found.append((at, last, rule))
            elif last < len(raw) and raw[last][0].isdigit():
                last += 1
                while last + 1 < len(raw) and raw[last] == "-" and raw[last + 1][0].isdigit():
                    last += 2  # "Executive Order 2022-10"
                found.append((at, last, rule))
    found += _titles_of(line, instruments)
    for at, word in enumerate(raw) if "Act" in raw else ():
        if word != "Act" or at == 0 or not _is_name(raw[at - 1]):
            continue
        first = at
        while first > 0 and at - first < _MAX_NAME:
            before = raw[first - 1]
            if (before[0].isupper() and low[first - 1] not in ("the", "a", "an", "under")) or (
                low[first - 1] in ("from", "and", "of", "for", "in", "on", "to")
                and first > 1
                and raw[first - 2][0].isupper()
            ):
                first -= 1
            else:
                break
        last = at + 1
        if low[last : last + 1] == ["of"] and last + 1 < len(low) and low[last + 1].isdigit():
            last += 2
        if at - first >= 2:
            found.append((first, last, "instrument/act"))
    kept: list[tuple[int, int, str]] = []
    for span in sorted(found, key=lambda s: (s[0] - s[1], s[0])):
        if not any(a < span[1] and span[0] < b for a, b, _ in kept):
            kept.append(span)
    return sorted(kept)


def legal_of(
    group: list[Judged], number: int, main: bool, reading: Reading, language: Language, proofs: Proofs
) -> tuple[tuple[str, ...], Case | None]:
    """The instruments and the court case of one action, with their proofs.

    Args:
      group: The action's measures, the weightiest first.
      number: Its index.
      main: Is it what the article is about? Only that has a case, and instruments of sentences that lack its measures.
      reading: The article.
      language: Its rules.
      proofs: Where evidence goes.

    Returns:
      At most four instruments as written, and the case if one is named.
    """
    own = {id(judged.candidate.line) for judged in group}
    keys = target_keys(group[0].candidate)
    first_text = reading.first_text
    instruments: list[str] = []
    case: Case | None = None
    for line in reading.lines:
        sentence = line.sentence
        told = instruments_of(line, language.instruments)
        # Beside the measure, or what the main one falls on, or in the lead: "under the Investment Canada Act".
        if told and (id(line) in own or (main and (in_lead(line, first_text) or line_keys(line) & keys))):
            text = text_of(reading.document, sentence.part)
            for first, last, rule in told:
                start, end = sentence.span(first, last)
                if text[start:end] not in instruments and len(instruments) < 4:
                    instruments.append(text[start:end])
                    proofs.tokens(f"instruments:{text[start:end]}", number, line, first, last, rule)
        if case is None and main and not _VERSUS.isdisjoint(sentence.low):
            text = text_of(reading.document, sentence.part)
            for caption, docket, _, _ in cases_of(line, text, language.grammar.abbreviations):
                lower = caption.lower()
                known = any(key.replace("-", " ") in lower for key in keys if not key.startswith("good:"))
                if docket or known:
                    case = Case(caption=caption, docket=docket)
                    break
    return tuple(instruments), case
