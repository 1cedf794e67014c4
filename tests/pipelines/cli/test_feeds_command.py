"""`feeds add | list | show | remove | import | export` on files of the test, a site on loopback, and a real broker."""

import json
import tomllib

import msgspec
import pytest
from click.testing import CliRunner
from feed_site import RSS, FeedSite, alternate, page, rss
from records import find

from connectors.kafka.rows import Row
from connectors.kafka.sink import Sink
from pipelines.cli import beatwire, feedrows, main
from pipelines.config.defaults import default_feeds
from transforms.cursor import Cursor
from transforms.records import FeedSource

HEAD = "# mine\n[network]\nallow_loopback = true  # to try it\n[politeness]\nspacing_seconds = 0\n"
ONE = '\n[[feeds]]\nurl = "https://one.example/rss"\nid = "one"\npublisher = "One"\n'
SITE = {
    "/": ("text/html", page(alternate("/rss") + alternate("/comments/feed/"))),
    "/rss": (RSS, rss("The Wire", "Tue, 05 Jan 2021 10:00:00 GMT")),
    "/comments/feed/": (RSS, rss("Comments on The Wire")),
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "beatwire.toml").write_text(HEAD)
    return tmp_path


@pytest.fixture
def run(monkeypatch, capfd):
    """Runs a command; returns exit code, standard output, standard error."""

    def invoke(*arguments, answer=None):
        if answer is not None:
            result = CliRunner().invoke(beatwire, ["feeds", *arguments], input=answer)
            return result.exit_code, result.stdout, result.stderr
        code = main(["feeds", *arguments])
        said = capfd.readouterr()
        return code, said.out, said.err

    return invoke


@pytest.fixture
def site():
    with FeedSite(dict(SITE)) as site:
        yield site


def configured(folder):
    return tomllib.loads((folder / "beatwire.toml").read_text()).get("feeds", [])


def test_add_shows_what_it_found_and_writes_the_first(run, site, folder):
    code, out, _ = run("add", site.url, "--yes", "--id", "wire", "--interval", "5m")
    assert 0 == code
    assert ["The Wire", "Comments on The Wire"] == [line[3:] for line in out.splitlines() if line[:3] in ("1  ", "2  ")]
    assert "RSS, 1 entries, newest " in out
    assert "added wire to beatwire.toml" in out
    expected = {
        "url": f"{site.url}/rss",
        "id": "wire",
        "publisher": "The Wire",
        "interval": "5m",
        "site": site.url,
    }
    assert [expected] == configured(folder)
    assert (folder / "beatwire.toml").read_text().startswith(HEAD)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("\n", ["/rss"]), ("2\n", ["/comments/feed/"]), ("7\n2, 1\n", ["/comments/feed/", "/rss"]), ("none\n", [])],
)
def test_add_asks_which(run, site, folder, answer, expected):
    code, _, _ = run("add", site.url, answer=answer)
    assert (0, expected) == (code, [one["url"].removeprefix(site.url) for one in configured(folder)])


def test_add_without_an_answer_adds_nothing_and_says_how(run, site, folder):
    code, _, err = run("add", site.url, answer="")
    assert (1, []) == (code, configured(folder))
    assert "nothing was added: --yes adds the first, --all all of them" in err


def test_add_all_adds_all(run, site, folder):
    assert 0 == run("add", site.url, "--all", "--kind", "wire")[0]
    assert ["wire", "wire"] == [one["kind"] for one in configured(folder)]


def test_add_as_json_only_says_what_it_found_unless_told_to_add(run, site, folder):
    found = json.loads(run("add", site.url, "--json")[1])
    assert ([], 2, "link") == (found["added"], len(found["found"]), found["found"][0]["way"])
    assert [] == configured(folder)
    assert 1 == len(json.loads(run("add", site.url, "--json", "--yes")[1])["added"])
    assert 1 == len(configured(folder))


def test_a_configured_feed_is_refused_with_a_sentence_and_nothing_is_asked(run, site, folder):
    run("add", f"{site.url}/rss", "--yes", "--id", "wire")
    asked = len(site.asked)
    code, _, err = run("add", f"{site.url}/rss?utm_source=x#top", "--yes")
    assert (1, asked) == (code, len(site.asked))
    assert "is configured already: as wire in beatwire.toml" in err
    assert 1 == len(configured(folder))


