"""What the topics of a run say of losses, repeats and endings."""

from bench.flink.figures import sizes
from bench.flink.ledger import Ledger, differences, otherwise_tagged
from connectors.flink import Checkpoint


def find(name="f", poll=1):
    return {"findId": name, "poll": poll}


def outcome(name="f", poll=1, outcome="published"):
    return {"findId": name, "poll": poll, "feedId": "wire", "link": "https://wire.example/1", "outcome": outcome}


def event(name="e", revision=1, title="One", published="2026-01-01T00:00:00Z"):
    return {
        "item": {"title": title},
        "version": {"event": name, "revision": revision},
        "pipeline": {"times": {"found": "2026-01-01T00:00:00.000Z", "published": published}},
    }


def ledger(*events, latest="e"):
    made = Ledger(latest={"a": latest})
    for one in events:
        made.add_event("a", one, 0.0)
    return made


def test_a_find_without_outcome_is_unfinished():
    made = Ledger()
    made.add_find(find("f", 1), 0.0)
    made.add_find(find("f", 2), 0.0)
    made.add_outcome(outcome("f", 1))
    assert {("f", 2)} == made.unfinished()


def test_an_event_sent_again_is_a_repeat_and_no_fault_whatever_its_times():
    made = ledger(event(), event(published="2026-01-01T00:01:00Z"))
    assert 1 == made.repeats()
    assert [] == made.faults()


def test_one_event_id_with_two_contents_is_a_fault():
    assert ["event e has two contents"] == ledger(event(), event(title="Two")).faults()


def test_two_events_of_one_revision_are_a_fault():
    assert ["article a has 2 events of revision 1"] == ledger(event("e"), event("x"), latest="x").faults()


def test_latest_behind_the_newest_version_is_a_fault():
    assert ["latest of a is e, not x"] == ledger(event("e"), event("x", revision=2)).faults()


def test_an_article_that_only_latest_knows_is_a_fault():
    assert ["latest of a is e, not None"] == ledger().faults()


def test_a_find_that_ended_in_two_ways_is_a_fault():
    made = Ledger()
    made.add_outcome(outcome())
    made.add_outcome(outcome())
    assert [] == made.faults()
    made.add_outcome(outcome(outcome="seen"))
    assert ["find f ended as ['published', 'published', 'seen']"] == made.faults()


def test_runs_that_said_the_same_at_other_times_do_not_differ():
    assert [] == differences(ledger(event()), ledger(event(published="2026-01-01T00:01:00Z")))


def test_runs_differ_by_events_contents_latest_and_endings():
    left, right = (
        ledger(event("e"), event("x", 2), latest="x"),
        ledger(event("e", title="Two"), event("y", 2), latest="y"),
    )
    left.add_outcome(outcome())
    assert [
        "event x of a is only in the first",
        "event y of a is only in the second",
        "event e of a differs: item",
        "`latest` differs",
        "('wire', 'https://wire.example/1') ended as published and None",
    ] == differences(left, right)


def test_only_completed_checkpoints_count():
    one = Checkpoint(1, "FAILED", 0, 1.0, 0.0, None)
    assert "no checkpoint was completed" == sizes([one])
    assert sizes([one, Checkpoint(2, "COMPLETED", 2000, 0.5, 0.0, "/x")]).startswith("1 checkpoints, first 2 kB")


def test_an_event_by_other_rules_than_those_given_is_a_fault():
    made = ledger({**event(), "tags": {"rulesVersion": "2"}})
    assert [] == otherwise_tagged(made, "2")
    assert ["event e was tagged by rules 2, not 3"] == otherwise_tagged(made, "3")
    assert ["no event"] == otherwise_tagged(Ledger(), "2")
