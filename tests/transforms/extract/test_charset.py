"""From bytes to markup, whatever is declared."""

import pytest

from transforms.extract.charset import markup_of

WORDS = {
    "gb2312": "法院今天中止了对该应用的禁令，政府表示将提出上诉。",
    "gbk": "法院今天中止了对该应用的禁令，政府表示将提出上诉。",
    "big5": "法院今天中止了對該應用程式的禁令，政府表示將提出上訴。",
    "shift_jis": "裁判所はアプリの禁止を差し止め、政府は控訴すると述べた。",
    "euc-jp": "裁判所はアプリの禁止を差し止め、政府は控訴すると述べた。",
    "iso-2022-jp": "裁判所はアプリの禁止を差し止め、政府は控訴すると述べた。",
    "euc-kr": "법원은 앱 금지를 중단했고 정부는 항소하겠다고 밝혔다.",
    "windows-1251": "Суд приостановил запрет приложения, власти обжалуют.",
    "koi8-r": "Суд приостановил запрет приложения, власти обжалуют.",
    "windows-1250": "Sąd zawiesił zakaz, rząd się odwoła. Žádný krok.",
    "windows-1256": "أوقفت المحكمة حظر التطبيق وقالت الحكومة إنها ستستأنف.",
    "windows-1255": "בית המשפט עצר את האיסור והממשלה תערער.",
    "tis-620": "ศาลสั่งระงับการแบนแอป รัฐบาลจะอุทธรณ์",
    "iso-8859-9": "Mahkeme uygulama yasağını durdurdu, hükümet itiraz edeceğini söyledi.",
}


def body(words, encoding, declared=None):
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{meta}<title>x</title></head><body><p>{words * 8}</p></body></html>".encode(encoding)


@pytest.mark.parametrize("label", WORDS)
@pytest.mark.parametrize("where", ["header", "meta"])
def test_a_declared_encoding_counts_in_the_header_and_in_the_page(label, where):
    said = (label, None) if where == "header" else (None, label)
    assert WORDS[label] in markup_of(body(WORDS[label], label, said[1]), said[0])


def test_the_header_goes_before_the_page():
    assert WORDS["koi8-r"] in markup_of(body(WORDS["koi8-r"], "koi8-r", "windows-1251"), "koi8-r")


@pytest.mark.parametrize("label", ["windows-1251", "gb2312", "euc-kr"])
def test_latin_1_for_all_pages_of_a_server_goes_behind_what_a_page_says(label):
    words = WORDS.get(label) or {"gb2312": "法院暂停禁令", "euc-kr": "법원이 금지를 중단했다"}[label]
    assert words in markup_of(body(words, label, label), "ISO-8859-1")


def test_latin_1_stands_where_the_page_names_an_encoding_that_cannot_read_it():
    assert "Café “x” é" in markup_of(body("Café “x” é", "cp1252", "shift_jis"), "iso-8859-1")


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_goes_before_both(mark):
    text = markup_of(body("Café", mark, "windows-1251"), "iso-8859-1")
    assert (True, True) == ("Café" in text, text.startswith("<html>"))


def test_latin_1_is_windows_1252():
    assert "“quoted” – 5 €" in markup_of(body("“quoted” – 5 €", "cp1252", "iso-8859-1"), None)


def test_gb2312_has_the_characters_of_its_successors():
    assert "朱镕基與株式會社" in markup_of(body("朱镕基與株式會社", "gbk", "gb2312"), None)


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1251", "shift_jis", "utf-16", "nonsense", "hex"])
def test_utf_8_is_utf_8_whatever_is_declared(declared):
    assert "Café" in markup_of(body("Café", "utf-8", declared), declared)


@pytest.mark.parametrize("label", ["utf-16", "utf-16le", "unicode", "utf-16be"])
def test_utf_16_that_has_no_nul_is_a_lie(label):
    assert "<p>Plain" in markup_of(body("Plain", "ascii", label), label)


def test_utf_16_without_a_mark_is_read_as_declared():
    assert "<p>Café" in markup_of(body("Café", "utf-16-le"), "utf-16le")


@pytest.mark.parametrize("label", ["hex", "rot13", "zlib", "idna", "utf-7", "unicode_escape", "\0", "x" * 500, ""])
def test_a_label_that_names_no_encoding_counts_as_none(label):
    assert WORDS["windows-1251"] in markup_of(body(WORDS["windows-1251"], "windows-1251"), label)


def test_what_the_declared_encoding_cannot_read_is_read_as_the_one_it_looks_like():
    assert WORDS["windows-1251"] in markup_of(body(WORDS["windows-1251"], "windows-1251", "utf-8"), None)


def test_a_page_of_utf_8_with_a_stray_byte_loses_neither():
    mixed = body("“Žluťoučký kůň”, řekl soud.", "utf-8").replace(b"</p>", b" caf\xe9 \x93x\x94</p>")
    text = markup_of(mixed, "iso-8859-2")
    assert (True, True) == ("Žluťoučký kůň" in text, "café “x”" in text)


@pytest.mark.parametrize("label", ["x-mac-cyrillic", "iso-8859-8-i"])
def test_labels_of_the_standard_that_libraries_lack_are_known(label):
    words, codec = ("Суд", "mac-cyrillic") if "mac" in label else ("בית", "iso8859-8")
    assert words in markup_of(body(words, codec, label), None)


@pytest.mark.parametrize("raw", [b"", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", bytes(range(256)) * 50, b"\x80" * 4000])
def test_no_bytes_fail(raw):
    assert isinstance(markup_of(raw, "gb2312"), str)
