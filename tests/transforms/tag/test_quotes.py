"""A quote is read alone: it says who acts and on what, where any sentence of the article does."""

import pytest

from transforms.tag import tag
from transforms.tags import Document, Tags

WORDS = ("one", "two", "three", "four", "five")


def tagged(title: str, text: str = "", date: str | None = "2025-01-17") -> Tags:
    return tag(Document(title=title, text=text, date=date))


def quotes(tags: Tags, supports: str) -> list[str]:
    return [one.quote for one in tags.evidence if one.supports == supports]


@pytest.mark.parametrize("supports", ["apps:TikTok", "jurisdictions:IN", "measures:ban"])
def test_a_name_is_quoted_with_what_is_done(supports: str) -> None:
    assert ["India bans TikTok"] == quotes(tagged("Shares fall, India bans TikTok"), supports)


def test_a_headline_without_a_doer_yields_to_a_sentence_that_names_one() -> None:
    tags = tagged("TikTok ban begins today", "The government of India banned TikTok on Friday. Users were surprised.")

    for supports in ("apps:TikTok", "jurisdictions:IN", "measures:ban"):
        assert ["The government of India banned TikTok on Friday"] == quotes(tags, supports)


def test_what_another_government_did_proves_nothing() -> None:
    text = "The company had no comment. The government of Nepal banned TikTok on Monday."
    tags = tagged("India bans TikTok", text)

    assert ["India bans TikTok"] == quotes(tags, "apps:TikTok")
    assert ["India bans TikTok"] == quotes(tags, "measures:ban")


def test_a_place_where_something_is_done_does_not_act() -> None:
    text = "TikTok's US operations will be sold to investors. President Donald Trump ordered the sale of TikTok."
    tags = tagged("TikTok's US operations to be sold to avoid ban", text)

    assert ["President Donald Trump ordered the sale of TikTok"] == quotes(tags, "jurisdictions:US")


def test_a_sale_proves_no_ban_where_a_sentence_tells_that_it_is_forced() -> None:
    text = "Trump praised the TikTok deal with Oracle. Trump has ordered that TikTok be sold or be banned in the US."
    tags = tagged("TikTok deal with Oracle is very close, Trump says", text)

    assert ["Trump has ordered that TikTok be sold or be banned in the US."] == quotes(tags, "topics:app-ban")


def test_a_ban_is_proved_by_that_word_rather_than_by_a_deadline() -> None:
    text = "Trump set a deadline for ByteDance to sell TikTok. Trump said he would ban TikTok if it was not sold."
    tags = tagged("Trump will not extend the TikTok deadline", text)

    assert ["Trump said he would ban TikTok if it was not sold"] == quotes(tags, "measures:ban")


def test_the_headline_is_quoted_beside_three_sentences() -> None:
    text = "India banned TikTok. " + " ".join(
        f"The Indian government has banned TikTok for reason {word}." for word in WORDS
    )
    tags = tagged("India bans TikTok", text)

    assert 4 == len(quotes(tags, "topics:app-ban"))
    assert "India bans TikTok" == quotes(tags, "topics:app-ban")[-1]


def test_that_it_is_still_to_come_is_shown_by_a_sentence_that_says_so() -> None:
    tags = tagged(
        "US bans Huawei equipment", "The FCC ordered carriers to stop buying Huawei equipment. It was no surprise."
    )

    assert ("announced", "pending") == (tags.stage, tags.status)
    assert ["The FCC ordered carriers to stop buying Huawei equipment"] == quotes(tags, "status:pending")


@pytest.mark.parametrize(
    ("title", "quote"),
    [
        ("US bans Musical.ly and TikTok: report", "US bans Musical.ly and TikTok"),
        (
            "FCC bans Huawei gear from its $1.9 billion fund, sources say",
            "FCC bans Huawei gear from its $1.9 billion fund",
        ),
        (
            "Regulator FCC (in Washington) bans Huawei gear; shares fall",
            "Regulator FCC (in Washington) bans Huawei gear",
        ),
        ("美国禁止销售中兴、海康威视等监控设备，股价下跌", "美国禁止销售中兴、海康威视等监控设备"),
    ],
)
def test_a_clause_ends_at_no_mark_within_a_name_a_number_or_a_list(title: str, quote: str) -> None:
    assert quote in {one.quote for one in tagged(title).evidence if one.supports.startswith("measures:")}


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The TikTok ban takes effect on Jan. 19, the court said.", "takes effect on Jan. 19"),
        ("On Jan. 19 the TikTok ban takes effect, the court said.", "Jan. 19 the TikTok ban takes effect"),
        ("Users wait, and on Friday the US banned TikTok, sources said.", "Friday the US banned TikTok"),
    ],
)
def test_a_date_is_quoted_with_the_words_of_its_role(text: str, quote: str) -> None:
    assert quote in [date.quote for date in tagged("US bans TikTok", text).dates]


def test_a_date_far_from_the_words_of_its_role_is_quoted_alone() -> None:
    far = " ".join(["and its many partners"] * 12)
    text = f"On Friday the US {far} banned TikTok."

    assert {"Friday"} >= {date.quote for date in tagged("US bans TikTok", text).dates}
