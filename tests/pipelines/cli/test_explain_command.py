"""`explain`: from an address, a file or standard input to tags and reasons."""

import http.server
import json
import threading

import pytest
from click.testing import CliRunner

from pipelines.cli import beatwire
from pipelines.cli.sources import document_of, local, looks_like_html, with_given
from transforms.errors import ConfigError
from transforms.tags import Document

TEXT = "A federal judge on Sunday halted the ban of WeChat in the United States, which the White House had ordered."
PAGE = (
    "<!doctype html><html lang='en'><head><title>Judge halts WeChat ban</title></head><body><article>"
    f"<h1>Judge halts WeChat ban</h1><p>{TEXT}</p><p>{'The company had no comment on the ruling. ' * 8}</p>"
    "</article></body></html>"
)


def _run(*arguments: str, **keywords: object):
    return CliRunner().invoke(beatwire, ["explain", *arguments], **keywords)


@pytest.fixture
def server():
    """A server on loopback that has one page; yields its address and the User-Agents that asked."""
    agents: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            agents.append(self.headers["User-Agent"])
            found = self.path == "/page"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE.encode() if found else b"")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}", agents
        listening.shutdown()
        thread.join()


def test_a_text_is_explained_with_quotes_and_rules(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    result = _run(str(path), "--title", "Judge halts WeChat ban", "--date", "2020-09-20")
    assert result.exit_code == 0
    assert all(f"# {title}\n" in result.stdout for title in ("Article", "Tags", "Actions", "Quotes", "What counted"))
    assert "\nstage\thalted\n" in result.stdout


def test_a_text_off_the_beat_says_why_not(tmp_path):
    result = _run("-", input="The striker was banned from the league.")
    assert "topics\tnone: off the beat" in result.stdout
    assert "# Why, by topic" in result.stdout


def test_a_page_is_read_from_a_file_or_from_standard_input(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(PAGE)
    assert TEXT in _run(str(path)).stdout
    assert _run(str(path)).stdout == _run("-", input=PAGE).stdout


def test_each_field_says_which_place_of_the_page_it_is_from(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(PAGE)
    shown = _run(str(path), "--date", "2020-09-20").stdout
    assert "\nlanguage\ten\thtml lang\n" in shown
    assert "\ndate\t2020-09-20\tgiven\n" in shown


def test_json_holds_the_document_the_tags_and_the_reasons():
    read = json.loads(_run("-", "--json", "--title", "Judge halts WeChat ban", input=TEXT).stdout)
    assert {"document", "article", "tags", "explanation"} == set(read)
    assert {"title": "given"} == read["article"]["origins"]
    assert (TEXT, "halted") == (read["document"]["text"], read["tags"]["stage"])


def test_an_address_is_fetched_under_our_own_name(server):
    address, agents = server
    result = _run(f"{address}/page", "--allow-loopback")
    assert (0, True) == (result.exit_code, TEXT in result.stdout)
    assert ["beatwire/"] == [agent[:9] for agent in agents]


def test_an_address_of_this_machine_is_not_asked_unless_it_may_be(server):
    address, agents = server
    result = _run(f"{address}/page")
    assert (1, []) == (result.exit_code, agents)
    assert "not a public address" in result.stderr


def test_a_page_that_is_not_there_is_a_sentence(server):
    address, _ = server
    result = _run(f"{address}/absent", "--allow-loopback")
    assert (1, f"beatwire: HTTP 404 ({address}/absent)\n") == (result.exit_code, result.stderr)


@pytest.mark.parametrize("source", ["ftp://example.org/", "https://", "nowhere.html"])
def test_what_is_neither_address_nor_file_is_refused_with_the_fix(source):
    result = _run(source)
    assert result.exit_code == 2
    assert "give " in result.stderr


def test_what_is_neither_html_nor_text_is_refused():
    with pytest.raises(ConfigError, match=r"page\.bin is neither HTML nor text"):
        local("page.bin", b"\xff\xfe\x00")


@pytest.mark.parametrize("date", ["garbage", "", "2026-02-30", "31.1.2026"])
def test_a_date_that_is_none_is_refused_with_how_to_write_it(date):
    result = _run("-", "--date", date, input=TEXT)
    assert (2, True) == (result.exit_code, f'"{date}" is no ISO date: write it like 2026-01-31' in result.stderr)


@pytest.mark.parametrize("date", ["2020-09-20", "2020-09-20T10:00:00Z", "2020-09-20T10:00:00.000+02:00", "20200920"])
def test_a_date_may_have_a_time(date):
    assert 0 == _run("-", "--date", date, input=TEXT).exit_code


def test_what_the_user_says_goes_before_what_the_page_says():
    article = local("-", PAGE.encode())
    read = with_given(document_of(article), Document(title="Mine", date="2020-01-01", language="de"))
    assert ("Mine", "2020-01-01", "de") == (read.title, read.date, read.language)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<!DOCTYPE html>", True),
        (b"\n<html lang='en'>", True),
        (b"<article>x", True),
        (b"<articles>", False),
        (b"a < b and <head", False),
        (b"", False),
    ],
)
def test_a_page_is_told_from_text(content, expected):
    assert expected == looks_like_html(content)


def test_escape_sequences_in_a_text_are_not_passed_on():
    assert "\x1b" not in _run("-", input=f"\x1b[2J{TEXT}", color=True).stdout
