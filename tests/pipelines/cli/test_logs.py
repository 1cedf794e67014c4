"""What is logged cannot make a terminal do anything, whoever is quoted in it."""

import logging
import sys

import pytest

from pipelines.cli import logs


@pytest.fixture(params=[False, True], ids=["quiet", "verbose"])
def logger(request):
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    logs.set_up(request.param)
    yield logging.getLogger("connectors.hostile")
    root.setLevel(before[0])
    for handler in [one for one in root.handlers if one not in before[1]]:
        root.removeHandler(handler)


def test_escapes_and_marks_that_reorder_are_taken_out(logger, capsys):
    logger.warning("feed %s: %s", "\x1b[2Jwire\x07", "\u202egnp.exe\rbeatwire: all is well")
    said = capsys.readouterr().err
    assert "feed �[2Jwire�: gnp.exe beatwire: all is well\n" in said
    assert 1 == said.count("\n")


def test_a_traceback_keeps_its_lines_and_loses_its_escapes(logger, capsys):
    try:
        raise ValueError("\x1b]0;owned\x07")
    except ValueError:
        logger.warning("it failed", exc_info=sys.exc_info())
    said = capsys.readouterr().err.splitlines()
    assert len(said) > 3
    assert "ValueError: �]0;owned�" == said[-1]
