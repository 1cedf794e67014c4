"""The pages of a round: pieces as they come, few at a time, nobody held up by another."""

import asyncio
import itertools
import threading
import time

import pytest
from records import find

from connectors import round as rounds
from connectors.background import Background
from connectors.round import Round
from transforms.records import Fetched

SOON = 10.0  # seconds


@pytest.fixture
def background():
    made = Background()
    yield made
    made.close()


@pytest.fixture
def begun():
    """Links of the pages that were begun, in order."""
    return []


@pytest.fixture
def ask(begun):
    async def at_once(one):
        begun.append(one.entry.link)
        return Fetched(find=one)

    return at_once


def filled(background, *domains, spacing=0.0, draining=None):
    made = Round(background, draining or threading.Event(), spacing)
    for number, domain in enumerate(domains):
        made.add(domain, find(f"https://{domain}.example/{number}"))
    return made


def until(true):
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def taken(of):
    while of.more:
        yield [one.find.entry.link for one in of.take()]


def test_a_round_without_pages_is_over(background, ask):
    made = filled(background)
    made.begin(ask)
    assert not made.more


def test_all_pages_come_each_once_in_pieces_that_are_never_larger(background, ask, monkeypatch):
    monkeypatch.setattr(rounds, "PIECE", 3)
    made = filled(background, *"abcdefgh", *"aa")
    made.begin(ask)
    pieces = list(taken(made))
    assert max(map(len, pieces)) <= 3
    assert 10 == len({link for piece in pieces for link in piece}) == sum(map(len, pieces))


def test_no_more_pages_are_begun_than_a_piece_until_it_is_taken(background, ask, begun, monkeypatch):
    monkeypatch.setattr(rounds, "PIECE", 3)
    made = filled(background, *"abcdefghij")
    made.begin(ask)
    until(lambda: len(begun) == 3)
    time.sleep(0.3)
    assert 3 == len(begun)
    made.take()
    until(lambda: len(begun) == 6)


def test_pages_that_come_to_nothing_take_no_place(background, begun, ask, monkeypatch):
    monkeypatch.setattr(rounds, "PIECE", 1)

    async def failing(one):
        return await ask(one) if len(begun) == 4 else begun.append("")

    made = filled(background, *"abcde")
    made.begin(failing)
    assert 1 == sum(map(len, taken(made)))
    assert 5 == len(begun)


def test_a_page_that_does_not_answer_holds_up_no_other_domain_for_long(background, ask, monkeypatch):
    monkeypatch.setattr(rounds, "SECONDS", 0.3)

    async def asked(one):
        if "slow" in one.entry.link:
            await asyncio.sleep(SOON)
        return await ask(one)

    made = filled(background, "slow", "a", "b")
    made.begin(asked)
    assert {"https://a.example/1", "https://b.example/2"} == {one.find.entry.link for one in made.take()}
    assert made.more


def test_a_full_piece_waits_for_nothing(background, ask, monkeypatch):
    monkeypatch.setattr(rounds, "PIECE", 2)
    monkeypatch.setattr(rounds, "SECONDS", 60.0)
    made = filled(background, *"abc")
    made.begin(ask)
    began = time.monotonic()
    assert 2 == len(made.take())
    assert time.monotonic() - began < SOON


def test_pages_of_one_domain_are_spaced_and_in_order(background, monkeypatch):
    at = []

    async def asked(one):
        at.append((one.entry.link[-1], time.monotonic()))
        return Fetched(find=one)

    made = filled(background, *"aaa", spacing=0.3)
    made.begin(asked)
    list(taken(made))
    assert ["0", "1", "2"] == [link for link, _ in at]
    assert min(after - before for (_, before), (_, after) in itertools.pairwise(at)) >= 0.3


def test_when_the_run_is_told_to_end_what_was_not_begun_is_left(background, ask, begun):
    draining = threading.Event()

    async def last(one):
        draining.set()
        return await ask(one)

    made = filled(background, *"aaa", draining=draining)
    made.begin(last)
    assert 1 == sum(map(len, taken(made)))
    assert (1, 2) == (len(begun), made.left)


def test_after_its_time_nothing_is_begun_and_no_spacing_is_waited_for(background, ask, begun):
    made = filled(background, *"aab", spacing=60.0)
    began = time.monotonic()
    made.begin(ask, began + 0.5)
    assert 2 == sum(map(len, taken(made)))
    assert (2, 1) == (len(begun), made.left)
    assert time.monotonic() - began < SOON


def test_an_error_is_raised_where_pages_are_taken_however_late(background, begun):
    async def broken(one):
        begun.append(one)
        raise ZeroDivisionError

    made = filled(background, "a")
    made.begin(broken)
    until(lambda: begun)
    time.sleep(0.3)
    assert made.more
    with pytest.raises(ZeroDivisionError):
        made.take()
