"""What hosts told anybody in this process."""

from beam_by_hand import START, Clock

from connectors.web import hushes
from connectors.web.hushes import Hushes
from transforms.politeness import Pace, Paces

HOST = "www.paper.example"


def test_what_one_step_was_told_another_knows_of_the_hosts_that_it_asks():
    told = Hushes(Clock())
    told.tell(Paces(hosts={HOST: Pace(quiet=START + 60, reason="HTTP 429")}))
    assert Paces() == told.known(Paces(), {"other.example"})
    assert Pace(quiet=START + 60, reason="HTTP 429") == told.known(Paces(), {HOST}).of(HOST)


def test_what_a_step_knows_better_stays():
    told = Hushes(Clock())
    told.tell(Paces(hosts={HOST: Pace(quiet=START + 60)}))
    mine = Paces(hosts={HOST: Pace(quiet=START + 90, strikes=2)})
    assert mine is told.known(mine, {HOST})


def test_what_is_past_is_not_noted():
    told = Hushes(Clock())
    told.tell(Paces(hosts={HOST: Pace(quiet=START)}))
    assert Paces() == told.known(Paces(), {HOST})


def test_a_robots_txt_that_cannot_be_had_is_no_word_of_the_host():
    told = Hushes(Clock())
    told.tell(Paces(hosts={HOST: Pace(quiet=START + 60, robots=True)}))
    assert Paces() == told.known(Paces(), {HOST})


def test_after_a_clock_that_was_ahead_what_is_told_now_counts():
    clock = Clock(START + 1e6)
    told = Hushes(clock)
    told.tell(Paces(hosts={HOST: Pace(quiet=START + 1e6 + 60)}))
    clock.now = START
    assert Paces() == told.known(Paces(), {HOST})
    told.tell(Paces(hosts={HOST: Pace(quiet=START + 60)}))
    assert START + 60 == told.known(Paces(), {HOST}).of(HOST).quiet


def test_no_more_hosts_are_held_than_so_many(monkeypatch):
    monkeypatch.setattr(hushes, "_MOST", 3)
    clock = Clock()
    told = Hushes(clock)
    for number in range(3):
        told.tell(Paces(hosts={f"{number}.example": Pace(quiet=START + 10)}))
    clock.now += 11
    told.tell(Paces(hosts={"3.example": Pace(quiet=START + 100)}))
    assert {"3.example"} == told._told.keys()
    for number in range(4, 9):
        told.tell(Paces(hosts={f"{number}.example": Pace(quiet=START + 100)}))
    assert 3 == len(told._told)
