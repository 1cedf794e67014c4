"""Rules of one's own reach the step that tags, and the events say so."""

import dataclasses
import json
import pickle

from msgspec.structs import replace
from topic_reading import read_all

from connectors.demo.material import Edition, Expected, Story, shipped
from connectors.demo.settings import local_run
from connectors.demo.site import DemoSite
from pipelines.once import run_once
from transforms.reading import Tag
from transforms.tag import RULES_VERSION, RuleSet
from transforms.tag.rules.data import shipped as shipped_rules
from transforms.tag.rules.gathering import gather, rows_of

MINE = RuleSet(gather(list(rows_of({"terms": ["Chirpy"]}, "beatwire.toml")), shipped_rules()))
BODY = "Iran has banned Chirpy, the country's telecoms ministry said on {weekday}.\n\n" + "\n\n".join(
    f"Operators in Tehran began to block Chirpy in the {part}, and users said that they could not log in any more."
    for part in ("morning", "afternoon", "evening")
)


def test_the_step_that_tags_carries_them_to_its_worker():
    assert MINE == pickle.loads(pickle.dumps(Tag(MINE))).rules


def test_an_article_on_a_term_of_ones_own_is_published_with_the_version_of_the_rules(kafka_settings):
    whole = shipped()
    story = Story(
        slug="iran-bans-chirpy",
        publisher="meridian-wire",
        at=0,
        title="Iran bans Chirpy",
        summary="Iran has banned the app Chirpy.",
        author="A. Writer",
        section="World",
        body=BODY,
        expected=Expected(outcome="published"),
    )
    with DemoSite(speed=1000.0, edition=Edition(publishers=whole.publishers, stories=(story,))) as site:
        feeds = tuple(replace(feed, interval=1.0) for feed in site.feeds())
        settings = dataclasses.replace(local_run(kafka_settings, feeds, "demo", "test"), shards=2, rules=MINE)
        assert {"published": 1} == run_once(settings)
    (event,) = [json.loads(record.value) for record in read_all(kafka_settings, "articles")]
    assert ["Chirpy"] == event["tags"]["apps"]
    assert MINE.rules().version == event["tags"]["rulesVersion"]
    assert event["tags"]["rulesVersion"].startswith(f"{RULES_VERSION}-")
