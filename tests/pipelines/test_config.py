"""The configuration: what it accepts, where it looks, and how it says what is wrong."""

import json
import os
import re
from pathlib import Path

import pytest

from pipelines import config, running
from transforms.errors import ConfigError

FEED = '[[feeds]]\nurl = "https://news.example.org/rss"\n'


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def load(tmp_path: Path, data_folder: Path):
    """Writes a text to ``beatwire.toml`` and loads it; no text, no file."""

    def load_text(text: str | None = None, overrides: dict[str, object] | None = None) -> config.Config:
        if text is not None:
            (tmp_path / "beatwire.toml").write_text(text, encoding="utf-8")
        return config.load(None, overrides, folder=tmp_path, data_folder=data_folder)

    return load_text


def test_nothing_given_is_a_configuration_of_defaults(load):
    read = load()
    assert (None, "beatwire", 12) == (read.kafka.bootstrap, read.kafka.prefix, read.kafka.partitions)
    assert () == read.feeds


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (FEED * 2 + FEED + 'kind = "blog"', 'feeds[2].kind: "blog" is none of primary, wire, press, aggregator'),
        ("[[feeds]]\nkind = 'wire'", "feeds[0].url: is missing: add it"),
        ("[[feeds]]\nurl = 'news.example.org'", 'feeds[0].url: "news.example.org" is no web address: write the whole'),
        ("[[feeds]]\nurl = 7", "feeds[0].url: 7 cannot be used: it should be a valid string"),
        (FEED + "intervall = 60", 'feeds[0].intervall: unknown key; did you mean "interval"?'),
        (FEED + "interval = 'often'", "feeds[0].interval: 'often' is no span of time: write seconds (900) or text"),
        (FEED + "interval = true", "feeds[0].interval: True is no span of time"),
        (FEED + "interval = 60\nlongest = '1h'", "feeds[0]: interval is kept always: leave it out"),
        (FEED + "shortest = '2h'\nlongest = '1h'", "feeds[0]: shortest (7200 s) is longer than longest (3600 s)"),
        (FEED + "shortest = 30", "feeds[0].shortest: 30 cannot be used: it should be greater than or equal to 60"),
        (
            "[polling]\nshortest = '7h'",
            "polling: shortest (25200 s) is longer than longest (21600 s): swap or widen them",
        ),
        (FEED + "interval = 0", "feeds[0].interval: 0 cannot be used: it should be greater than or equal to 1"),
        (FEED + "robots = 'none'", 'feeds[0].robots: "none" is none of named, all, ignore'),
        (
            "[politeness]\nconcurrency = 1",
            "politeness.concurrency: 1 cannot be used: it should be greater than or equal",
        ),
        (FEED + "id = 'a b'", 'feeds[0].id: "a b" is no name: write letters, digits'),
        ("feeds = 3", "feeds: 3 cannot be used: it should be a valid tuple"),
        ("[kafkaa]", 'kafkaa: unknown key; did you mean "kafka"?'),
        ("[zzz]", "zzz: unknown key; known are pipeline, kafka, limits, politeness, polling, network, tags"),
        ("kafka = 3", "kafka: 3 cannot be used"),
        ("[kafka]\nbootstrap = 'localhost'", 'kafka.bootstrap: "localhost" is no host:port: write it like'),
        ("[kafka]\nbootstrap = 'localhost:99999'", 'kafka.bootstrap: "localhost:99999" is no host:port'),
        ("[kafka]\nbootstrap = '::1:9092'", "an IPv6 address stands in brackets"),
        ("[kafka]\nbootstrap = 'kafka://a:9092'", 'kafka.bootstrap: "kafka://a:9092" is no host:port'),
        ("[kafka]\nbootstrap = ''", "kafka.bootstrap: there is no server in it"),
        ("[kafka]\npartitions = 0", "kafka.partitions: 0 cannot be used: it should be greater than or equal to 1"),
        ("[kafka]\npartitions = 'many'", 'kafka.partitions: "many" cannot be used: it should be a valid integer'),
        ("[kafka]\nprefix = 'a b'", 'kafka.prefix: "a b" is no name'),
        ("[kafka.security]\nprotocol = 'TLS'", "is none of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL"),
        ("[kafka.security]\nusername = 'a'", 'kafka.security: protocol "PLAINTEXT" sends no user and password'),
        ("[kafka.security]\nprotocol = 'SASL_SSL'", "needs mechanism and username and password_env as well"),
        ("[kafka.security]\nca_file = 'ca.pem'", "kafka.security: ca_file is for TLS"),
        ("[kafka.security]\nprotocol = 'SSL'\ncert_file = 'a'", "cert_file and key_file belong together"),
        ("[pipeline]\ncontact = 'a)b'", "pipeline.contact: it goes into a header"),
        ("[pipeline]\nname = 'a/b'", 'pipeline.name: "a/b" is no name'),
        ("[limits]\npage_bytes = 'much'", 'limits.page_bytes: "much" cannot be used'),
        ("[limits]\ntries = 0", "limits.tries: 0 cannot be used"),
        ("[network]\nallow_loopback = 'perhaps'", 'network.allow_loopback: "perhaps" cannot be used'),
        ("[kafka\n", "is no TOML: "),
    ],
)
def test_a_fault_is_said_with_file_key_and_fix(load, toml, said):
    with pytest.raises(ConfigError, match=re.escape(said)) as raised:
        load(toml)
    assert str(raised.value).startswith(("beatwire.toml: ", "/"))


