"""The simulation of the polling schedule, over streams of our own."""

import gzip
import json

import pytest

from bench.polling import arrivals, trials
from bench.polling.arrivals import WINDOW, Item, Stream
from bench.polling.simulation import follow
from transforms import instants
from transforms.records import Entry

HOUR, DAY = 3600.0, 86_400.0
BEGIN = 1_800_000_000.0


def stream(every, days=10, begin=BEGIN):
    """An entry each so many seconds."""
    return Stream(
        Item(at, Entry(link=f"https://a.example/{at:.0f}", title="t", published=instants.to_text(at)))
        for at in (begin + every * number for number in range(1, int(days * DAY / every)))
    )


def test_every_entry_of_a_feed_is_found_once_and_its_delay_is_known():
    tale = follow(trials.every(600.0)("a"), stream(1800.0), BEGIN, BEGIN + 2 * DAY)
    assert (0, 95) == (tale.missed, len(tale.delays))
    assert pytest.approx(2 * DAY / 600, rel=0.02) == tale.polls
    assert all(0 <= delay <= 660 for delay in tale.delays)


def test_entries_that_roll_off_while_the_pipeline_is_away_are_counted_and_told():
    away = (BEGIN + 4 * DAY, BEGIN + 6 * DAY)
    tale = follow(trials.adaptive("a"), stream(HOUR), BEGIN, BEGIN + 8 * DAY, away)
    ((lost, gap),) = tale.gaps
    assert lost == tale.missed
    assert pytest.approx(48 - WINDOW, abs=2) == lost
    assert pytest.approx(lost, abs=4) == gap.missed


def test_a_feed_that_falls_silent_is_told_and_one_that_does_not_is_not():
    silent = stream(HOUR).without(BEGIN + 8 * DAY, BEGIN + 10 * DAY)
    assert [] == follow(trials.adaptive("a"), stream(HOUR), BEGIN, BEGIN + 9 * DAY).quiets
    (told,) = follow(trials.adaptive("a"), silent, BEGIN, BEGIN + 9.5 * DAY).quiets
    assert 7 * HOUR < told - BEGIN - 8 * DAY < 20 * HOUR


def test_feeds_that_publish_by_different_rates_wait_less_than_at_a_fixed_interval_of_as_many_polls():
    streams = {f"busy-{number}": stream(400.0, 3) for number in range(2)}
    streams |= {f"slow-{number}": stream(5 * HOUR + number, 3) for number in range(8)}
    record = arrivals.Record(streams, BEGIN, BEGIN + 3 * DAY)
    compared = trials.schedules(record, trials.tales(record, trials.adaptive))
    assert compared.ours.polls == pytest.approx(compared.fixed.polls, rel=0.02)
    assert compared.ours.mean < 0.7 * compared.fixed.mean
    assert compared.rates.mean < 0.7 * compared.fixed.mean


def test_a_record_takes_the_moment_of_publication_where_it_is_plausible(tmp_path):
    def row(arrived, published, link, feed="https://a.example/feed"):
        text = {name: instants.to_text(BEGIN + at) for name, at in (("arrived", arrived), ("published", published))}
        return json.dumps({**text, "feed": feed, "link": link, "title": "t"})

    path = tmp_path / "arrivals.jsonl.gz"
    rows = [row(9000, 5000, "one"), row(9000, 9500, "two"), row(9000, -2 * DAY, "three"), row(9900, 6000, "one")]
    rows += [row(1, 1, "four", "https://www.reddit.com/r/x/.rss"), row(1, 1, "five", ""), row(DAY, DAY, "six")]
    path.write_bytes(gzip.compress("\n".join(rows).encode()))
    record = arrivals.load(path)
    assert ["https://a.example/feed"] == list(record.streams)
    assert [5000, 9000, 9000, DAY] == [item.at - BEGIN for item in record.streams["https://a.example/feed"].items]
