"""Going on after a restart."""

import socket
from pathlib import Path

import pytest

from connectors.demo import resume
from connectors.demo.resume import STATE


def test_a_running_programme_goes_on(tmp_path: Path):
    first = resume(tmp_path, now=1000.0, speed=2.0, duration=30)
    assert first == resume(tmp_path, now=1030.0, speed=2.0, duration=30)


def test_after_its_end_a_new_programme_begins_on_the_same_port(tmp_path: Path):
    first = resume(tmp_path, now=1000.0, duration=30)
    assert (first.port, 1031.0, 1.0) == resume(tmp_path, now=1031.0, duration=30)


def test_another_speed_begins_a_new_programme(tmp_path: Path):
    first = resume(tmp_path, now=1000.0, duration=30)
    assert (first.port, 1010.0, 4.0) == resume(tmp_path, now=1010.0, speed=4.0, duration=30)


def test_a_clock_set_back_begins_a_new_programme(tmp_path: Path):
    resume(tmp_path, now=1000.0, duration=30)
    assert 500.0 == resume(tmp_path, now=500.0, duration=30).epoch


def test_a_taken_port_is_left_for_another(tmp_path: Path):
    first = resume(tmp_path, now=1000.0, duration=30)
    with socket.socket() as other:
        other.bind(("127.0.0.1", first.port))
        other.listen()
        second = resume(tmp_path, now=1010.0, duration=30)
    assert first.port != second.port
    assert 1010.0 == second.epoch
    assert second == resume(tmp_path, now=1020.0, duration=30)


@pytest.mark.parametrize("state", ["", "{", "[]", '{"port": 1}', '{"port": "x", "epoch": 1, "speed": 1}'])
def test_a_state_that_cannot_be_read_begins_anew(tmp_path: Path, state: str):
    (tmp_path / STATE).write_text(state)
    assert 1000.0 == resume(tmp_path, now=1000.0).epoch


def test_the_folder_is_made(tmp_path: Path):
    resume(tmp_path / "deep" / "down", now=1000.0)
    assert (tmp_path / "deep" / "down" / STATE).is_file()
