"""`rules check` and `rules diff`: what the user adds, and what other rules would say."""

import json

import msgspec
import pytest
from click.testing import CliRunner

from connectors.kafka.producers import make, retire
from pipelines.cli import beatwire
from pipelines.cli.previewing import article_of
from transforms.records import Entry, FeedSource, Find

ARTICLES = [
    {"id": 1, "title": "Iran bans Chirpy", "url": "https://a.example/1"},
    {"id": 2, "title": "India bans TikTok", "url": "https://a.example/2"},
    {"id": 3, "title": "A cat sleeps"},
]
MINE = '[tags]\nterms = ["Chirpy"]\n[[tags.en.blockers]]\nid = "oops"\nwhen = ["{it} tiktok"]\nreason = "no"\n'


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "beatwire.toml").write_text(MINE)
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ARTICLES))

    def run_rules(*arguments: str, given: bytes | None = None):
        return CliRunner().invoke(beatwire, ["rules", *arguments], input=given, catch_exceptions=False)

    return run_rules


def test_what_can_be_used_is_counted_with_its_version(run):
    told = json.loads(run("check", "--json").stdout)
    assert {"terms": 1, "blockers": 1} == told["own"]
    assert run("check").stdout.startswith(f"rules {told['rulesVersion']}; your own: 1 terms, 1 blockers")


def test_what_cannot_be_used_is_told_by_key_and_ends_with_2(run, tmp_path):
    (tmp_path / "mine.toml").write_text('terms = ["?"]\ntrems = []\n')
    result = run("check", "mine.toml")
    assert 2 == result.exit_code
    assert "mine.toml: terms[0].name" in result.stderr
    assert 'mine.toml: trems: unknown key; did you mean "terms"?' in result.stderr


def test_a_diff_counts_what_is_gained_and_lost_and_shows_samples(run):
    result = run("diff", "shipped", "beatwire.toml", "--on", "a.jsonl", "--json", "--jobs", "1")
    told = json.loads(result.stdout)

    assert (0, 3, 0) == (result.exit_code, told["articles"], told["failed"])
    assert {"gained": 1, "lost": 1, "changed": 0, "same": 1} == told["kinds"]
    assert {"gained": 1, "lost": 0} == told["values"]["apps:Chirpy"]
    assert {"gained": 1, "lost": 1} == told["values"]["topics:app-ban"]
    (gained,) = told["samples"]["gained"]
    assert ("1", "Iran bans Chirpy", "https://a.example/1") == (gained["id"], gained["title"], gained["url"])
    assert ["apps:Chirpy", "Iran bans Chirpy"] in gained["difference"]["quotes"]
    assert told["from"] != told["to"]


def test_a_diff_is_read_by_people_too(run):
    told = run("diff", "beatwire.toml", "shipped", "--on", "a.jsonl", "--jobs", "1").stdout
    assert "3 articles: 1 gained, 1 lost, 0 changed, 1 the same" in told
    assert "apps:TikTok\t+1\t-" in told
    assert "+\tIndia bans TikTok\thttps://a.example/2\t+topics:app-ban" in told


def test_articles_are_taken_from_standard_input_beside_those_of_files(run, tmp_path):
    piped = (tmp_path / "a.jsonl").read_bytes()
    told = run("diff", "beatwire.toml", "shipped", "--on", "-", "--on", "a.jsonl", "--jobs", "1", given=piped).stdout
    assert "6 articles: 2 gained, 2 lost, 0 changed, 2 the same" in told


def test_the_same_rules_differ_in_nothing_and_an_exit_code_is_given_on_wish(run):
    assert 0 == run("diff", "shipped", "shipped", "--on", "a.jsonl", "--exit-code").exit_code
    assert 1 == run("diff", "shipped", "beatwire.toml", "--on", "a.jsonl", "--exit-code").exit_code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("diff", "shiped", "shipped", "--on", "a.jsonl"), '"shiped" is no set of rules'),
        (("diff", "shipped", "shipped", "--on", "b.jsonl"), "b.jsonl: there is no such file"),
        (("diff", "shipped", "shipped"), "--on"),
        (("check", "nothing"), '"nothing" is no set of rules'),
    ],
)
def test_what_is_not_there_is_said_with_exit_code_2(run, arguments, said):
    result = run(*arguments)
    assert 2 == result.exit_code
    assert said in result.stderr


def test_a_line_that_cannot_be_read_is_told_and_the_others_go_on(run, tmp_path):
    (tmp_path / "bad.jsonl").write_text('nothing\n{"title": 3}\n')
    result = run("diff", "shipped", "shipped", "--on", "bad.jsonl", "--on", "a.jsonl", "--json", "--jobs", "1")
    assert (0, 2, 3) == (result.exit_code, json.loads(result.stdout)["failed"], json.loads(result.stdout)["articles"])
    assert 1 == run("diff", "shipped", "shipped", "--on", "bad.jsonl", "--jobs", "1").exit_code


def test_of_an_event_title_and_summary_are_read_and_of_a_find_the_feed_s_words():
    event = {"item": {"uri": "u", "headlines": [{"value": "T"}], "descriptions": [{"value": "S"}], "language": "en"}}
    assert ("u", "T", "S", "en") == tuple(article_of(event)[key] for key in ("id", "title", "summary", "lang"))
    find = {"findId": "f", "entry": {"title": "T", "summary": "S", "content": "C", "link": "l"}, "found": "2026-01-02"}
    assert {"id": "f", "url": "l", "title": "T", "summary": "S", "text": "C"}.items() <= article_of(find).items()
    assert ARTICLES[0] == article_of(ARTICLES[0])


def test_a_topic_is_read_to_its_end(run, kafka_settings, tmp_path):
    source = FeedSource(id="feed", url="https://a.example/feed", publisher="A")
    producer = make(kafka_settings, careful=False, within=15)
    try:
        for row in ARTICLES * 3:
            find = Find(
                find_id=str(row["id"]),
                item_id="i",
                entry_hash="e",
                source=source,
                entry=Entry(title=row["title"]),
                polled="2026-01-02T00:00:00Z",
                found="2026-01-02T00:00:00Z",
            )
            producer.send(kafka_settings.topic("finds"), msgspec.json.encode(find), key=str(row["id"]).encode())
        producer.flush()
    finally:
        retire(producer)
    where = ("--bootstrap", kafka_settings.bootstrap, "--prefix", kafka_settings.prefix)
    for name in ("finds", kafka_settings.topic("finds")):
        told = json.loads(run("diff", "shipped", "beatwire.toml", "--on", name, "--json", *where).stdout)
        assert (9, 3, 3) == (told["articles"], told["kinds"]["gained"], told["kinds"]["lost"])


@pytest.mark.parametrize(
    "command", [("tag", "--jsonl", "--jobs", "1"), ("explain", "-", "--json", "--title", "Iran bans Chirpy")]
)
def test_tag_and_explain_go_by_them_too(run, command):
    given = json.dumps(ARTICLES[0]) + "\n" if command[0] == "tag" else ""
    result = CliRunner().invoke(beatwire, command, input=given, catch_exceptions=False)
    told = json.loads(result.stdout)
    assert ["Chirpy"] == (told if command[0] == "tag" else told["tags"])["apps"]
