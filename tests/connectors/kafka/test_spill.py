"""Dead letters on the disk."""

import os
import stat

import pytest

from connectors.kafka import spill
from connectors.kafka.rows import Row
from connectors.kafka.spill import Spill
from transforms.errors import KafkaMisconfigured

NOW = 1769850240.0  # 2026-01-31T09:04:00Z
ROW = Row("beatwire.dead-letters.v1", b"k\xff", b"\x00value", (("ce_id", b"1"), ("bw_topic", b"t\xfe")))
BARE = Row("beatwire.dead-letters.v1", None, b"")


def kept(folder):
    return [one.row for one in spill.read(folder)]


def test_bytes_come_back_as_they_were(tmp_path):
    Spill(tmp_path / "spill", now_fn=lambda: NOW).keep([ROW, BARE], "no room")
    assert [ROW, BARE] == kept(tmp_path / "spill")
    (first, second) = spill.read(tmp_path / "spill")
    assert (1, 2, "2026-01-31T09:04:00.000Z", None) == (first.line, second.line, first.at, first.replayed)


def test_a_process_has_one_file_and_says_its_path_once(tmp_path, caplog):
    one = Spill(tmp_path)
    one.keep([ROW], "no room")
    one.keep([ROW], "no room")
    (path,) = tmp_path.iterdir()
    assert [f"dead letters are refused (no room); they are kept in {path}"] == [r.getMessage() for r in caplog.records]
    assert str(os.getpid()) in path.name


def test_what_would_not_fit_is_an_error_that_says_what_to_do_and_what_is_there_stays(tmp_path):
    one = Spill(tmp_path, limit=400)
    one.keep([ROW], "no right")
    with pytest.raises(KafkaMisconfigured, match=r"refused \(no right\) and .* is full: .* replay what is there"):
        one.keep([ROW, ROW], "no right")
    assert [ROW] == kept(tmp_path)


def test_the_bound_is_that_of_the_folder_and_not_of_each_process(tmp_path):
    Spill(tmp_path, limit=400).keep([ROW], "x")
    with pytest.raises(KafkaMisconfigured, match="is full"):
        Spill(tmp_path, limit=400).keep([ROW, ROW], "x")


def test_a_folder_that_cannot_be_made_is_an_error_with_its_cause(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(KafkaMisconfigured, match=r"cannot be kept in .* either: .*Not a directory"):
        Spill(tmp_path / "file" / "spill").keep([ROW], "x")


def test_a_line_that_a_crash_cut_short_is_passed_over_and_the_next_stands_alone(tmp_path):
    one = Spill(tmp_path)
    one.keep([ROW, ROW], "x")
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-40])
    one.keep([BARE], "x")
    assert [ROW, BARE] == kept(tmp_path)


def test_what_was_replayed_is_marked(tmp_path):
    Spill(tmp_path).keep([ROW, BARE], "x")
    (path,) = tmp_path.iterdir()
    spill.mark(tmp_path, path.name, 2, "2026-02-01T00:00:00.000Z")
    assert [None, "2026-02-01T00:00:00.000Z"] == [one.replayed for one in spill.read(tmp_path)]


def test_no_folder_holds_nothing(tmp_path):
    assert [] == kept(tmp_path / "nowhere")


def test_strange_lines_are_passed_over(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'[]\n{}\nno json\n{"at": "x", "topic": "t", "key": "?", "value": 1}\n')
    assert [] == kept(tmp_path)


def test_others_of_the_machine_may_not_read_it(tmp_path):
    Spill(tmp_path / "spill").keep([ROW], "x")
    (path,) = (tmp_path / "spill").iterdir()
    assert 0 == stat.S_IMODE(path.stat().st_mode) & 0o077
