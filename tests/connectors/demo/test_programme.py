"""An edition in time and place, its expectations, and load."""

import msgspec
import pytest

from connectors.demo import Programme, differences, generate, shipped
from connectors.demo.generate import LOAD_WINDOW
from connectors.demo.material import Edition
from transforms import identity
from transforms.urls import registered_domain

EPOCH = 1_795_509_492.25  # 2026-11-24T08:38:12.250Z
PROGRAMME = Programme(shipped(), 8765, EPOCH)


def links(programme: Programme) -> set[tuple[str, str]]:
    return set(programme.expected())


def test_the_same_port_and_epoch_make_the_same_items():
    assert PROGRAMME.items == Programme(shipped(), 8765, EPOCH).items


def test_another_epoch_shares_no_link():
    other = Programme(shipped(), 8765, EPOCH + 1)
    assert set() == {link for _, link in links(PROGRAMME)} & {link for _, link in links(other)}
    assert set() == {item.guid for item in PROGRAMME.items} & {item.guid for item in other.items}


def test_links_carry_the_epoch():
    assert all("/20261124-083812/" in item.link for item in PROGRAMME.items)


def test_every_publisher_has_a_registrable_domain_of_its_own():
    assert 6 == len({registered_domain(feed.url) for feed in PROGRAMME.feeds()})


def test_feeds_are_polled_every_two_seconds_and_say_their_kind():
    press = ("chenjiang-news", "fenwick-courier", "harbor-ledger", "lagoon-corriere", "quayside-gazette")
    expected = {("meridian-wire", "wire", 2.0), *((feed, "press", 2.0) for feed in press)}
    assert expected == {(feed.id, feed.kind, feed.interval) for feed in PROGRAMME.feeds()}


@pytest.mark.parametrize(("speed", "duration"), [(1.0, 43.0), (4.0, 10.75)])
def test_the_programme_lasts_until_its_last_edit_and_speed_shortens_it(speed: float, duration: float):
    assert duration == Programme(shipped(), 8765, EPOCH, speed).duration


@pytest.mark.parametrize("speed", [0.0, -1.0])
def test_a_speed_that_goes_nowhere_is_refused(speed: float):
    with pytest.raises(ValueError, match="speed must be positive"):
        Programme(shipped(), 8765, EPOCH, speed)


@pytest.mark.parametrize("after", [0.0, 5.0, 40.0])
def test_a_feed_shows_what_has_appeared_newest_first(after: float):
    for feed in PROGRAMME.feeds():
        shown = PROGRAMME.shown(feed.id, EPOCH + after)
        assert {i.link for i in PROGRAMME.items if i.feed == feed.id and i.appears <= EPOCH + after} == {
            item.link for item in shown
        }
        assert sorted((item.appears for item in shown), reverse=True) == [item.appears for item in shown]


def test_a_feed_shows_no_more_than_its_window():
    small = msgspec.structs.replace(shipped(), window=3)
    shown = Programme(small, 8765, EPOCH).shown("harbor-ledger", EPOCH + 60)
    assert ["high-school-phone-rule", "croatia-blocks-discord", "linebacker-banned-from-league"] == [
        item.story.slug for item in shown
    ]


def test_a_page_exists_from_its_appearance_on():
    last = PROGRAMME.items[-1]
    assert PROGRAMME.page(last.page, last.appears - 0.01) is None
    assert last == PROGRAMME.page(last.page, last.appears)


def test_no_date_lies_in_the_future_and_one_story_is_too_old():
    ages = {item.story.slug: item.appears - item.dated.timestamp() for item in PROGRAMME.items}
    assert ages.pop("parliament-blocks-tiktok-network") >= 20 * 86400
    ages.pop("white-house-delays-tiktok-ban")
    assert [] == [slug for slug, age in ages.items() if not 0 <= age < 1 and not slug.startswith("peru")]


