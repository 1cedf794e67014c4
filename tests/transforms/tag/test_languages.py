"""How languages differ: no spaces, traditional characters, word order, stems, scripts, dates."""

import pytest

from transforms.tag import tag
from transforms.tag.engine import shipped_packs
from transforms.tag.rules.data import shipped
from transforms.tag.words.text import script_of, sentences
from transforms.tags import Document


def names(language: str, text: str) -> list[str]:
    (sentence,) = sentences(Document(title=text), shipped().languages[language].grammar)
    return [f"{name.kind}/{name.entry.id}" for name in shipped_packs()[language].lexicon.find(sentence).names]


def test_chinese_sentences_end_without_a_space() -> None:
    found = sentences(Document(text="禁令生效。法院驳回。“不。”他说。"), shipped().languages["zh"].grammar)

    assert ["禁令生效。", "法院驳回。", "“不。”", "他说。"] == ["".join(sentence.raw) for sentence in found]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "微信", ["app/wechat"]),
        ("zh", "臉書與華為", ["app/facebook", "company/huawei"]),
        ("zh", "美国商务部", ["body/us-commerce"]),
        ("zh", "印度尼西亚", ["place/id"]),
        ("zh", "应用商店", []),
        ("it", "il Garante per la privacy", ["body/garante"]),
        ("it", "russi e Russia", ["place/ru", "place/ru"]),
        ("ru", "в Роскомнадзоре", ["body/rkn"]),
        ("ru", "Телеграма", ["app/telegram"]),
        ("ru", "Индивидуальный", []),
        ("pl", "w Indonezji", ["place/id"]),
        ("pl", "Indiana", []),
    ],
)
def test_the_longest_name_is_found_in_each_script(language: str, text: str, expected: list[str]) -> None:
    assert expected == names(language, text)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (Document(title="India bans TikTok"), "latin"),
        (Document(title="印度禁止 TikTok"), "han"),
        (Document(title="印度禁止 TikTok", text="ÐŸÑ€Ð¸Ð²ÐµÑ‚ " * 50), "han"),
        (Document(title="インドが TikTok を禁止", text="インドの政府は禁止すると発表した。"), "latin"),
        (Document(title="Индия запретила TikTok"), "cyrillic"),
        (Document(), "latin"),
    ],
)
def test_a_script_is_told_by_its_letters(document: Document, expected: str) -> None:
    assert expected == script_of(document)


def test_traditional_characters_read_as_simplified_ones_and_are_quoted_as_written() -> None:
    tags = tag(Document(title="俄羅斯封鎖臉書"))

    assert ("Facebook",) == tags.apps
    assert {"俄羅斯封鎖臉書"} == {span.quote for span in tags.evidence if span.supports == "apps:Facebook"}


def test_a_quote_of_one_character_is_widened() -> None:
    tags = tag(Document(title="巴西最高法院下令封锁X平台"))

    assert all(len(span.quote) > 1 for span in tags.evidence)


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("美国封禁TikTok", "美国宣布，禁令将于2025年1月19日生效。", {("2025-01-19", "effective")}),
        ("美国封禁TikTok", "美国宣布，禁令将于 1 月 19 日生效。", {("2025-01-19", "effective")}),
        ("美国封禁TikTok", "该禁令将在9日举行听证会。", {("2025-01-09", "hearing")}),
        ("L'Albania vieta TikTok", "Il divieto entra in vigore il 13 marzo 2025.", {("2025-03-13", "effective")}),
        ("Албания запретила TikTok", "Запрет вступит в силу 13 марта 2025 года.", {("2025-03-13", "effective")}),
    ],
)
def test_dates_are_read_as_their_language_writes_them(title: str, text: str, expected: set[tuple[str, str]]) -> None:
    tags = tag(Document(title=title, text=text, date="2025-01-10"))

    assert expected == {(date.date, date.role) for date in tags.dates}


def test_the_subdivision_comes_with_its_country() -> None:
    tags = tag(Document(title="得克萨斯州禁止政府设备使用DeepSeek"))

    assert ("US", "US-TX") == tags.jurisdictions
    assert {"jurisdictions:US", "jurisdictions:US-TX"} <= {span.supports for span in tags.evidence}


def test_a_paper_need_not_name_its_own_country() -> None:
    assert ("IT",) == tag(Document(title="Il governo vieta TikTok ai minori")).jurisdictions
    assert () == tag(Document(title="Government bans TikTok for minors")).jurisdictions
