"""Sentences cut at stops only are those that a reader of each token cuts."""

import pytest
from growth import growth
from hypothesis import given
from hypothesis import strategies as st

from transforms.tag.entries import Grammar
from transforms.tag.rules.data import shipped
from transforms.tag.words.ends import MAX_SENTENCE_TOKENS, spans_of, titled
from transforms.tag.words.tokens import low_tokens, raw_tokens, token

GRAMMARS = {code: language.grammar for code, language in shipped().languages.items()}
MOST = 3.2  # times as long for twice the size
CLOSERS = "\"”’')]»」』）"


def token_by_token(text: str, grammar: Grammar) -> list[list[str]]:
    """The same, slowly: at each token, whether the sentence ended before it."""
    found: list[list[str]] = []
    tokens: list[str] = []
    end = 0
    may_end = wide = False
    for match in token.finditer(text):
        word, gap = match.group(), text[end : match.start()]
        stops = may_end and (gap or wide) and not word[0].islower() and word not in [*CLOSERS, *".!?。！？"]
        if tokens and ("\n" in gap or len(tokens) >= MAX_SENTENCE_TOKENS * grammar.scale or stops):
            found.append(tokens)
            tokens = []
        if word in [*".!?。！？"]:
            before = tokens[-1].lower() if tokens else ""
            wide = word in "。！？"
            may_end = word != "." or not (before in grammar.abbreviations or len(before) == 1)
        elif word not in CLOSERS:
            may_end = word.endswith(".") and word.lower().rstrip(".") not in grammar.abbreviations
        tokens.append(word)
        end = match.end()
    return [*found, tokens] if tokens else found


MARKS = 'Aa.!?。！？"”’)」\n \t\u2028,，—1中'
WORDS = ["U.S.", "v.", "Mr.", "No. 5", "TikTok", "ban ", "İ", "ΑΣ", "K.L.", "e\u0301", "...", "5.6"]
words = st.sampled_from([*MARKS, *WORDS])
texts = st.lists(words, max_size=60).map("".join)


@given(texts, st.sampled_from(sorted(GRAMMARS)))
def test_any_text_is_cut_as_token_by_token(text: str, code: str) -> None:
    spans = list(spans_of(text, GRAMMARS[code]))

    assert token_by_token(text, GRAMMARS[code]) == [span.raw for span in spans]
    assert all(span.raw == raw_tokens(text[span.start : span.end]) for span in spans)
    assert all(not text[span.start].isspace() for span in spans)


@given(st.lists(words, min_size=1, max_size=4).map("".join), st.integers(150, 400))
def test_a_sentence_too_long_is_cut_as_token_by_token(text: str, times: int) -> None:
    grammar = GRAMMARS["en"]

    assert token_by_token(text * times, grammar) == [span.raw for span in spans_of(text * times, grammar)]


@given(texts)
def test_a_headline_is_one_sentence(text: str) -> None:
    spans = list(titled(text, GRAMMARS["en"]))

    assert [raw_tokens(text)] == [span.raw for span in spans] or not text.strip()


@given(texts, st.sampled_from(sorted(GRAMMARS)))
def test_each_token_is_looked_up_by_its_own_lower_case(text: str, code: str) -> None:
    grammar, raw = GRAMMARS[code], raw_tokens(text)

    assert [grammar.same.get(word.lower(), word.lower()) for word in raw] == low_tokens(raw, grammar)


@given(texts.filter(str.isascii))
def test_ascii_has_the_tokens_that_it_has_among_other_text(text: str) -> None:
    assert raw_tokens(text + "\n中") == [*raw_tokens(text), "中"]


@pytest.mark.parametrize(
    "piece", ["a ", ". ", "a. ", "Mr. A ", "U.S.", "中", "\n", "”", ".”", "v. ", "1.5", "! \n", ".\n”"]
)
def test_cutting_takes_time_in_proportion(piece: str) -> None:
    def cut(size: int) -> None:
        for _ in spans_of(piece * size, GRAMMARS["en"]):
            pass

    assert growth(cut, 100_000 // len(piece)) < MOST