def test_all_faults_are_said_at_once_a_line_each(load):
    with pytest.raises(ConfigError) as raised:
        load("[kafka]\npartitions = 0\n[limits]\ntries = 0\n[zzz]\n")
    assert 3 == len(str(raised.value).splitlines())


@pytest.mark.parametrize(
    "toml",
    [
        "[kafka]\npassword = 'hunter2'",
        "[kafka.security]\npassword = 'hunter2'",
        "[kafka.security]\nsasl_password = 'hunter2'",
        "[kafka.security]\nclient_secret = 'hunter2'",
    ],
)
def test_a_password_in_the_file_is_refused_with_the_fix_and_never_shown(load, toml):
    with pytest.raises(ConfigError, match="password_env") as raised:
        load(toml)
    assert "hunter2" not in str(raised.value)


def test_a_fault_on_the_command_line_is_not_blamed_on_the_file(load):
    with pytest.raises(ConfigError) as raised:
        load("[limits]\ntries = 0", {"kafka.bootstrap": "nowhere"})
    assert ["command line: kafka.bootstrap", "beatwire.toml: limits.tries"] == [
        ": ".join(line.split(": ")[:2]) for line in str(raised.value).splitlines()
    ]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ('url = "https://news.example.org/rss#top"', "feeds[1].url:"),
        ('url = "https://b.example.org/rss"\nid = "one"', 'feeds[1].id: "one" is that of feeds[0] already'),
    ],
)
def test_a_feed_given_twice_is_refused(load, second, said):
    with pytest.raises(ConfigError, match=re.escape(said)):
        load(f'{FEED}id = "one"\n[[feeds]]\n{second}')


def test_a_file_that_is_asked_for_must_be_there(tmp_path, data_folder):
    with pytest.raises(ConfigError, match=r"absent\.toml: cannot be read \(No such file"):
        config.load(tmp_path / "absent.toml", data_folder=data_folder)


def test_errors_name_the_file_as_the_user_did(tmp_path, data_folder):
    path = tmp_path / "other.toml"
    path.write_text("[zzz]")
    with pytest.raises(ConfigError, match=f"^{re.escape(str(path))}: zzz: "):
        config.load(path, data_folder=data_folder)


def test_a_file_that_is_not_utf8_is_refused_in_words(tmp_path, data_folder):
    path = tmp_path / "beatwire.toml"
    path.write_bytes(b"# caf\xe9")
    with pytest.raises(ConfigError, match="is not UTF-8 at byte 5"):
        config.load(path, data_folder=data_folder)


def _up(folder: Path, pid: int) -> None:
    running.write(running.Running("127.0.0.1:1111", pid), folder)


@pytest.mark.parametrize(
    ("flag", "toml", "up", "expected"),
    [
        ("flag:1", '[kafka]\nbootstrap = "file:2"', True, "flag:1"),
        (None, '[kafka]\nbootstrap = "file:2"', True, "file:2"),
        (None, "", True, "127.0.0.1:1111"),
        (None, None, True, "127.0.0.1:1111"),
        (None, None, False, None),
    ],
)
def test_the_flag_goes_before_the_file_and_the_file_before_a_running_up(load, data_folder, flag, toml, up, expected):
    if up:
        _up(data_folder, os.getpid())
    assert expected == load(toml, {"kafka.bootstrap": flag}).kafka.bootstrap


def test_bootstrap_may_be_a_list(load):
    assert "a:1,[::1]:2" == load('[kafka]\nbootstrap = ["a:1", "[::1]:2"]').kafka.bootstrap


def test_feeds_may_come_from_the_command(load):
    read = load(None, {"feeds": [{"url": "http://127.0.0.1:80/rss", "publisher": "Demo"}]})
    assert ("Demo", "http://127.0.0.1:80/rss") == (read.feeds[0].publisher, read.feeds[0].url)


def test_the_configuration_cannot_be_changed(load):
    with pytest.raises(ValueError, match="frozen"):
        load().kafka.prefix = "other"


class TestRunning:
    def test_what_was_left_is_read_again(self, data_folder):
        _up(data_folder, os.getpid())
        assert running.Running("127.0.0.1:1111", os.getpid()) == running.read(data_folder)
        assert {"bootstrap": "127.0.0.1:1111", "pid": os.getpid()} == json.loads((data_folder / "up.json").read_text())

    def test_what_a_dead_process_left_is_ignored(self, data_folder):
        pid = os.spawnlp(os.P_NOWAIT, "true", "true")
        os.waitpid(pid, 0)
        _up(data_folder, pid)
        assert running.read(data_folder) is None

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"bootstrap": "a:1"}', '{"bootstrap": "a:1", "pid": "x"}'])
    def test_what_cannot_be_read_is_ignored(self, data_folder, text):
        (data_folder / "up.json").write_text(text)
        assert running.read(data_folder) is None

    @pytest.mark.parametrize("pid", [0, -1, 10**30])
    def test_a_pid_that_names_no_process_is_ignored(self, data_folder, pid):
        _up(data_folder, pid)
        assert running.read(data_folder) is None

    def test_only_its_own_is_taken_back(self, data_folder):
        _up(data_folder, os.getpid())
        running.clear(os.getpid() + 1, data_folder)
        assert running.read(data_folder) is not None
        running.clear(os.getpid(), data_folder)
        assert not (data_folder / "up.json").exists()
        running.clear(os.getpid(), data_folder)

    def test_the_folder_is_made_when_it_lacks(self, tmp_path):
        running.write(running.Running("a:1", os.getpid()), tmp_path / "x" / "y")
        assert running.read(tmp_path / "x" / "y") is not None
