"""``beatwire check --finds``: words, JSON and exit codes."""

import json

import msgspec
import pytest

from connectors.kafka.rows import Row
from connectors.kafka.sink import Sink
from pipelines.cli import main
from pipelines.cli.books import as_json, as_lines
from transforms.cursor import Cursor
from transforms.ledger import Books, Ordinals, Overdue, book

WHOLE = Books(finds=5, ended=3, in_flight=2, late=0, expired=7, strays=0, feeds=(), overdue=())


def test_books_that_are_right_say_so():
    said = list(as_lines(WHOLE))
    assert "finds 5 = ended 3 + in flight 2" == said[0]
    assert "7 outcomes are older than what is kept of their finds: as it should be" in said
    assert "nothing is missing, nothing is late" == said[-1]


def test_what_is_wrong_is_named():
    seen = Ordinals()
    for number in (1, 2, 4, 9):
        seen.add(number)
    late = Overdue(
        "feed", "item", "find", "http://example.org/\x1b[31m", "2026-01-01T00:00:00.000Z", 7200.0, "HTTP 503"
    )
    said = list(as_lines(Books(5, 3, 1, 1, 0, 2, (book("a", 9, seen, 1),), (late,))))
    assert "finds 5 is not ended 3 + in flight 1" == said[0]
    assert "missing: 5 of feed a: numbers 3, 5 to 8" in said
    assert "missing: 2 finds that have an outcome are not on `finds`" in said
    assert "late: 2.0 h  feed  item  http://example.org/�[31m (HTTP 503)" in said


def test_json_says_first_whether_it_is_right():
    assert ["addUp", "right"] == list(as_json(WHOLE))[:2]


@pytest.fixture
def run(kafka_settings, tmp_path, capsys):
    (tmp_path / "beatwire.toml").write_text(
        f'[kafka]\nbootstrap = "{kafka_settings.bootstrap}"\nprefix = "{kafka_settings.prefix}"\npartitions = 3\n'
    )

    def check(*arguments):
        code = main(["check", "--finds", "--config", str(tmp_path / "beatwire.toml"), *arguments])
        return code, capsys.readouterr().out

    return check


def test_the_exit_code_says_whether_all_is_right(run, kafka_settings):
    assert (0, "finds 0 = ended 0 + in flight 0") == (lambda code, said: (code, said.splitlines()[0]))(*run())
    lost = Cursor(feed_id="a", url="u", next_poll="2026-01-01T00:00:00.000Z", found=3)
    sink = Sink(kafka_settings, 30)
    sink.write([Row(kafka_settings.topic("feeds"), b"a", msgspec.json.encode(lost))])
    sink.close()
    code, said = run("--json")
    told = json.loads(said)
    assert (1, False, 3, [[1, 3]]) == (code, told["addUp"], told["missing"], told["feeds"][0]["gaps"])
