"""Deduplicate by hand: what goes on, what ends, and what it asks of `outcomes`."""

from beam_by_hand import ByHand
from msgspec.structs import replace
from records import find, outcome, source

from connectors.steps.deduplicate import ENDED, SHARDS, _Deduplicate, keyed_by_shard
from transforms import instants
from transforms.coders import RecordCoder
from transforms.dedupe import UnderWay
from transforms.records import Entry, Find

LINK = "https://www.paper.co.uk/2026/ban"
FIRST = find(LINK)


def step(hand):
    return ByHand.of(_Deduplicate, hand.settings)


def gone_on(out):
    return [find for one in out if isinstance(one, tuple) for find in one if isinstance(find, Find)]


def ended(out):
    return [one.value for one in out if getattr(one, "tag", None) == ENDED]


def keyed(find):
    return keyed_by_shard((find.item_id, find))


def test_the_first_find_of_an_item_goes_on_under_its_registered_domain(hand):
    assert [("paper.co.uk", FIRST)] == step(hand).bundle(keyed(FIRST))


def test_a_find_without_link_goes_on_under_its_feed(hand):
    bare = find(entry=Entry(guid="g-1", title="Ban"))
    assert [("wire", bare)] == step(hand).bundle(keyed(bare))


def test_the_same_item_of_another_feed_ends_as_seen(hand):
    other = find(LINK, of=source("desk"))
    (said,) = ended(step(hand).bundle(keyed(FIRST), keyed(other)))
    assert ("seen", other.find_id, other.item_id, "desk", LINK) == (
        said.outcome,
        said.find_id,
        said.item_id,
        said.feed_id,
        said.link,
    )
    assert "wire" in said.reason


def test_a_changed_entry_of_the_same_feed_goes_on(hand):
    changed = find(LINK, entry=replace(FIRST.entry, title="Ban lifted"))
    assert FIRST.item_id == changed.item_id
    assert [FIRST, changed] == gone_on(step(hand).bundle(keyed(FIRST), keyed(changed)))


def test_what_sweep_brings_back_and_state_knows_is_dropped(hand):
    assert [FIRST] == gone_on(step(hand).bundle(keyed(FIRST), keyed(replace(FIRST, swept=True))))


def test_what_sweep_brings_back_after_state_was_lost_goes_on(hand):
    step(hand).bundle(keyed(FIRST))
    swept = replace(FIRST, swept=True)
    assert [swept] == gone_on(step(hand).bundle(keyed(swept)))


def test_what_has_its_outcome_is_not_read_again_after_state_was_lost(hand):
    hand.kafka.put("outcomes", FIRST.find_id, outcome(FIRST))
    assert [] == step(hand).bundle(keyed(FIRST))


def test_after_state_was_lost_the_topic_knows_whose_an_item_is(hand):
    hand.kafka.put("outcomes", FIRST.find_id, outcome(FIRST))
    other = find(LINK, of=source("desk"))
    assert ["seen"] == [one.outcome for one in ended(step(hand).bundle(keyed(other)))]


def test_an_entry_that_was_old_when_it_was_found_ends_as_too_old(hand):
    published = instants.to_text(instants.from_text(FIRST.found) - hand.settings.max_age - 60)
    old = find(LINK, entry=Entry(link=LINK, title="Ban", published=published))
    assert ["too-old"] == [one.outcome for one in ended(step(hand).bundle(keyed(old)))]


def test_outcomes_are_read_once_a_bundle(hand):
    deduplicating = step(hand)
    finds = [find(f"{LINK}/{number}") for number in range(3)]
    deduplicating.bundle(*map(keyed, finds))
    assert 1 == hand.times_read("outcomes")
    deduplicating.bundle(*map(keyed, finds))
    assert 2 == hand.times_read("outcomes")


def in_state(deduplicating):
    stored = [deduplicating.state(shard).get("under_way") for shard in range(SHARDS)]
    coder = RecordCoder(UnderWay)
    return {item for one in stored if one for item in coder.decode(one).items}


def test_state_holds_what_is_under_way_and_forgets_what_has_ended(hand):
    deduplicating = step(hand)
    finds = [find(f"{LINK}/{number}") for number in range(200)]
    deduplicating.bundle(*map(keyed, finds))
    assert {one.item_id for one in finds} == in_state(deduplicating)
    for one in finds[:-1]:
        hand.kafka.put("outcomes", one.find_id, outcome(one))
    # Whatever comes next to a shard takes out what has ended there.
    deduplicating.bundle(*(keyed(replace(one, swept=True)) for one in finds))
    assert {finds[-1].item_id} == in_state(deduplicating)


def test_what_has_ended_and_left_state_is_judged_by_the_topic(hand):
    deduplicating = step(hand)
    deduplicating.bundle(keyed(FIRST))
    hand.kafka.put("outcomes", FIRST.find_id, outcome(FIRST))
    changed = find(LINK, entry=replace(FIRST.entry, title="Ban lifted"))
    other = find(LINK, of=source("desk"))
    out = deduplicating.bundle(keyed(replace(FIRST, swept=True)), keyed(changed), keyed(other))
    assert ([changed], ["seen"]) == (gone_on(out), [one.outcome for one in ended(out)])
