"""Twenty texts with dirt, invented: each line says whether it stays, or for what reason it goes.

given: the title of the row, if it has one
title: the title that must come out
REASON | a line that goes           (nothing before the bar: it stays)
glued  | as it stands => repaired
"""

from pathlib import Path

import pytest

from transforms.tidy import applied, tidy

TEXTS = sorted((Path(__file__).parent / "dirty").glob("*.txt"))


def read(path):
    heads, lines = {"given": "", "title": ""}, []
    for line in path.read_text("utf-8").splitlines():
        head, _, value = line.partition(":")
        if head in heads and "|" not in head:
            heads[head] = value.strip()
        else:
            reason, _, text = line.partition(" | ")
            lines.append((reason.strip(), text))
    return heads, lines


def test_there_are_twenty():
    assert 20 == len(TEXTS)


@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["lines", "paragraphs"])
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_what_is_dirt_goes_for_its_reason_and_all_else_stays(path, between):
    heads, lines = read(path)
    raw = between.join(text.partition(" => ")[0] for _, text in lines)
    got = tidy(heads["given"], raw)
    expected = [
        text.partition(" => ")[2] if reason == "glued" else text for reason, text in lines if reason in ("", "glued")
    ]
    assert expected == [line for line in got.text.splitlines() if line]
    assert heads["title"] == got.title
    gone = [
        (cut.reason, line)
        for cut in got.cut
        for line in cut.text.splitlines()
        if line and cut.part == "text" and not cut.put
    ]
    assert [line for line in lines if line[0] not in ("", "glued")] == gone
    assert got.text == applied(raw, [cut for cut in got.cut if cut.part == "text"])
