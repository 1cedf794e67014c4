"""Dates beside actions, court cases, legal instruments."""

import pytest

from transforms.tag import tag
from transforms.tags import Document

DATES = [
    ("India will ban TikTok from March 3.", "2025-02-26", ("2025-03-03", "day", "effective")),
    ("India will ban TikTok by March 3, 2026.", "2025-02-26", ("2026-03-03", "day", "deadline")),
    ("The India ban on TikTok takes effect on 12 November.", "2025-10-26", ("2025-11-12", "day", "effective")),
    ("The Indian government has until Nov. 12 to ban TikTok.", "2025-10-26", ("2025-11-12", "day", "deadline")),
    ("India will ban TikTok, effective January 2026.", "2025-10-26", ("2026-01", "month", "effective")),
    ("India announced a ban on TikTok on Tuesday.", "2025-02-26", ("2025-02-25", "day", "announced")),
    ("India announced a ban on TikTok yesterday.", "2025-02-26", ("2025-02-25", "day", "announced")),
    ("The TikTok ban in India expires on Sunday unless it is extended.", "2025-02-26", ("2025-03-02", "day", "expiry")),
    (
        "A court in India will hold a hearing on the TikTok ban on March 5.",
        "2025-02-26",
        ("2025-03-05", "day", "hearing"),
    ),
    ("India announced a ban on TikTok on Dec. 30.", "2025-01-02", ("2024-12-30", "day", "announced")),
]


@pytest.mark.parametrize(("sentence", "today", "expected"), DATES)
def test_a_date_is_resolved_with_precision_and_role(sentence: str, today: str, expected: tuple[str, str, str]) -> None:
    tags = tag(Document(title="India bans TikTok", text=sentence, date=today, language="en"))

    assert expected in [(date.date, date.precision, date.role) for date in tags.dates]


@pytest.mark.parametrize(
    "sentence",
    [
        "India bans TikTok, which may be seen as harsh.",
        "India bans TikTok in a march for safety.",
        "India announced the ban on TikTok on February 30.",
        "India banned TikTok in June 2019.",
    ],
)
def test_what_is_no_date_of_the_action_is_left_out(sentence: str) -> None:
    tags = tag(Document(title="India bans TikTok", text=sentence, date="2025-02-26", language="en"))

    assert () == tags.dates


def test_without_the_articles_date_only_full_dates_are_read() -> None:
    text = "India announced a ban on TikTok on Tuesday. India will ban TikTok by March 3, 2026."
    tags = tag(Document(title="India bans TikTok", text=text, language="en"))

    assert ["2026-03-03"] == [date.date for date in tags.dates]


def test_companies_announcements_are_no_dates_of_the_measure() -> None:
    text = "India bans TikTok, and Oracle announced on Monday that it would leave."
    tags = tag(Document(title="India bans TikTok", text=text, date="2025-02-26", language="en"))

    assert () == tags.dates


CASES = [
    ("The case is TikTok v. Garland, No. 24-656.", "TikTok v. Garland", "No. 24-656"),
    ("The case is TikTok Inc. v. Trump, 1:20-cv-02658, in Washington.", "TikTok Inc. v. Trump", "1:20-cv-02658"),
    (
        "The case is Users of TikTok v. State of Montana, 9:23-cv-56.",
        "Users of TikTok v. State of Montana",
        "9:23-cv-56",
    ),
]


@pytest.mark.parametrize(("sentence", "caption", "docket"), CASES)
def test_a_case_is_given_with_caption_and_docket(sentence: str, caption: str, docket: str) -> None:
    tags = tag(Document(title="Judge blocks US ban on TikTok", text=sentence, language="en"))

    assert [(caption, docket)] == [(case.caption, case.docket) for case in tags.cases]


def test_a_case_about_somebody_else_is_left_out() -> None:
    text = "A judge blocked the US ban on TikTok. Earlier rulings include Smith v. Jones."

    assert () == tag(Document(title="Judge blocks US ban on TikTok", text=text, language="en")).cases


INSTRUMENTS = [
    ("Executive Order 13942 bans TikTok in the US.", "Executive Order 13942"),
    ("Congress passed the No TikTok on Government Devices Act to ban TikTok.", "No TikTok on Government Devices Act"),
    ("The US banned TikTok under the Secure Apps Act of 2023.", "Secure Apps Act of 2023"),
    ("The US banned TikTok, invoking IEEPA.", "IEEPA"),
    ("South Dakota banned TikTok in the US by Executive Order 2022-10.", "Executive Order 2022-10"),
    ("The decision on TikTok came under the Foreign Apps Act.", "Foreign Apps Act"),
]


@pytest.mark.parametrize(("sentence", "instrument"), INSTRUMENTS)
def test_an_instrument_is_given_as_written(sentence: str, instrument: str) -> None:
    tags = tag(Document(title="US bans TikTok", text=sentence, language="en"))

    assert (instrument,) == tags.instruments


TITLES = [
    ("《网络安全法》", "网络安全法"),
    ("《反外國制裁條例》", "反外國制裁條例"),
    ("《Foreign Investments Act》", "Foreign Investments Act"),
]


@pytest.mark.parametrize(("title", "instrument"), TITLES)
def test_a_title_is_an_instrument_by_how_it_ends(title: str, instrument: str) -> None:
    tags = tag(Document(title="加拿大禁止TikTok", text=f"这一决定是根据{title}做出的，TikTok将关闭。"))

    assert (instrument,) == tags.instruments


@pytest.mark.parametrize("title", ["《人民日报》", "《" + "很" * 60 + "法》", "《没有写完的法", "《》"])
def test_other_titles_and_those_that_never_end_are_none(title: str) -> None:
    assert () == tag(Document(title="加拿大禁止TikTok", text=f"据{title}报道，加拿大政府禁止TikTok。")).instruments


def test_a_law_that_is_told_of_far_from_the_measure_is_left_out() -> None:
    filler = " ".join(f"The company opened office {number} on Monday." for number in range(40))
    text = f"The US banned TikTok. {filler} Farmers welcomed the Rural Water Act."

    assert () == tag(Document(title="US bans TikTok", text=text, language="en")).instruments
