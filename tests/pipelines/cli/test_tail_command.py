"""`tail` against a real broker: what it shows, in which form, and when it ends."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from kafka import KafkaProducer

from pipelines.cli import beatwire
from pipelines.cli.following import follow

ROOT = Path(__file__).parents[3]


def _event(app: str, headline: str, kind: str = "article.published") -> bytes:
    tags = {"topics": ["app-ban"], "apps": [app], "jurisdictions": ["US-MT"], "stage": "halted", "status": "halted"}
    gone = kind == "article.retracted"
    return json.dumps(
        {
            "item": {} if gone else {"headlines": [{"value": headline}]},
            "tags": {"topics": [], "apps": []} if gone else tags,
            "source": {"link": f"https://example.org/{headline}"},
            "version": {"type": kind, "revision": 1},
        }
    ).encode()


@pytest.fixture
def send(kafka_settings):
    """Sends (key, value) pairs to one of the topics, to partition 0, in order, and waits for each."""

    def send_all(topic: str, *records: tuple[bytes | None, bytes | None], **headers: bytes) -> None:
        with contextlib.closing(KafkaProducer(bootstrap_servers=kafka_settings.bootstrap)) as producer:
            for key, value in records:
                producer.send(kafka_settings.topic(topic), value, key, partition=0, headers=list(headers.items())).get(
                    30
                )

    return send_all


@pytest.fixture
def tail(kafka_settings):
    def run_tail(*arguments: str):
        kafka = ["--bootstrap", kafka_settings.bootstrap, "--prefix", kafka_settings.prefix]
        return CliRunner().invoke(beatwire, ["tail", *kafka, *arguments], catch_exceptions=False)

    return run_tail


def test_from_the_start_shows_what_is_there_and_ends_after_so_many(send, tail):
    send(
        "articles", (b"a", _event("TikTok", "one")), (b"b", _event("WeChat", "two")), (b"c", _event("TikTok", "three"))
    )
    result = tail("--from-start", "--max", "2")
    assert (0, ["one", "two"]) == (
        result.exit_code,
        [text.rpartition("/")[2] for text in result.stdout.splitlines()[1::2]],
    )


def test_it_ends_when_nothing_comes(tail):
    result = tail("--from-start", "--idle", "0.5")
    assert (0, "") == (result.exit_code, result.stdout)


def test_from_now_on_shows_only_what_comes(kafka_settings, send):
    send("articles", (b"a", _event("TikTok", "before")))
    ready, got = threading.Event(), []

    def read():
        for record in follow(kafka_settings, kafka_settings.topic("articles"), idle=30, ready=ready.set):
            got.append(record.value)
            return

    reader = threading.Thread(target=read)
    reader.start()
    assert ready.wait(30)
    send("articles", (b"b", _event("TikTok", "after")))
    reader.join(30)
    assert [_event("TikTok", "after")] == got


def test_json_holds_headers_and_value(send, tail, kafka_settings):
    send("articles", (b"a", _event("TikTok", "one")), ce_id=b"e1")
    (text,) = tail("--from-start", "--max", "1", "--json").stdout.splitlines()
    got = json.loads(text)
    assert (kafka_settings.topic("articles"), 0, 0, "a") == (got["topic"], got["partition"], got["offset"], got["key"])
    assert ({"ce_id": "e1"}, json.loads(_event("TikTok", "one"))) == (got["headers"], got["value"])


def test_json_is_one_line_for_any_bytes(send, tail):
    send("dead-letters", (b"\xff", b"\xff\n\x1b[2J"), (None, b""), (b"k", None))
    lines = tail("--topic", "dead-letters", "--from-start", "--idle", "1", "--json").stdout.splitlines()
    assert ["�\n\x1b[2J", "", None] == [json.loads(text)["value"] for text in lines]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--app", "tiktok"], ["one", "gone"]),
        (["--app", "TikTok", "--app", "WeChat"], ["one", "two", "gone"]),
        (["--jurisdiction", "US"], ["one", "two", "gone"]),
        (["--status", "pending"], []),
        (["--tag-topic", "app-ban", "--app", "WeChat"], ["two"]),
    ],
)
def test_filters_choose_events_and_what_becomes_of_them(send, tail, arguments, expected):
    send(
        "latest",
        (b"a", _event("TikTok", "one")),
        (b"b", _event("WeChat", "two")),
        (b"a", _event("", "gone", "article.retracted")),
        (b"z", _event("", "unheard", "article.retracted")),
    )
    lines = tail("--topic", "latest", "--from-start", "--idle", "1", "--json", *arguments).stdout.splitlines()
    assert expected == [json.loads(text)["value"]["source"]["link"].rpartition("/")[2] for text in lines]


def test_a_missing_topic_is_named_with_the_fix(kafka, topic_prefix):
    arguments = ["tail", "--bootstrap", kafka.bootstrap, "--prefix", topic_prefix, "--idle", "1"]
    result = CliRunner().invoke(beatwire, arguments)
    assert (1, True) == (result.exit_code, f"there is no topic {topic_prefix}.articles.v1: run" in result.stderr)


def test_ctrl_c_is_the_way_to_end_it(send, kafka_settings, tmp_path):
    send("articles", (b"a", _event("TikTok", "one")))
    kafka = ["--bootstrap", kafka_settings.bootstrap, "--prefix", kafka_settings.prefix]
    with subprocess.Popen(
        [sys.executable, "-m", "pipelines", "tail", "--from-start", *kafka],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert b"published" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (0, b"") == (process.returncode, said)