def test_a_feed_that_is_known_is_passed_over_for_the_next(run, site, folder):
    run("add", f"{site.url}/rss", "--yes")
    assert 0 == run("add", site.url, "--yes")[0]
    assert ["/rss", "/comments/feed/"] == [one["url"].removeprefix(site.url) for one in configured(folder)]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("ftp://a.example/",), 2, '"ftp://a.example/" is no web address'),
        (("https://a.example/", "--interval", "often"), 2, "--interval: 'often' is no span of time"),
        (("https://a.example/", "--id", "a b"), 2, '--id: "a b" is no name'),
        (("https://a.example/", "--id", "a", "--all"), 2, "--id names one feed"),
        (("http://10.0.0.1/",), 1, "is not a public address"),
    ],
)
def test_what_cannot_be_added_is_said_before_anything_is_asked(run, arguments, code, said):
    got, _, err = run("add", *arguments)
    assert code == got
    assert said in err


def test_a_site_without_feeds_is_a_sentence(run, folder):
    with FeedSite({"/": ("text/html", page())}) as site:
        code, _, err = run("add", site.url, "--yes")
    assert 1 == code
    assert f"no feed was found at {site.url}: name the address of the feed itself" in err


def test_add_makes_the_file_where_there_is_none(run, folder):
    (folder / "beatwire.toml").unlink()
    opml = folder / "a.opml"
    opml.write_text('<opml><body><outline xmlUrl="https://one.example/"/></body></opml>')
    assert 0 == run("import", str(opml))[0]
    assert [{"url": "https://one.example/"}] == configured(folder)


def test_list_without_kafka_shows_the_configuration_and_a_word(run, folder):
    (folder / "beatwire.toml").write_text(HEAD + ONE)
    code, out, err = run("list")
    assert (0, "id\tpublisher\tkind\turl\tin") == (code, out.splitlines()[0])
    assert "one\tOne\tpress\thttps://one.example/rss\tbeatwire.toml" == out.splitlines()[1]
    assert "how the feeds are is not known: no Kafka to talk to" in err


def test_list_with_kafka_shows_how_they_are(run, folder, kafka_settings):
    kafka = f'[kafka]\nbootstrap = "{kafka_settings.bootstrap}"\nprefix = "{kafka_settings.prefix}"\npartitions = 3\n'
    (folder / "beatwire.toml").write_text(HEAD + kafka + ONE + '[[feeds]]\nurl = "https://two.example/"\nid = "two"\n')
    cursor = Cursor(feed_id="one", url="https://one.example/rss", next_poll="2026-11-24T10:15:00.000Z", polls=3)
    cursor = msgspec.structs.replace(
        cursor, failures=2, error="HTTP 503", found=7, left_out=12, polled="2026-11-24T10:00:00.000Z"
    )
    sink = Sink(kafka_settings, 30)
    sink.write([Row(kafka_settings.topic("feeds"), b"one", msgspec.json.encode(cursor), ())])
    written = find(source=FeedSource(id="one", url="https://one.example/rss", publisher="One"))
    sink.write([Row(kafka_settings.topic("finds"), b"i", msgspec.json.encode(one), ()) for one in (written, written)])
    sink.close()
    code, out, err = run("list")
    assert (0, "") == (code, err)
    rows = [dict(zip(out.splitlines()[0].split("\t"), line.split("\t"), strict=True)) for line in out.splitlines()[1:]]
    assert [("one", "failing (2)", "7", "HTTP 503"), ("two", "not polled yet", "-", "-")] == [
        (row["id"], row["state"], row["finds"], row["error"]) for row in rows
    ]
    said = [json.loads(line) for line in run("list", "--json")[1].splitlines()]
    assert ("2026-11-24T10:00:00.000Z", 3) == (said[0]["polled"], said[0]["polls"])
    code, out, _ = run("show", "one")
    shown = dict(line.split(":", 1) for line in out.splitlines())
    assert ("failing (2)", "7", "One") == tuple(shown[key].strip() for key in ("state", "finds", "publisher"))
    assert "12" == shown["leftOut"].strip()
    assert ("1", written.entry.title) == (shown["finds in 24 h"].strip(), shown["last finds"].strip())
    assert 7 == json.loads(run("show", "https://one.example/rss", "--json")[1])["record"]["found"]


