"""What a chaos run's verdict finds wrong, on topics made by hand."""

import copy

import pytest

from bench.chaos.faults import QUIET, fault
from bench.chaos.verdict import Told, judge

LINK = "https://wire.example/1"


def version(event, revision, previous=None):
    return {
        "item": {"headlines": [{"value": f"Form {revision}"}]},
        "source": {"link": LINK},
        "version": {"event": event, "revision": revision},
        "change": {"previous": previous} if previous else None,
    }


def find(number, ordinal):
    return {"findId": f"f{number}", "source": {"id": "wire"}, "ordinal": ordinal, "entry": {"link": LINK}}


def topics():
    return {
        "finds": (find(1, 1), find(2, 2)),
        "outcomes": ({"findId": "f1"}, {"findId": "f2"}),
        "articles": {"a": (version("e1", 1), version("e2", 2, "e1"))},
        "latest": {"a": version("e2", 2, "e1")},
    }


def wrong(changed, finals=None, items=(LINK,)):
    return judge(Told(**changed), {"a": "Form 2"} if finals is None else finals, items).wrong


def test_topics_on_which_all_is_well():
    assert () == wrong(topics())


def test_a_repeat_with_an_equal_id_is_counted_and_not_wrong():
    told = topics() | {"articles": {"a": (version("e1", 1), version("e1", 1), version("e2", 2, "e1"))}}
    verdict = judge(Told(**told), {"a": "Form 2"}, [LINK])
    assert ((), 1) == (verdict.wrong, verdict.figures["repeats with an equal id"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"outcomes": ({"findId": "f1"},)}, "find without outcome"),
        ({"outcomes": ({"findId": "f1"}, {"findId": "f2"}, {"findId": "f3"})}, "outcome without find"),
        ({"finds": (find(1, 1), find(2, 3))}, "lacks the finds [2]"),
        ({"latest": {}}, "latest of a is not the newest"),
        ({"latest": {"a": version("e1", 1)}}, "latest of a is not the newest"),
        ({"latest": {"a": version("e2", 2, "e1"), "b": version("e9", 1)}}, "on latest and not on articles"),
        ({"articles": {"a": (version("e1", 1), version("e3", 2, "e1"), version("e2", 2, "e1"))}}, "2 event ids"),
        ({"articles": {"a": (version("e1", 1), version("e2", 2, "e0"))}}, "was never told"),
        ({"articles": {"a": (version("e2", 2),)}}, "revisions [2]"),
    ],
)
def test_what_must_not_be_is_found(change, said):
    told = copy.deepcopy(topics()) | change
    assert any(said in line for line in wrong(told))


def test_a_lost_article_is_found():
    assert [line for line in wrong(topics(), {"a": "Form 2", "b": "x"}) if "lost" in line]


def test_an_old_version_on_latest_is_found():
    assert any("not the newest" in line for line in wrong(topics(), {"a": "Form 3"}))


def test_an_article_that_should_be_retracted_and_is_not_is_found():
    assert any("not the newest" in line for line in wrong(topics(), {"a": None}))


def test_an_item_that_was_never_found_is_told():
    assert ("never found: https://wire.example/9",) == wrong(topics(), items=(LINK, "https://wire.example/9"))


def test_a_seed_makes_the_same_plan_again():
    plan = [fault(3, number) for number in range(50)]
    assert plan == [fault(3, number) for number in range(50)]
    assert plan != [fault(4, number) for number in range(50)]
    assert {"pipeline", "worker", "broker", "freeze"} == {one.what for one in plan}
    assert all(QUIET[0] <= one.after <= QUIET[1] for one in plan)
