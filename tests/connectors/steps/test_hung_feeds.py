"""Feeds that hang, or answer a byte a second, beside others of their shard, on the real client."""

import dataclasses
import time

from beam_by_hand import ByHand, RealClock
from hand_worker import HandWorker, settings_of_a_run
from records import source

from bench.load.pipeline import lateness
from bench.load.site import serving
from connectors import worker
from connectors.steps.poll_feeds import _PollFeeds
from connectors.web.client import WebSettings
from connectors.web.guard import Policy
from transforms.cursor import Cursor

TICK, LATE = 0.2, 0.3  # seconds; LATE: by which a busy machine may be late besides
SECONDS = 5.0
BAD = ("hang", "drip")
LOOPBACK = WebSettings(policy=Policy(allow_loopback=True))


class OnTheWeb(HandWorker):
    """Topics on paper, but requests and client as they are."""

    background = worker.Worker.background
    web = worker.Worker.web


def test_no_other_feed_of_the_shard_is_late_by_more_than_a_tick(tmp_path):
    with serving(tmp_path / "requests") as site:
        ordinary = [source(f"feed-{n:05}", url=site.url(n, f"/feed/{n}"), interval=1.0) for n in range(8)]
        bad = [source(kind, url=site.url(90 + n, f"/{kind}/{n}"), interval=1.0) for n, kind in enumerate(BAD)]
        settings = dataclasses.replace(
            settings_of_a_run(), web=LOOPBACK, feeds=(*bad, *ordinary), shards=1, tick=TICK, spacing=0.0
        )
        hand = OnTheWeb(settings)
        worker.adopt(settings.run_id, hand)
        try:
            polling, end = ByHand(_PollFeeds(settings, RealClock()), RealClock()), time.time() + SECONDS
            polling.process((0, 0))
            while time.time() < end:
                time.sleep(max(0.0, polling.alarm - time.time()))
                polling.ring()
        finally:
            worker.drop(settings.run_id)
        cursors = {}
        for cursor in hand.kafka.values("feeds", Cursor):
            cursors.setdefault(cursor.feed_id, {})[cursor.polls + 1] = cursor  # its due is that of the poll after
        late, _ = lateness(site.requests(), cursors, 0.0, 0.0)
        assert len(ordinary) == len(late)
        assert min(len(times) for times in late.values()) >= 3
        assert max(max(times) for times in late.values()) <= TICK + LATE