def test_a_feed_that_there_is_not_is_answered_with_the_nearest(run, folder):
    (folder / "beatwire.toml").write_text(HEAD + ONE)
    for command in ("show", "remove"):
        code, _, err = run(command, "onee")
        assert 1 == code
        assert 'there is no feed "onee" in beatwire.toml; did you mean "one"?' in err


def test_remove_takes_a_feed_out_and_leaves_the_rest(run, folder):
    (folder / "beatwire.toml").write_text(HEAD + ONE)
    assert (0, "removed one (https://one.example/rss) from beatwire.toml\n") == run("remove", "one")[:2]
    assert HEAD == (folder / "beatwire.toml").read_text()


def test_a_feed_of_a_list_cannot_be_removed_here(run, folder):
    (folder / "beatwire.toml").write_text(HEAD + "[feeds_from]\ndefault = true\n")
    code, _, err = run("remove", default_feeds()[0].id)
    assert 2 == code
    assert "stands in the list of the beat, not in beatwire.toml: take it out there" in err


def test_what_is_exported_is_imported_unchanged(run, folder):
    text = (
        HEAD
        + ONE
        + (
            '[[feeds]]\nurl = "https://two.example/?a=1&b"\npublisher = "Two & <co>"\nkind = "wire"\ninterval = "5m"\n'
            'site = "https://two.example/"\nfolder = ["News", "A / B"]\n'
        )
    )
    (folder / "beatwire.toml").write_text(text)
    assert 0 == run("export", "feeds.opml")[0]
    assert (0, "2 feeds added to other.toml\n") == run("import", "feeds.opml", "--config", "other.toml")[:2]
    assert configured(folder) == tomllib.loads((folder / "other.toml").read_text())["feeds"]
    lists = '[feeds_from]\nopml = "feeds.opml"\n'
    (folder / "beatwire.toml").write_text(lists)
    polled = [json.loads(line) | {"in": ""} for line in run("list", "--json")[1].splitlines()]
    (folder / "beatwire.toml").write_text(text)
    assert polled == [json.loads(line) | {"in": ""} for line in run("list", "--json")[1].splitlines()]


def test_import_takes_what_it_can_and_says_the_rest(run, folder):
    (folder / "beatwire.toml").write_text(HEAD + ONE)
    (folder / "a.opml").write_text(
        '<opml><body>\n<outline text="a "b" c" xmlUrl="https://one.example/rss"/>\n'
        '<outline xmlUrl="gopher://x/"/>\n<outline xmlUrl="https://two.example/"/></body></opml>'
    )
    code, out, err = run("import", "a.opml", "--kind", "wire")
    assert (1, "1 feed added to beatwire.toml, 1 configured already\n") == (code, out)
    assert "a.opml: line 2: " in err
    assert 'not added: line 3: url: "gopher://x/" is no web address' in err
    assert {"url": "https://two.example/", "kind": "wire"} == configured(folder)[1]


def test_import_of_what_is_no_opml_is_a_sentence(run, folder):
    (folder / "a.opml").write_text("<html></html>")
    code, _, err = run("import", "a.opml")
    assert 2 == code
    assert "a.opml: is no OPML: there is no <opml> in it" in err
    assert 2 == run("import")[0]
    assert 2 == run("import", "none.opml")[0]


def test_the_list_of_the_beat_can_be_seen_and_taken(run, folder):
    assert len(default_feeds()) + 1 == len(run("list", "--default")[1].splitlines())
    assert (0, f"{len(default_feeds())} feeds added to beatwire.toml\n") == run("import", "--default")[:2]
    assert (0, f"0 feeds added to beatwire.toml, {len(default_feeds())} configured already\n") == run(
        "import", "--default"
    )[:2]
    assert [feed.id for feed in default_feeds()] == [one["id"] for one in configured(folder)]


def test_export_to_standard_output_is_opml(run, folder):
    (folder / "beatwire.toml").write_text(HEAD + ONE)
    out = run("export")[1]
    assert out.startswith("<?xml")
    assert 'xmlUrl="https://one.example/rss"' in out


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-5, "5 s ago"), (-119, "119 s ago"), (-600, "10 min ago"), (7200, "in 2 h"), (-864000, "10 d ago")],
)
def test_times_are_told_from_now(seconds, expected):
    from transforms import instants

    assert expected == feedrows.ago(instants.to_text(1_800_000_000 + seconds), 1_800_000_000)
