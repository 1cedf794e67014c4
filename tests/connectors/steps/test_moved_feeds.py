"""Feeds that moved to a domain of another shard: nobody asks that domain more often for it."""

import pytest
from beam_by_hand import START, ByHand, Clock
from hand_worker import employed, feed
from records import source

from connectors.books import shard_of
from connectors.steps.bounded import _PollOnce
from connectors.steps.poll_feeds import _PollFeeds
from transforms import instants
from transforms.cursor import Cursor

WIRE, GAZETTE = source("wire", interval=600.0), source("gazette", interval=600.0)
MOVED = WIRE.url.replace("feed", "gazette")  # where gazette is asked instead, on the domain of wire
SHARDS, SPACING, DUE = 2, 3.0, START + 10.0


@pytest.fixture
def hand():
    with employed(feeds=(WIRE, GAZETTE), shards=SHARDS, spacing=SPACING) as made:
        made.web.answers = {url: feed(url, "first") for url in (WIRE.url, MOVED)}
        for one, address in ((WIRE, None), (GAZETTE, MOVED)):
            due = instants.to_text(DUE)
            known = Cursor(feed_id=one.id, url=one.url, next_poll=due, polls=1, address=address)
            made.kafka.put("feeds", one.id, known)
        yield made


def test_two_shards_keep_the_spacing_of_a_domain_together(hand):
    assert shard_of(WIRE, SHARDS) != shard_of(GAZETTE, SHARDS)
    polling = ByHand.of(_PollFeeds, hand.settings)
    for shard in range(SHARDS):
        polling.process((shard, 0))
    times = {}
    while polling.alarm <= DUE + 60.0:
        polling.ring()
        for url, _ in hand.web.asked:
            times.setdefault(url, polling.clock.now)
    assert {WIRE.url, MOVED} == times.keys()
    assert hand.settings.manners[0].spacing <= abs(times[WIRE.url] - times[MOVED])


def test_a_round_asks_a_domain_for_its_feeds_one_after_the_other_wherever_they_came_from(hand, monkeypatch):
    waits = []

    async def noted(seconds):
        waits.append(seconds)

    monkeypatch.setattr("connectors.steps.bounded.asyncio.sleep", noted)
    list(_PollOnce(hand.settings, Clock()).process(0))
    assert [WIRE.url, MOVED] == [url for url, _ in hand.web.asked]
    assert SPACING in waits
