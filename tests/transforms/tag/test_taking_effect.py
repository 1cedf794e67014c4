"""Announced or in force: what is said of a measure's taking effect, beside it or in a later sentence."""

import pytest

from transforms.tag import tag
from transforms.tags import Document

HEADLINES = [
    # --- in force
    ("US ban on WeChat took effect on Sunday", "in-force"),
    ("US ban on WeChat takes effect immediately", "in-force"),
    ("US ban on WeChat enters into force on publication", "in-force"),
    ("US ban on WeChat entered into force at midnight", "in-force"),
    ("US ban on WeChat is now in force", "in-force"),
    ("Commerce Department orders ban on WeChat, effective immediately", "in-force"),
    ("China bans exports of gallium to US with immediate effect", "in-force"),
    ("With immediate effect, US bans chip exports to China", "in-force"),
    # --- not yet
    ("US ban on WeChat takes effect in March", "announced"),
    ("US ban on WeChat will take effect in March", "announced"),
    ("US ban on WeChat would take effect in March", "announced"),
    ("US ban on WeChat is due to come into force in March", "announced"),
    ("US ban on WeChat has yet to take effect", "announced"),
    ("US ban on WeChat has not taken effect", "announced"),
    ("US ban on WeChat is not in force", "announced"),
    ("US ban on WeChat will be effective immediately on signature", "announced"),
    ("China bans exports of gallium to US", "announced"),
    ("China to ban exports of gallium to US with immediate effect", "announced"),
    ("India considers ban on WeChat with immediate effect", "threatened"),
    # --- stores that carry out what a government told them
    ("Google removes Telegram from its app store in Vietnam after government order", "in-force"),
    ("Apple and Google have removed Telegram from app stores in Vietnam on government order", "in-force"),
    ("Vietnam orders Apple and Google to remove Telegram from app stores", "announced"),
    ("Apple to remove Telegram from app stores in Vietnam on government order", "announced"),
    ("Apple will remove Telegram from app stores in Vietnam on government order", "announced"),
    ("Vietnam wants Apple to pull Telegram from its app store", "threatened"),
]


@pytest.mark.parametrize(("headline", "stage"), HEADLINES)
def test_a_headline_tells_what_is_in_force_from_what_is_to_come(headline: str, stage: str) -> None:
    assert stage == tag(Document(title=headline, date="2026-03-12", language="en")).stage


def article(sentence: str, title: str = "Commerce Department announces ban on WeChat") -> Document:
    lead = "Officials in Washington spoke about WeChat on Tuesday, and its owner said nothing."
    return Document(title=title, text=f"{lead}\n{sentence}", date="2026-03-12", language="en")


TAKEN = [
    "The order took effect immediately.",
    "The ban has taken effect.",
    "The rule takes effect on publication in the Federal Register.",
    "The additions came into force at midnight.",
    "The order to app stores went into effect at noon.",
    "The order, effective immediately, covers all stores.",
    "The measure is now in force.",
    "The department said these rules are in effect.",
]


@pytest.mark.parametrize("sentence", TAKEN)
def test_a_later_sentence_says_that_what_was_announced_is_in_force(sentence: str) -> None:
    tags = tag(article(sentence))

    assert ("in-force", "in-force") == (tags.stage, tags.status)


NOT_TAKEN = [
    "The rule takes effect in 30 days.",
    "The order will take effect in March.",
    "The order would take effect at once.",
    "The order has not taken effect.",
    "The order would have taken effect on Sunday.",
    "The changes have yet to come into force.",
    "The measure is not in force.",
    "Users complained before the order took effect.",
    "If the order takes effect immediately, users will go elsewhere.",
    # --- not of this measure
    "An order against TikTok took effect immediately.",
    "The order against TikTok took effect immediately.",
    "The order took effect in 2019.",
    # --- other words of the same verbs
    "The order took users by surprise.",
    "The rule comes as a surprise.",
]


@pytest.mark.parametrize("sentence", NOT_TAKEN)
def test_a_later_sentence_that_says_less_changes_nothing(sentence: str) -> None:
    assert ("announced", "pending") == ((tags := tag(article(sentence))).stage, tags.status)


def test_the_first_of_two_later_sentences_decides() -> None:
    assert "announced" == tag(article("The order will take effect in May. The order took effect immediately.")).stage


def test_far_below_the_lead_nothing_is_taken_for_the_main_measure() -> None:
    between = " ".join(["Analysts filled a paragraph."] * 8)

    assert "announced" == tag(article(f"{between} The order took effect immediately.")).stage


def test_what_is_more_than_announced_keeps_its_stage() -> None:
    assert "halted" == tag(article("The order took effect immediately.", "Judge blocks US ban on WeChat")).stage


def test_the_later_sentence_is_the_proof() -> None:
    tags = tag(article("The order took effect immediately."))
    proofs = [proof for proof in tags.evidence if proof.supports in ("stage:in-force", "status:in-force")]

    assert [("text", "The order took effect immediately", "followup/took-effect")] * 2 == [
        (proof.part, proof.quote, proof.rule) for proof in proofs
    ]