def test_one_story_stands_in_two_feeds_under_the_same_link():
    first, second = (item for item in PROGRAMME.items if item.story.elsewhere)
    assert (first.link, "published") == (second.link, first.expected.outcome)
    assert ("fenwick-courier", "seen") == (second.feed, second.expected.outcome)
    assert (first.page, first.page) == (first.expected.shared, second.expected.shared)
    assert 6.0 == second.appears - first.appears


def test_every_link_but_the_shared_one_is_an_item_of_its_own():
    ids = [identity.item_id(item.link, item.feed, item.guid) for item in PROGRAMME.items]
    assert (47, 46) == (len(ids), len(set(ids)))


def test_tracking_parameters_do_not_make_another_item():
    courier = next(item for item in PROGRAMME.items if item.feed == "fenwick-courier")
    assert courier.link != courier.page
    assert identity.url_id(courier.link) == identity.url_id(courier.page)


OUTCOMES = {key: value.outcome for key, value in PROGRAMME.expected().items()}


def test_the_expected_outcomes_differ_in_nothing():
    assert [] == differences(PROGRAMME.expected(), OUTCOMES)


def test_a_shared_link_may_be_found_in_either_feed_first():
    first, second = (item for item in PROGRAMME.items if item.story.elsewhere)
    swapped = OUTCOMES | {(first.feed, first.link): "seen", (second.feed, second.link): "published"}
    assert [] == differences(PROGRAMME.expected(), swapped)
    twice = OUTCOMES | {(second.feed, second.link): "published"}
    assert 1 == len(differences(PROGRAMME.expected(), twice))


def test_a_missing_a_wrong_and_a_foreign_outcome_are_told():
    item = next(item for item in PROGRAMME.items if item.story.slug == "linebacker-banned-from-league")
    key = (item.feed, item.link)
    missing = {k: v for k, v in OUTCOMES.items() if k != key}
    assert [f"{item.feed} {item.link}: none, expected off-beat (a sportsman banned from a league)"] == differences(
        PROGRAMME.expected(), missing
    )
    assert 1 == len(differences(PROGRAMME.expected(), OUTCOMES | {key: "published"}))
    assert ["x http://x/: seen, but no such item"] == differences(
        PROGRAMME.expected(), OUTCOMES | {("x", "http://x/"): "seen"}
    )


def test_generated_titles_are_unique_and_come_at_the_given_rate():
    stories = generate(600, per_second=5, seed=7)
    assert 600 == len({story.title for story in stories})
    assert [number / 5 for number in range(600)] == [story.at for story in stories]


def test_the_same_seed_generates_the_same_stories():
    assert generate(50, 5, seed=3) == generate(50, 5, seed=3)
    assert generate(50, 5, seed=3) != generate(50, 5, seed=4)


@pytest.mark.parametrize(("share", "published"), [(1.0, 90), (0.1, 9), (0.0, 0)])
def test_the_share_on_the_beat_is_kept_exactly(share: float, published: int):
    stories = generate(90, 5, seed=1, on_beat=share)
    assert published == sum(story.expected.outcome == "published" for story in stories)


def test_generated_stories_spread_over_the_feeds_and_leave_no_field_open():
    edition = Edition(publishers=shipped().publishers, stories=generate(90, 5, 1, on_beat=0.5), window=LOAD_WINDOW)
    programme = Programme(edition, 8765, EPOCH)
    shown = {feed.id: len(programme.shown(feed.id, EPOCH + 60)) for feed in programme.feeds()}
    assert [0, 0] == [shown.pop(feed) for feed in ("chenjiang-news", "lagoon-corriere")]
    assert [23, 23, 22, 22] == list(shown.values())
    texts = [item.title + item.summary + "".join(item.paragraphs) for item in programme.items]
    assert [] == [text for text in texts if "<" in text or "{" in text]


def test_more_titles_than_there_are_is_refused():
    with pytest.raises(ValueError, match="are too many"):
        generate(100_000, 5, seed=1)


@pytest.mark.parametrize(("rate", "share"), [(0, 1.0), (5, 1.5), (5, -0.1)])
def test_numbers_without_sense_are_refused(rate: float, share: float):
    with pytest.raises(ValueError, match="must be positive"):
        generate(10, rate, seed=1, on_beat=share)
