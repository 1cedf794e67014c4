"""`tag --jsonl` and `extract --jsonl`: the rows they take and give."""

import gzip
import json

import pytest
from click.testing import CliRunner

from pipelines.cli import beatwire
from pipelines.cli.extract import html_of

TEXT = "A federal judge on Sunday halted the ban of WeChat in the United States, which the White House had ordered."
PAGE = (
    "<!doctype html><html lang='en'><head><title>Judge halts WeChat ban</title></head><body><article>"
    f"<h1>Judge halts WeChat ban</h1><p>{TEXT}</p><p>{'The company had no comment on the ruling. ' * 8}</p>"
    "</article></body></html>"
)


def _run(*arguments: str, rows: list[object] = ()) -> list[dict]:
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    result = CliRunner().invoke(beatwire, [*arguments, "--jobs", "1"], input=text, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return [json.loads(one) for one in result.stdout.splitlines()]


class TestTag:
    def test_a_row_becomes_flat_tags_in_the_names_of_the_events(self):
        row = {
            "id": "a",
            "url": "u",
            "title": "Judge halts WeChat ban",
            "text": TEXT,
            "date": "2020-09-20",
            "lang": "en",
        }
        (got,) = _run("tag", "--jsonl", rows=[row])
        assert ("a", True, "halted", ["WeChat"]) == (got["id"], "app-ban" in got["topics"], got["stage"], got["apps"])
        expected = {"id", "topics", "actions", "apps", "companies", "jurisdictions", "measures", "instruments", "cases"}
        expected |= {"dates", "stage", "status", "evidence", "rulesVersion", "basis", "textHash"}
        assert expected == set(got)

    def test_offsets_hold_in_what_was_given(self):
        row = {"id": 1, "title": "Judge halts WeChat ban", "summary": "🎉 The WeChat ban is halted.", "text": TEXT}
        (got,) = _run("tag", "--jsonl", rows=[row])
        assert got["evidence"]
        quotes = [(one["quote"], row[one["part"]][one["start"] : one["end"]]) for one in got["evidence"]]
        assert [quote for quote, _ in quotes] == [there for _, there in quotes]

    def test_off_the_beat_has_no_topics(self):
        (got,) = _run(
            "tag", "--jsonl", rows=[{"id": 1, "title": "Striker banned from the league", "text": "Football."}]
        )
        assert [] == got["topics"]

    def test_raw_gives_back_what_the_offsets_count_in(self):
        (got,) = _run("tag", "--jsonl", "--raw", rows=[{"id": 1, "title": "T", "text": "  dirt \n"}])
        assert ("T", "  dirt \n", []) == (got["title"], got["text"], got["cut"])

    def test_a_bad_row_does_not_stop_the_others(self):
        rows = [{"id": 1}, "{", {"id": 3, "title": ["x"]}, {"id": 4}]
        got = _run("tag", "--jsonl", rows=rows)
        assert [1, None, 3, 4] == [one["id"] for one in got]
        assert [False, True, True, False] == ["error" in one for one in got]
        assert 'line 3: "title" is list, not text' == got[2]["error"]

    def test_files_may_be_packed(self, tmp_path):
        source, target = tmp_path / "in.jsonl.gz", tmp_path / "out.jsonl.gz"
        source.write_bytes(gzip.compress(b'{"id": 1}\n{"id": 2}\n'))
        assert [] == _run("tag", "--jsonl", "--input", str(source), "--output", str(target))
        assert [1, 2] == [json.loads(one)["id"] for one in gzip.decompress(target.read_bytes()).splitlines()]

    def test_the_input_is_not_overwritten(self, tmp_path):
        path = tmp_path / "rows.jsonl"
        path.write_text('{"id": 1}\n')
        result = CliRunner().invoke(beatwire, ["tag", "--jsonl", "--input", str(path), "--output", str(path)])
        assert (2, '{"id": 1}\n') == (result.exit_code, path.read_text())


class TestExtract:
    def test_a_page_in_the_row_becomes_an_article(self):
        (got,) = _run("extract", "--jsonl", rows=[{"id": "a", "url": "https://e.org/a", "html": PAGE}])
        assert ("a", "Judge halts WeChat ban", True) == (got["id"], got["title"], TEXT in got["text"])
        assert {"id", "title", "text", "date", "authors", "language"} <= set(got)

    @pytest.mark.parametrize("name", ["page.html", "page.html.gz"])
    def test_a_path_counts_from_the_folder_of_the_input(self, tmp_path, name):
        (tmp_path / name).write_bytes(gzip.compress(PAGE.encode()) if name.endswith("gz") else PAGE.encode())
        rows = tmp_path / "rows.jsonl"
        rows.write_text(json.dumps({"id": 1, "url": "https://e.org/a", "html_path": name}))
        (got,) = _run("extract", "--jsonl", "--input", str(rows))
        assert TEXT in got["text"]

    def test_a_path_counts_from_base_where_that_is_given(self, tmp_path):
        (tmp_path / "page.html").write_text(PAGE)
        (got,) = _run("extract", "--jsonl", "--base", str(tmp_path), rows=[{"id": 1, "html_path": "page.html"}])
        assert TEXT in got["text"]

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ({"id": 1}, 'the row has neither "html" nor "html_path"'),
            ({"id": 1, "html": 3}, '"html" is int, not text'),
            ({"id": 1, "html_path": "absent.html"}, "html_path absent.html cannot be read: No such file"),
            ({"id": 1, "html": ""}, ""),
        ],
    )
    def test_a_row_without_an_article_has_an_error(self, tmp_path, row, said):
        (got,) = _run("extract", "--jsonl", "--base", str(tmp_path), rows=[row])
        assert got["id"] == 1
        assert said in got["error"]

    def test_a_packed_page_that_is_none_is_named(self, tmp_path):
        (tmp_path / "x.gz").write_bytes(b"not packed")
        with pytest.raises(ValueError, match=r"x\.gz cannot be read: Not a gzipped file"):
            html_of({"html_path": "x.gz"}, tmp_path)

    def test_a_page_that_unpacks_without_end_is_refused(self, tmp_path, monkeypatch):
        monkeypatch.setattr("pipelines.cli.extract.MAX_BYTES", 1000)
        (tmp_path / "x.gz").write_bytes(gzip.compress(b"0" * 1001))
        with pytest.raises(ValueError, match="larger than 1000 bytes"):
            html_of({"html_path": "x.gz"}, tmp_path)
