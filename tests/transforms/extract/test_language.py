"""The language of a page, by its own word and by its text."""

import pytest

from transforms.extract.language import detect, language_of

GERMAN = "Das Gericht hat das Verbot der App ausgesetzt, und die Regierung will dagegen Beschwerde einlegen. " * 3
THAI = "ศาลสั่งระงับการแบนแอป และรัฐบาลกล่าวว่าจะอุทธรณ์คำสั่งดังกล่าวต่อศาลสูงในสัปดาห์หน้า " * 2
NORWEGIAN = "Retten har stanset forbudet mot appen, og regjeringen sier at den vil anke avgjørelsen neste uke. " * 3


@pytest.mark.parametrize(
    ("stated", "text", "language"),
    [
        (None, GERMAN, "de"),
        ("de-AT", GERMAN, "de-AT"),
        ("en", GERMAN, "de"),
        ("en-US", THAI, "th"),
        ("en", GERMAN[:90], "en"),
        ("en", "", "en"),
        (None, "", None),
        ("nb-NO", NORWEGIAN, "nb-NO"),
        ("da", NORWEGIAN, "da"),
        ("de-DE", "Dolor ipsam et est cumque. Laboriosam sed delectus rerum sint qui natus tenetur. " * 4, "de-DE"),
        ("en", "2026 2025 2024 " * 40, "en"),
    ],
    ids=lambda one: str(one)[:12],
)
def test_a_page_is_believed_unless_its_text_is_plainly_in_another_language(stated, text, language):
    assert language == language_of(stated, text)


def test_a_short_text_tells_less_than_a_long_one():
    assert (None, "de") == (detect(GERMAN, enough=10_000), detect(GERMAN))
