"""From the configuration to the settings that connectors take; and the example that people copy."""

import re
from pathlib import Path

import pytest

from connectors.kafka.settings import KafkaSettings
from connectors.web.guard import Policy
from pipelines import config
from pipelines.config import Config
from transforms.errors import ConfigError
from transforms.tag import tag
from transforms.tags import Document

EXAMPLE = Path(__file__).parents[2] / "deploy" / "beatwire.toml"


@pytest.fixture
def load(tmp_path):
    def load_text(text: str) -> Config:
        path = tmp_path / "beatwire.toml"
        path.write_text(text)
        return config.load(path, data_folder=tmp_path)

    return load_text


def test_without_a_bootstrap_address_it_says_the_three_ways_to_give_one(load):
    with pytest.raises(ConfigError, match=r"`beatwire up`.*--bootstrap HOST:PORT.*bootstrap under \[kafka\]"):
        load("").kafka_settings()


def test_kafka_settings_hold_what_the_file_says_and_hide_the_password(load, monkeypatch, tmp_path):
    monkeypatch.setenv("PW", "hunter2")
    (tmp_path / "ca.pem").touch()
    read = load(
        '[kafka]\nbootstrap = "a:1"\nprefix = "p"\npartitions = 3\nreplication = 2\n[kafka.security]\n'
        'protocol = "SASL_SSL"\nmechanism = "PLAIN"\nusername = "u"\npassword_env = "PW"\nca_file = "ca.pem"'
    )
    expected = KafkaSettings(
        bootstrap="a:1",
        prefix="p",
        partitions=3,
        replication=2,
        security_protocol="SASL_SSL",
        sasl_mechanism="PLAIN",
        sasl_username="u",
        sasl_password="hunter2",
        ssl_cafile=str(tmp_path / "ca.pem"),
    )
    assert expected == read.kafka_settings()
    assert "hunter2" not in repr(read.kafka_settings())


def test_a_secret_that_lacks_is_said_with_the_file(load, tmp_path, monkeypatch):
    monkeypatch.delenv("PW", raising=False)
    read = load(
        '[kafka]\nbootstrap = "a:1"\n[kafka.security]\nprotocol = "SASL_SSL"\nmechanism = "PLAIN"\nusername = "u"\n'
        'password_env = "PW"'
    )
    with pytest.raises(ConfigError, match=f"^{re.escape(str(tmp_path))}/beatwire.toml: kafka.security.password_env: "):
        read.kafka_settings()


@pytest.mark.parametrize(
    ("toml", "agent"),
    [
        ("", "beatwire/1.2 (news monitor; no contact given)"),
        ('[pipeline]\ncontact = "desk@example.org"', "beatwire/1.2 (news monitor; desk@example.org)"),
    ],
)
def test_the_user_agent_says_who_asks_and_owns_up_when_nobody_said(load, toml, agent):
    assert agent == load(toml).web_settings("1.2").user_agent


def test_a_run_is_told_what_the_file_says(load):
    told = load(
        '[pipeline]\nname = "desk"\n[kafka]\nbootstrap = "a:1"\n'
        '[limits]\npage_bytes = "1MiB"\nseconds = 5\nmax_age_days = 2\ntries = 3\nretry_first_seconds = 7\n'
        "retry_within_hours = 1\ngone_after_hours = 2\nprovisional_after_seconds = 5\ntombstone_after_days = 1\n"
        "[politeness]\nspacing_seconds = 0.5\nconcurrency = 3\nper_host = 1\ncrawl_delay_seconds = 9\n"
        '[network]\nallow_loopback = true\n[polling]\nshortest = "2m"\nlongest = "1h"\n'
        '[[feeds]]\nurl = "https://example.org/rss"\nid = "one"\ninterval = "5m"\nheed = false'
    ).run_settings("run-1", "1.2")
    assert ("run-1", "desk", "1.2", "a:1") == (told.run_id, told.name, told.version, told.kafka.bootstrap)
    assert (1024 * 1024, 5.0, 5.0) == (told.web.max_bytes, told.web.total, told.web.connect)
    assert Policy(allow_loopback=True) == told.web.policy
    assert (7200, 5, 86400) == (told.gone_after, told.provisional_after, told.tombstone_after)
    assert (2 * 86400, 3, 7, 3600) == (told.max_age, told.tries, told.retry_first, told.retry_within)
    assert (0.5, 3, 1, 9.0) == (told.spacing, told.concurrency, told.per_host, told.longest_delay)
    (feed,) = told.feeds
    assert ("one", "https://example.org/rss", "example.org") == (feed.id, feed.url, feed.publisher)
    assert (300.0, 120.0, 3600.0, False) == (feed.interval, feed.shortest, feed.longest, feed.heed)


def test_the_defaults_are_those_of_the_pipeline(load):
    told = load('[kafka]\nbootstrap = "a:1"').run_settings("r", "1")
    names = ("max_age", "tries", "retry_first", "retry_within", "spacing", "concurrency")
    names += ("per_host", "longest_delay")
    names += ("gone_after", "provisional_after", "tombstone_after")
    assert {name: getattr(type(told), name) for name in names} == {name: getattr(told, name) for name in names}


def test_the_example_can_be_used_as_it_is():
    read = config.load(EXAMPLE, {"kafka.bootstrap": "a:1"})
    assert ["federal-register-bis", "bbc-technology"] == [feed.id for feed in read.feeds]


def test_the_rules_that_the_example_shows_can_be_used(load):
    shown = EXAMPLE.read_text().partition("[tags] ")[2].partition("[feeds_from]")[0]
    own = load("[tags]\n" + re.sub(r"(?m)^#     ", "", re.sub(r"^.*\n", "", shown, count=1))).rules()
    assert ("Orbit Chat",) == tag(Document(title="India bans Orbit Chat"), rules=own).apps
    assert () == tag(Document(title="India bans TikTok in fire drill"), rules=own).apps


def test_what_the_example_shows_as_defaults_are_the_defaults(load):
    head = EXAMPLE.read_text().partition("[[feeds]]\nurl")[0]
    shown = re.sub(r"(?m)^# (\w+ = )", r"\1", head)
    # What needs more than a default to make sense: an address, secrets, TLS, a folder of one's own.
    shown = re.sub(
        r"(?m)^(bootstrap|mechanism|username|password_\w+|\w+_file|spill_folder|opml|terms|files) = .*\n", "", shown
    )
    assert load("").model_dump() == load(shown).model_dump()


def test_the_example_shows_every_key():
    text = EXAMPLE.read_text()
    kafka, feed = Config.model_fields["kafka"].annotation, config.Feed
    sections = [
        Config.model_fields[name].annotation
        for name in ("pipeline", "limits", "politeness", "network", "tags", "feeds_from")
    ]
    sections += [kafka, kafka.model_fields["security"].annotation]
    keys = {key for section in sections for key in section.model_fields} - {"security"}
    assert [] == [key for key in sorted(keys) if not re.search(rf"(?m)^#? ?{key} = ", text)]
    assert [] == [key for key in feed.model_fields if not re.search(rf"(?m)^#? ?{key}\b", text)]
