"""What a sentence of one article holds.

Names that are also common words ("X", "Signal", "Line") are dropped here unless the article holds one of the words that
their entry asks for.
"""

import functools

from transforms.tag.entries import App, Company, Grammar
from transforms.tag.words.lexicon import Found, Lexicon, Mention, measure_of
from transforms.tag.words.text import Sentence
from transforms.tag.words.tokens import words_of

_SURE_NAME = 4
"""Letters from which a Latin name is taken at its word in a text of another script."""


@functools.lru_cache(maxsize=4096)
def _lower(phrase: str) -> frozenset[str]:
    return frozenset(word.lower() for word in words_of(phrase))


class Finder:
    """Looks sentences of one article up.

    Args:
      lexicon: The terms of its language.
      grammar: How the language is written.
      words: All words of the article.
    """

    def __init__(self, lexicon: Lexicon, grammar: Grammar, words: set[str]) -> None:
        self._lexicon = lexicon
        self._grammar = grammar
        self._words = words
        self._trusted: dict[str, bool] = {}

    def may_measure(self, sentence: Sentence) -> bool:
        """May a sentence hold a measure?"""
        return self._lexicon.begins_measure(sentence.low)

    def may_hold(self, name: str, sentence: Sentence) -> bool:
        """May it hold a word of a class?"""
        return self._lexicon.begins_class(name, sentence.low)

    def find(self, sentence: Sentence) -> Found:
        """Names, measures and classes of a sentence."""
        found = self._lexicon.find(sentence)
        for name in found.names:
            if self._needs(name):
                return self._without_doubtful(found)
        return found

    def _needs(self, name: Mention) -> tuple[str, ...]:
        entry = name.entry
        if not isinstance(entry, App | Company) or not entry.needs:
            return ()
        # Among Chinese or Cyrillic letters "Discord" and "Signal" are no common words; "X" and "Max" may be anything.
        return () if self._grammar.script != "latin" and len(entry.name) >= _SURE_NAME else entry.needs

    def _without_doubtful(self, found: Found) -> Found:
        kept = []
        trusted = self._trusted
        objects = {m.last for m in found.measures if _falls_on_services(m)}
        passives = {m.first for m in found.measures if _falls_on_services(m) and m.form in ("past", "participle")}
        for name in found.names:
            needs = self._needs(name)
            if needs and name.kind == "app" and (name.first in objects or name.last in passives):
                # "Pakistan bans X": what stands right behind the verb is named as a service.
                kept.append(name)
                continue
            if needs:
                key = f"{name.kind}/{name.entry.id}"
                if key not in trusted:
                    trusted[key] = any(self._words.issuperset(_lower(need)) for need in needs)
                if not trusted[key]:
                    continue
            kept.append(name)
        return found.only(kept)


def _falls_on_services(measure: Mention) -> bool:
    rule = measure_of(measure)
    return rule.measure in ("ban", "block") and measure.form != "noun" and not rule.needs
