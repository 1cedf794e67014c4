"""What other rules would say: differences of one article, sums over many."""

from transforms.tag import tag
from transforms.tag.preview import MAX_VALUES, OTHERS, Difference, Moved, Preview, Sample, difference
from transforms.tags import Action, Date, Document, Tags

OFF = Tags(rules_version="1")
BAN = tag(Document(title="India bans TikTok"))


def sample(told: Difference, name: str = "a") -> Sample:
    return Sample(id=name, title=name, url="", difference=told)


def with_stage(stage: str, actor: str | None = None) -> Tags:
    actions = (Action(main=True, apps=("TikTok",), stage=stage),)
    return Tags(topics=("app-ban",), apps=("TikTok",), stage=stage, actions=actions)


def test_an_article_that_comes_onto_the_beat_is_gained_with_its_values_and_quotes():
    told = difference(OFF, BAN)

    assert ("gained", ()) == (told.kind, told.lost)
    assert {"topics:app-ban", "apps:TikTok", "jurisdictions:IN", "measures:ban"} == set(told.gained)
    assert ("apps:TikTok", "India bans TikTok") in told.quotes


def test_an_article_that_leaves_the_beat_is_lost_and_quotes_what_it_had():
    told = difference(BAN, OFF)

    assert ("lost", ()) == (told.kind, told.gained)
    assert ("topics:app-ban", "India bans TikTok") in told.quotes


def test_a_stage_that_differs_is_a_move_and_no_value():
    told = difference(with_stage("proposed"), with_stage("announced"))

    assert Difference(kind="changed", moved=(Moved(field="stage", before="proposed", after="announced"),)) == told


def test_rules_and_versions_do_not_count():
    assert Difference(kind="same") == difference(BAN, Tags(**{**_fields(BAN), "rules_version": "2", "evidence": ()}))
    assert Difference(kind="same") == difference(OFF, Tags(rules_version="2"))


def test_a_date_of_another_role_is_a_value_of_its_own():
    def dated(role):
        date = Date(date="2026-01", precision="month", role=role, part="text", start=0, end=1, quote="x", rule="r")
        return Tags(topics=("app-ban",), dates=(date,))

    told = difference(dated("deadline"), dated("effective"))
    assert (("dates:2026-01 effective",), ("dates:2026-01 deadline",)) == (told.gained, told.lost)


def test_actions_that_differ_where_the_lists_do_not_are_told():
    one = Tags(topics=("app-ban",), actions=(Action(apps=("A",), stage="halted"), Action(apps=("B",))), apps=("A", "B"))
    other = Tags(
        topics=("app-ban",), actions=(Action(apps=("A",)), Action(apps=("B",), stage="halted")), apps=("A", "B")
    )

    assert ["actions"] == [moved.field for moved in difference(one, other).moved]


def test_a_preview_counts_articles_values_and_moves_and_keeps_a_few_samples():
    preview = Preview()
    for number in range(9):
        preview.add(sample(difference(OFF, BAN), str(number)), most=2)
    preview.add(sample(difference(with_stage("proposed"), with_stage("announced"))))
    preview.add(sample(Difference(kind="same")))

    assert (11, {"gained": 9, "lost": 0, "changed": 1, "same": 1}) == (preview.articles, preview.kinds)
    assert [9, 0] == preview.values["apps:TikTok"]
    assert {"stage": {"proposed -> announced": 1}} == preview.moves
    assert ["0", "1"] == [one.id for one in preview.samples["gained"]]


def test_a_preview_does_not_grow_with_the_values_of_the_news():
    preview = Preview()
    for number in range(MAX_VALUES + 50):
        preview.add(sample(Difference(kind="gained", gained=(f"instruments:Act {number}",))))

    assert MAX_VALUES + 1 == len(preview.values)
    assert [50, 0] == preview.values[OTHERS]


def _fields(tags: Tags) -> dict[str, object]:
    return {name: getattr(tags, name) for name in Tags.__struct_fields__}
