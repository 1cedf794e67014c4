"""The whole rude web in one round of `once`, beside pages as they should be: the table of `bench.rude` holds.

The round runs in a process of its own, which tells whom it asked and how large it grew; the rude web is another, so
that its bombs are not counted. Real steps, real readers, a real broker; names are below ``localhost``, each a domain.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from topic_reading import read_all

from bench.rude.bodies import FORMULA, REVERSAL
from bench.rude.cases import pages
from bench.rude.feeds import feeds
from bench.rude.site import LISTS, rude_web
from pipelines.cli.rendering import line

ROOT = Path(__file__).parents[2]
MIB = 1 << 20
BOMB = 200 * MIB  # of each bomb, and of the page that is as large
# Of the round: Beam, our code and what is under way at once (some thirty pages of 5 MiB at the most).
GROWTH = 192 * MIB
READER = 768 * MIB  # resident; what a reader may have of address space is twice as much
TITLES = {  # events carry what was said, but for controls: JSON has no use for them, and a text none either
    "formula": FORMULA,
    "script": "<script>alert(1)</script> Nepal lifts its ban on TikTok",
    "reversal": f"Nepal lifts its ban {REVERSAL} on TikTok",
    "escapes": "Nepal lifts its ban ]0;owned[2J[31mon TikTok",
}
OBEYED = set("\x07\x1b\u202e\u2066\u200b")  # by terminals


@pytest.fixture
def round_of_all(kafka_settings, tmp_path):
    with rude_web(tmp_path) as web:
        told = {
            "bootstrap": kafka_settings.bootstrap,
            "prefix": kafka_settings.prefix,
            "partitions": kafka_settings.partitions,
            "feeds": {name: web.feed(name) for name in (*LISTS, *feeds())},
        }
        done = subprocess.run(
            [sys.executable, ROOT / "tests/support/hostile_run.py", json.dumps(told)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "SSL_CERT_FILE": str(web.authority), "XDG_DATA_HOME": "data"},
            capture_output=True,
            text=True,
        )
        assert 0 == done.returncode, done.stderr
        yield web, json.loads(done.stdout)


def test_the_rude_web_ends_as_its_table_says_and_reaches_nothing_it_must_not(round_of_all, kafka_settings):
    """One test of several claims: the round is half a minute, most of it waiting for who answers slowly."""
    web, told = round_of_all
    ended = outcomes_of(kafka_settings)
    assert named_outcomes() == {name: ended.get(link) for name, link in web.links().items()}
    assert named_errors() == errors_of(kafka_settings)
    assert ([], True) == (told["beyond"], told["asked"] > len(pages()) + len(feeds()))
    assert max(told["worker"]) - told["worker"][0] < GROWTH < BOMB
    assert told["reader"] < READER
    carried = {one["source"]["link"]: one["item"]["headlines"][0]["value"] for one in read(kafka_settings, "articles")}
    assert TITLES == {name: carried[web.links()[name]] for name in TITLES}
    for one in read_all(kafka_settings, "articles"):
        shown = line(one.headers, one.value)
        assert set() == OBEYED & set(shown)
        assert len(shown) < 2_000


def read(kafka_settings, name):
    return [json.loads(one.value) for one in read_all(kafka_settings, name)]


def named_outcomes():
    return {name: (case.outcome, case.reason) for name, case in pages().items()}


def outcomes_of(kafka_settings):
    """By link; a reason as far as the table tells it."""
    known = {reason for _, reason in named_outcomes().values()}
    return {one["link"]: (one["outcome"], longest(one["reason"], known)) for one in read(kafka_settings, "outcomes")}


def longest(text, beginnings):
    return max((one for one in beginnings if text.startswith(one)), key=len)


def named_errors():
    return {name: (case.entries, case.error is None, case.error or "") for name, case in feeds().items()}


def errors_of(kafka_settings):
    found = Counter(one["source"]["id"] for one in read(kafka_settings, "finds"))
    said = {one["feedId"]: one["error"] for one in read(kafka_settings, "feeds")}
    return {
        name: (found[name], not said[name], longest(said[name], {"", case.error or ""}))
        for name, case in feeds().items()
    }
