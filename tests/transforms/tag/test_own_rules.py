"""Apps, companies, terms and rules of a user's own, beside those that are shipped."""

import pickle

import pytest

from transforms.errors import ConfigError
from transforms.tag import RULES_VERSION, SHIPPED, RuleSet, tag
from transforms.tag.rules.data import shipped
from transforms.tag.rules.gathering import SHOWN, gather, rows_of
from transforms.tag.rules.own import extended, pack, unpack
from transforms.tags import Document


def own(**tables: object) -> bytes:
    return gather(list(rows_of(tables, "beatwire.toml", "tags")), shipped())


def tagged(title: str, **tables: object):
    return tag(Document(title=title), rules=RuleSet(own(**tables)))


def refused(**tables: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        own(**tables)
    return [line.removeprefix("beatwire.toml: tags.") for line in str(caught.value).splitlines()]


CHIRPY = {"id": "chirpy", "name": "Chirpy", "company": "orbit-labs"}
ORBIT = {"id": "orbit-labs", "name": "Orbit Labs", "country": "CN", "kind": "internet"}


def test_an_app_of_ones_own_is_read_as_a_shipped_one_with_its_owner():
    tags = tagged("US bans Chirpy of China's Orbit Labs", apps=[CHIRPY], companies=[ORBIT])

    assert (("app-ban", "us-china-tech"), ("Chirpy",), ("Orbit Labs",)) == (tags.topics, tags.apps, tags.companies)
    assert "app/chirpy" in {one.rule for one in tags.evidence}
    assert () == tag(Document(title="US bans Chirpy of China's Orbit Labs")).apps


def test_a_bare_term_is_an_app_in_every_language_that_is_written_so():
    assert ("Chirpy",) == tagged("Iran bans Chirpy", terms=["Chirpy"]).apps
    assert ("Chirpy",) == tagged("Il governo italiano vieta Chirpy", terms=["Chirpy"]).apps
    assert ("Chirpy",) == tagged("Роскомнадзор заблокировал Chirpy", terms=["Chirpy"]).apps


def test_a_spelling_of_a_term_in_another_script_is_found():
    assert ("Chirpy",) == tagged("伊朗封禁啾啾", terms=[{"name": "Chirpy", "aliases": ["啾啾"]}]).apps


def test_a_measure_may_fall_on_a_technology_of_ones_own():
    title = "US bans exports of photonic rings to China"
    terms = [{"name": "photonic rings", "kind": "tech"}]

    assert () == tag(Document(title="US bans photonic rings from China")).topics
    assert ("us-china-tech",) == tagged("US bans photonic rings from China", terms=terms).topics
    assert ("us-china-tech",) == tagged(title, terms=terms).topics


def test_a_law_of_ones_own_is_an_instrument_of_the_action():
    tags = tagged("India bans TikTok under Safe Skies Charter", terms=[{"name": "Safe Skies Charter", "kind": "law"}])

    assert ("Safe Skies Charter",) == tags.instruments


def test_a_term_that_needs_a_word_counts_beside_it_only():
    terms = [{"name": "Ember", "needs": ["app"]}]

    assert () == tagged("Iran announces ban on Ember", terms=terms).apps
    assert ("Ember",) == tagged("Iran announces ban on Ember app", terms=terms).apps


def test_a_blocker_of_ones_own_with_a_class_of_ones_own_stops_a_measure():
    rules = {"blockers": [{"id": "rehearsal", "when": ["{it} .. {drill}"], "reason": "it is a drill"}]}
    rules["words"] = {"drill": ["in drill", "in rehearsal"]}

    assert () == tagged("India bans TikTok in rehearsal", en=rules).topics
    assert ("app-ban",) == tagged("India bans TikTok in June", en=rules).topics


def test_a_stage_of_ones_own_ranks_before_those_that_are_shipped():
    rule = {"id": "pencilled", "stage": "threatened", "when": ["pencils in .. {it}"]}

    assert "threatened" == tagged("India pencils in ban of TikTok", en={"stages": [rule]}).stage


def test_a_measure_word_and_a_body_of_ones_own_are_read():
    rules = {
        "measures": [{"id": "mothball", "measure": "ban", "verb": ["mothball/mothballs/mothballing/mothballed"]}],
        "bodies": [{"id": "beacon", "kind": "regulator", "code": "NZ", "names": ["Beacon Office"]}],
    }
    tags = tagged("Beacon Office mothballs TikTok", en=rules)

    assert (("app-ban",), ("NZ",), "regulator") == (tags.topics, tags.jurisdictions, tags.actions[0].actor.kind)


def test_the_version_follows_what_is_ones_own_and_the_shipped_rules():
    one, other = RuleSet(own(terms=["Chirpy"])), RuleSet(own(terms=["Chirpi"]))

    assert one.rules().version.startswith(f"{RULES_VERSION}-")
    assert 2 == len({one.rules().version, other.rules().version})
    assert RuleSet(own(terms=["Chirpy"])).rules().version == one.rules().version
    assert (b"", SHIPPED) == (own(), RuleSet(own()))


def test_rules_survive_their_way_to_a_worker():
    packed = own(apps=[CHIRPY], companies=[ORBIT], terms=["Ember"], en={"words": {"drill": ["drill"]}})

    assert RuleSet(packed) == pickle.loads(pickle.dumps(RuleSet(packed)))
    assert packed == pack(unpack(packed))


def test_a_hundred_thousand_terms_are_small_and_cost_no_reference_twice():
    packed = own(terms=[f"Zorb{number} Messenger" for number in range(100_000)])

    assert len(packed) < 2_000_000
    assert 100_000 == len(extended(shipped(), packed).apps) - len(shipped().apps)


MISTAKES = [
    ({"apps": [{"id": "tiktok", "name": "TikTok"}]}, 'apps[0].id: "tiktok" is that of an entry which comes with'),
    ({"apps": [CHIRPY], "terms": [{"id": "chirpy", "name": "C2"}]}, 'terms[0].id: "chirpy" is that of beatwire.toml: '),
    ({"apps": [{"id": "a", "nmae": "Ab"}]}, 'apps[0].nmae: unknown key; did you mean "name"?'),
    ({"apps": [{"id": "a"}]}, "apps[0].name: is missing: add it"),
    ({"apps": [{"id": "a", "name": "?!"}]}, 'apps[0].name: "?!" holds no word'),
    ({"apps": [{"id": "a", "name": "Ab", "aliases": ["b"]}]}, 'apps[0].aliases: "b" is one character'),
    ({"apps": [{"id": "a", "name": "ab*"}]}, 'apps[0].name: "ab*" is too short a stem'),
    ({"apps": [{"id": "a", "name": "Ab", "company": "none"}]}, "apps[0].company: no id `none`; add it to companies"),
    ({"apps": [{"id": "a", "name": 3}]}, "apps[0].name: expected str, got int"),
    ({"apps": [{"id": " ", "name": "Ab"}]}, "apps[0].id: must be a name of its own"),
    ({"apps": ["Chirpy"]}, "apps[0]: must be a table"),
    ({"apps": "Chirpy"}, "apps: must be a list of entries"),
    ({"companies": [{**ORBIT, "kind": "chip"}]}, 'companies[0].kind: "chip" is none of telecom, chips'),
    ({"companies": [{**ORBIT, "country": "China"}]}, 'companies[0].country: "China" is no country'),
    ({"terms": ["?!"]}, 'terms[0].name: "?!" holds no word'),
    ({"terms": [{"name": "Ember", "kind": "law", "needs": ["x"]}]}, 'terms[0].needs: is for terms of kind "app"'),
    ({"terms": ["Ember", "Ember"]}, 'terms[1].id: "Ember" is that of beatwire.toml: tags.terms[0] already'),
    ({"trems": ["x"]}, 'trems: unknown key; did you mean "terms"?'),
    ({"de": {"goods": []}}, 'de.goods: "de" is no language that the rules know: en, it, pl, ru, zh'),
    ({"en": {"blocker": []}}, 'en.blocker: unknown key; did you mean "blockers"?'),
    ({"en": {"stages": [{"id": "x", "stage": "halt", "when": ["{it}"]}]}}, 'en.stages[0].stage: "halt" is none of'),
    (
        {"en": {"stages": [{"id": "x", "stage": "halted", "when": ["a {cls} {it}"]}]}},
        "en.stages[0].when: no class {cls}",
    ),
    ({"en": {"blockers": [{"id": "x", "when": ["a"], "reason": "r"}]}}, "en.blockers[0].when: `a` must hold {it} once"),
    ({"en": {"bodies": [{"id": "x", "kind": "court", "code": "usa", "names": ["Xa"]}]}}, 'en.bodies[0].code: "usa" is'),
    ({"en": {"words": {"app": ["x"]}}}, "en.words.app: is what patterns call names of that kind"),
    ({"en": {"words": {"drill": "x"}}}, "en.words.drill: must be a list of words"),
    ({"en": {"words": ["drill"]}}, "en.words: must be a table of classes"),
]


@pytest.mark.parametrize(("tables", "said"), MISTAKES)
def test_a_mistake_is_told_with_its_key_and_its_fix(tables, said):
    (line,) = refused(**tables)
    assert line.startswith(said)


def test_all_mistakes_are_told_at_once_up_to_a_number():
    assert 2 == len(refused(apps=[{"id": "a"}, {"id": "b"}]))
    lines = refused(apps=[{"id": str(number)} for number in range(SHOWN + 7)])
    assert SHOWN + 1 == len(lines)
    assert lines[-1].endswith("7 more mistakes like these")
