"""The group: help, wrong names, and how errors are said."""

import logging

import click
import pytest
from click.testing import CliRunner

from pipelines.cli import COMMANDS, beatwire, logs
from pipelines.cli.group import LazyGroup
from transforms.errors import BeatwireError, ConfigError, FetchFailed, KafkaUnavailable

ERRORS = {
    "config": ConfigError("beatwire.toml: a: wrong\nbeatwire.toml: b: wrong"),
    "kafka": KafkaUnavailable("no connection"),
    "item": FetchFailed("https://e.org", "HTTP 500"),
    "hostile": FetchFailed("https://e.org", "media type \x1b[2J"),
    "bug": ZeroDivisionError("boom"),
}


@click.command()
@click.argument("which")
def failing(which):
    raise ERRORS[which]


GROUP = LazyGroup("beatwire", lazy={"fail": (f"{__name__}:failing", "Fails.")})


@pytest.fixture
def run(monkeypatch):
    """Runs a command of a group that has one, which fails as it is told."""
    monkeypatch.setattr(GROUP, "get_command", lambda ctx, name: failing if name == "fail" else None)
    return lambda *arguments: CliRunner().invoke(GROUP, arguments)


@pytest.mark.parametrize(
    ("which", "code", "said"),
    [
        ("config", 2, "beatwire: beatwire.toml: a: wrong\nbeatwire: beatwire.toml: b: wrong\n"),
        ("kafka", 1, "beatwire: no connection\n"),
        ("item", 1, "beatwire: HTTP 500 (https://e.org)\n"),
        ("hostile", 1, "beatwire: media type �[2J (https://e.org)\n"),
    ],
)
def test_an_expected_error_is_a_sentence_and_an_exit_code(run, which, code, said):
    result = run("fail", which)
    assert (code, said, "") == (result.exit_code, result.stderr, result.stdout)


def test_a_bug_is_not_dressed_up(run):
    assert isinstance(run("fail", "bug").exception, ZeroDivisionError)


def test_every_expected_error_is_of_the_tree():
    assert all(isinstance(error, BeatwireError) for name, error in ERRORS.items() if name != "bug")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tial"], 'there is no command "tial"; did you mean "tail"?'),
        (["xyzzy"], 'there is no command "xyzzy"; known are up, run, once, tail,'),
        (["tail", "--nosuch"], "No such option"),
        (["tail", "--max", "0"], "0 is not in the range"),
        (["tail", "--topic", "texts"], "'texts' is not one of"),
        (["--nosuch"], "No such option"),
    ],
)
def test_wrong_usage_is_answered_with_a_hint_and_exit_code_2(arguments, said):
    result = CliRunner().invoke(beatwire, arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_help_lists_every_command():
    result = CliRunner().invoke(beatwire, ["--help"])
    assert result.exit_code == 0
    assert all(f"\n  {name} " in result.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_can_be_had_and_has_help(name):
    result = CliRunner().invoke(beatwire, [name, "--help"])
    assert (0, True) == (result.exit_code, result.stdout.startswith(f"Usage: beatwire {name} "))


def test_the_version_is_said():
    result = CliRunner().invoke(beatwire, ["--version"])
    assert result.stdout.startswith("beatwire ")


@pytest.mark.parametrize(
    ("verbose", "shown"), [(False, ["ours: careful"]), (True, ["ours: careful", "ours: detail", "theirs: alarm"])]
)
def test_logs_are_shown_when_asked_for_and_otherwise_only_our_own_warnings(capsys, verbose, shown):
    root = logging.getLogger()
    level = root.level
    logs.set_up(verbose)
    try:
        logging.getLogger("connectors.x").warning("ours: careful")
        logging.getLogger("connectors.x").info("ours: detail")
        logging.getLogger("library.part").error("theirs: alarm")
    finally:
        for handler in [one for one in root.handlers if one.name == "beatwire"]:
            root.removeHandler(handler)
        root.setLevel(level)
    lines = capsys.readouterr().err.splitlines()
    assert shown == [text[text.index(said) :] for said in shown for text in lines if said in text]
    assert len(shown) == len(lines)
