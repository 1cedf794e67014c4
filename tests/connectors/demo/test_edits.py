"""What becomes of stories: edits, second links, pages that fail at first, and what all must come to."""

import http.client
from urllib.parse import urlsplit

import feedparser
import pytest
from beam_by_hand import Clock
from rounds import rounds

from connectors.demo import DemoSite, Final, Programme, generate, shipped
from connectors.demo.generate import LOAD_WINDOW
from connectors.demo.material import Edition
from connectors.feeds.parse import parse
from transforms import identity

EPOCH = 1_795_509_492.25
PROGRAMME = Programme(shipped(), 8765, EPOCH)
END = EPOCH + 100
LATER = "Chile blocks Roblox, and a users' group goes to court"
FEED = "quayside-gazette"


def item(programme, slug):
    return next(one for one in programme.items if one.story.slug == slug)


def get(url):
    """Status and body; not every resolver knows ``*.localhost``."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=30)
    try:
        connection.request("GET", parts.path, headers={"Host": parts.netloc})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


@pytest.fixture
def clock():
    return Clock(EPOCH)


@pytest.fixture
def site(clock):
    with DemoSite(epoch=EPOCH, now_fn=clock) as running:
        yield running


def entry_of(site, link):
    feed = next(feed for feed in site.feeds() if feed.id == FEED)
    entries = parse(get(feed.url)[1].encode(), feed.url, "application/rss+xml").entries
    return next(entry for entry in entries if entry.link == link)


def test_an_edit_shows_in_feed_and_page_from_its_moment_on(site, clock):
    one = item(site.programme, "chile-blocks-roblox")
    (later,) = one.edited
    for now, form in ((one.appears, one), (later.changed - 0.01, one), (later.changed, later)):
        clock.now = now
        assert (form.title, form.summary) == ((entry := entry_of(site, one.link)).title, entry.summary)
        assert f"<h1>{form.title.replace(chr(39), '&#x27;')}</h1>" in get(one.link)[1]
    assert later.updated.timestamp() == pytest.approx(later.changed, abs=1)


def test_an_edit_is_another_find_and_what_returns_is_the_first_again(site, clock):
    one = item(site.programme, "jordan-bans-clubhouse")
    hashes = []
    for form in one.forms:
        clock.now = form.changed
        hashes.append(identity.entry_hash(entry_of(site, one.link)))
    assert (hashes[0], 2) == (hashes[2], len(set(hashes)))


def test_a_date_may_be_corrected_and_no_word_with_it():
    first, second = item(PROGRAMME, "kenya-bans-telegram-exams").forms
    assert (first.title, first.paragraphs, 7) == (second.title, second.paragraphs, (first.dated - second.dated).days)


def test_a_page_that_is_gone_is_gone_from_its_edit_on(site, clock):
    one = item(site.programme, "uganda-suspends-bluesky")
    clock.now = one.appears
    assert 200 == get(one.link)[0]
    clock.now = one.edited[0].changed
    assert [410, 410] == [get(one.link)[0], get(one.link)[0]]


def test_a_page_that_fails_at_first_comes_back(site, clock):
    clock.now = END
    assert [500, 200, 200] == [get(item(site.programme, "ghana-lifts-ban-on-temu").link)[0] for _ in range(3)]


def test_a_page_names_another_address_and_stands_there_too(site, clock):
    clock.now = END
    one = item(site.programme, "latest-on-wechat")
    get(one.link)
    assert one.page != one.address
    assert f'<link rel="canonical" href="{one.page}">' in get(one.link)[1]
    assert get(one.link) == get(one.page)


def test_one_page_stands_under_two_links_of_one_feed_and_names_one_address(site, clock):
    clock.now = END
    first, second = (one for one in site.programme.items if one.story.slug == "peru-blocks-snapchat")
    assert (FEED, FEED, "published", "duplicate") == (
        first.feed,
        second.feed,
        first.expected.outcome,
        second.expected.outcome,
    )
    assert first.page == second.page
    assert get(first.link) == get(second.link)
    assert 2 == len({entry_of(site, one.link).guid for one in (first, second)})


def test_what_is_expected_of_an_item_follows_its_edits():
    one = item(PROGRAMME, "norway-bans-tiktok")
    key = (one.feed, one.link)
    assert key not in PROGRAMME.expected(one.appears - 1)
    assert "published" == PROGRAMME.expected(one.appears)[key].outcome
    assert "retracted" == PROGRAMME.expected(one.edited[0].changed)[key].outcome == PROGRAMME.expected()[key].outcome


@pytest.mark.parametrize(
    ("slug", "final"),
    [
        (
            "chile-blocks-roblox",
            Final("Chile blocks Roblox, and a users' group goes to court", "article.revised", False),
        ),
        ("jordan-bans-clubhouse", Final("Jordan bans Clubhouse", "article.revised", False)),
        ("peru-blocks-snapchat", Final("Peru blocks Snapchat after court order", "article.published", False)),
        ("uganda-suspends-bluesky", Final("Uganda blocks Bluesky ahead of vote", "article.retracted", True)),
        ("snap-quarter-revenue", None),
    ],
)
def test_the_end_of_each_article_is_known(slug, final):
    assert final == PROGRAMME.final(item(PROGRAMME, slug).link)


def test_every_way_in_which_an_article_can_end_is_there():
    finals = PROGRAMME.finals().values()
    types = {"article.published", "article.revised", "article.retagged", "article.retracted"}
    assert types == {final.event for final in finals}
    outcomes = {form.expected.outcome for one in PROGRAMME.items for form in one.forms}
    assert {
        "published",
        "unchanged",
        "retracted",
        "duplicate",
        "seen",
        "off-beat",
        "fetch-failed",
        "too-old",
        "robots-denied",
    } == outcomes


def test_finds_are_the_forms_that_appeared():
    assert (5, 47 + 8) == (PROGRAMME.finds(EPOCH), PROGRAMME.finds(END))


def test_between_two_rounds_no_page_changes_twice():
    moments = rounds(PROGRAMME)
    assert PROGRAMME.finds(moments[-1]) == PROGRAMME.finds(END)
    for begin, end in zip([0.0, *moments], moments, strict=False):
        changed = [one.page for one in PROGRAMME.items for form in one.forms if begin < form.changed <= end]
        assert len(changed) == len(set(changed))


def load(**options):
    stories = generate(200, per_second=10, seed=3, **options)
    return Programme(Edition(publishers=shipped().publishers, stories=stories, window=LOAD_WINDOW), 8765, EPOCH)


def test_generated_stories_are_the_same_with_edits_and_without():
    frozen, edited = load(), load(edits=0.5)
    assert {1} == {len(one.forms) for one in frozen.items}
    assert 100 == sum(len(one.forms) > 1 for one in edited.items)
    assert [one.forms[0] for one in frozen.items] == [
        one.forms[0].__class__(**{**vars(one.forms[0]), "story": same.story})
        for one, same in zip(edited.items, frozen.items, strict=True)
    ]


def test_generated_edits_come_while_the_feed_still_shows_their_story():
    programme = load(edits=0.5)
    for one in programme.items:
        for form in one.edited:
            assert form in programme.shown(one.feed, form.changed)
            assert form in programme.shown(one.feed, form.changed + 5) or one.at(form.changed + 5) != form


def test_the_end_of_each_generated_article_is_its_last_form():
    programme = load(edits=0.5, on_beat=0.5)
    finals = programme.finals()
    assert 100 == len(finals)
    for one in programme.items:
        final = finals.get(identity.url_id(one.page))
        assert (one.forms[-1].title if final else None) == (final.title if final else None)
        assert (final is not None) == (one.expected.outcome == "published")


@pytest.mark.parametrize("edits", [-0.1, 1.1])
def test_a_share_of_edits_without_sense_is_refused(edits):
    with pytest.raises(ValueError, match="edits within 0 and 1"):
        generate(10, 5, seed=1, edits=edits)


def test_a_feed_with_edits_is_well_formed_and_says_when(site, clock):
    clock.now = END
    feed = next(feed for feed in site.feeds() if feed.id == FEED)
    parsed = feedparser.parse(get(feed.url)[1])
    assert not parsed.bozo
    assert 6 == sum("updated" in entry for entry in parsed.entries)
