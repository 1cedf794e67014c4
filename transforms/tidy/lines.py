"""A text as lines: where each stands, and whether it reads as prose."""

import re
from typing import NamedTuple

from transforms.volatile import is_volatile

_LINE = re.compile(r"[^\n]+")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]】）」』*]*$")
_HAN_END = re.compile(r"[。！？!?…；][\"'”’»)\]】）」』*]*$")
_LONG = 240  # code points: no headline or link has as many
_DATE_WORD = re.compile(
    r"(?:\d{1,4}(?:st|nd|rd|th|º|°)?|\d{1,4}[-/.:]\d{1,2}(?:[-/.:]\d{1,4})?(?:[ap]m|z)?|\d{4}-\d\d-\d\dT[\d:.+z-]+"
    r"|[ap]\.?m\.?|(?:gmt|utc|[ecmp][sd]?t|bst|ist|cest|cet|hkt|sgt|jst|wib|z)(?:[+-]\d{1,4})?|[+-]\d\d:?\d\d"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"
    r"|(?:lune|marte|mercole|giove|vener)d[iì]|sabato|domenica|januar|februar|märz|mai|juni|juli|oktober|dezember"
    r"|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|décembre|enero|febrero|abril|mayo|junio|julio"
    r"|septiembre|octubre|noviembre|diciembre|on|at|of|de|le|il|alle|ore|am|um|uhr|vom|à|h"
    r"|(?:first |last )?(?:published|updated|posted|modified|created|date|dated|issued|filed|edited|pubblicato"
    r"|aggiornato"
    r"|publié|actualizado|publicado|aktualisiert|stand"
    r"|time|updat\w*)|发布|发表|更新|發布|發表|时间|時間|日期|于|於"
    r"|星期[一二三四五六日天]|周[一二三四五六日]"
    r"|\d{2,4}年\d{1,2}月(?:\d{1,2}日?)?|\d{1,2}月\d{1,2}日|\d{1,2}[时時点點](?:\d{1,2}分?)?|上午|下午)[,.:;]?",
    re.IGNORECASE,
)
_GAP = re.compile(r"[\s|/·•,()（）—–:：-]+")
_MARKUP = re.compile(
    r"(?:\\?\[?\\?\[[\w\\ ]{2,20}[= ][^\]]{0,80}\\?\]\]?[,\s]*)+|(?:\[\[[^\]]{1,80}\]\][,\s]*)+|\{\{.{0,80}\}\}"
    r"|!\[[^\]]{0,120}\]\(.{0,300}|[\])]\(?(?:https?:/|/)\S{1,300}|.{0,160}\]\((?:https?:/)?/\S{0,300}"
    r"|<[!/]?[a-z][^>]{0,200}>|(?:https?://|www\.)\S{3,300}|\.[\w-]+ ?\{.{0,200}"
)


class Line(NamedTuple):
    """One line that is not blank: its offsets without the white space around it."""

    start: int
    end: int
    text: str
    prose: bool


def lines_of(text: str) -> list[Line]:
    """The lines of a text that are not blank, in order; a line ends with a line feed."""
    lines = []
    for found in _LINE.finditer(text):
        bare = found[0].strip()
        if bare:
            start = found.start() + found[0].index(bare[0])
            lines.append(Line(start, start + len(bare), bare, is_prose(bare)))
    return lines


def is_prose(line: str) -> bool:
    """True for a sentence or more, also one that is cut off; False for what may be a headline, a label, a link."""
    if len(line) >= _LONG:
        return not is_markup(line)
    han = len(_HAN.findall(line))
    if han * 3 > len(line):
        commas = line.count("，") + line.count("、") + line.count(",")
        whole = bool(_HAN_END.search(line))
        return len(line) >= 15 and (
            whole or line.count("。") > 0 or len(line) >= 60 or (commas > 1 and len(line) >= 40)
        )
    words = len(line.split())
    return words >= 25 or (words >= 6 and bool(_END.search(line)) and not is_markup(line))


def is_date(line: str) -> bool:
    """True for a line that says only when something was published or changed."""
    if len(line) > 100:
        return False
    words = [word for word in _GAP.split(line) if word]
    has_number = any(char.isdigit() for char in line)
    if is_volatile(line):
        return True
    return 2 <= len(words) + line.count("月") <= 18 and has_number and all(map(_DATE_WORD.fullmatch, words))


def is_markup(line: str) -> bool:
    """True for what is left of a link, a placeholder, a picture or a style, and says nothing else."""
    return len(line) <= 600 and _MARKUP.fullmatch(line) is not None
