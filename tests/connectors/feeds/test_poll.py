"""Polls of servers that tell the truth and of others, over loopback, under a clock of the test's own."""

import asyncio

import pytest
from hand_worker import HandReaders
from rude_server import LOCAL, answer, serving

from connectors.feeds.poll import poll
from connectors.web.client import WebClient, WebSettings
from transforms import instants
from transforms.polling import advance, begin
from transforms.records import FeedSource

HOUR, DAY = 3600.0, 86_400.0
NOW = 1_800_000_000.0
PATH = "/feed"


def rss(*titles):
    items = "".join(f"<item><title>{title}</title><link>https://a.example/{title}</link></item>" for title in titles)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>A</title>{items}</channel></rss>'.encode()


class Server:
    """A feed's server.

    Attributes:
      titles: What the feed shows.
      requests: The heads of all requests.
    """

    def __init__(self, *titles):
        self.titles, self.requests = list(titles), []

    async def __call__(self, head, writer):
        self.requests.append(head.lower())
        writer.write(self.says(head.lower()))

    def says(self, head):
        etag = f'"{len(self.titles)}"'
        if f"if-none-match: {etag}" in head:
            return answer(status="304 Not Modified", ETag=etag)
        return answer(rss(*self.titles), ETag=etag, Content_Type="application/rss+xml")

    @property
    def conditional(self):
        """For each request, whether it had validators."""
        return ["if-none-match" in head or "if-modified-since" in head for head in self.requests]


class Frozen(Server):
    """Says 304 to whoever has any validator, whatever has changed."""

    def says(self, head):
        conditional = "if-none-match" in head or "if-modified-since" in head
        return answer(status="304 Not Modified") if conditional else super().says(head)


class Constant(Server):
    """Has one ETag for all that it ever shows."""

    etag = '"1"'

    def says(self, head):
        if f"if-none-match: {self.etag}" in head:
            return answer(status="304 Not Modified", ETag=self.etag)
        return answer(rss(*self.titles), ETag=self.etag)


class Plain(Server):
    """Knows no validators."""

    def says(self, head):
        return answer(rss(*self.titles))


class Counting(HandReaders):
    """Counts what is parsed."""

    parsed = 0

    async def call(self, owner, work, *arguments):
        self.parsed += 1
        return await super().call(owner, work, *arguments)


def told(server, hours, before=lambda hour: None, path=PATH, readers=None):
    """Polls once at each of these hours; what each found, and the last cursor.

    Args:
      server: Whom.
      hours: When.
      before: Called with each hour before its poll.
      path: Of the feed.
      readers: Parse.
    """
    readers = readers or HandReaders()

    async def talk():
        client, found = WebClient(WebSettings(policy=LOCAL, total=20.0)), []
        try:
            async with serving(server) as base:
                source = FeedSource(id="a", url=base + path, publisher="A")
                cursor = begin(source, None, NOW)
                for hour in hours:
                    before(hour)
                    now = NOW + hour * HOUR
                    polled = await poll(client, readers, source, cursor, lambda moment=now: moment)
                    cursor, finds = advance(cursor, source, polled, now)
                    found.append([find.entry.title for find in finds])
                return found, cursor, base
        finally:
            await client.close()

    return asyncio.run(talk())


def adding(server, at, title):
    """Adds an entry before the poll of an hour."""
    return lambda hour: server.titles.insert(0, title) if hour == at else None


def test_an_honest_server_is_asked_with_its_validator_and_believed():
    server = Server("one")
    found, cursor, _ = told(server, (0, 1, 2, 3), adding(server, 2, "two"))
    assert [["one"], [], ["two"], []] == found
    assert [False, True, True, True] == server.conditional
    assert (0, '"2"', 1) == (cursor.lies, cursor.etag, cursor.unmodified)


def test_an_honest_server_is_checked_once_a_day_and_stays_believed():
    server = Server("one")
    _, cursor, _ = told(server, range(72))
    assert 72 + 2 == len(server.requests)
    assert 3 == server.conditional.count(False)
    assert (0, None) == (cursor.lies, cursor.doubted)


def test_a_server_that_says_304_for_ever_is_found_out_within_a_day_and_asked_in_full_from_then_on():
    server = Frozen("one")
    found, cursor, _ = told(server, range(30), adding(server, 3, "two"))
    assert ["two"] in found[3:26]
    assert 1 == cursor.lies
    caught = found.index(["two"])
    assert not any(server.conditional[caught + 2 :])


def test_a_server_whose_etag_never_changes_is_found_out_within_a_day():
    server = Constant("one")
    found, cursor, _ = told(server, range(30), adding(server, 3, "two"))
    assert ["two"] in found[3:26]
    assert (1, False) == (cursor.lies, server.conditional[-1])


def test_a_busy_feed_whose_server_begins_to_lie_is_found_out_within_hours():
    class Freezing(Frozen):
        frozen = False

        def says(self, head):
            return super().says(head) if self.frozen else Server.says(self, head)

    server = Freezing("one")

    def publishing(hour):
        server.titles[:0] = [f"{hour}-{number}" for number in range(5)]
        server.frozen = hour >= 24

    found, cursor, _ = told(server, range(30), publishing)
    assert all(found[1:24])
    assert [] == found[24]
    assert any(found[25:28])
    assert 1 == cursor.lies


def test_a_liar_is_given_another_chance_after_a_week_and_doubted_longer_when_it_lies_again():
    server = Frozen("one")

    def publishing(hour):
        if hour in (3, 8 * 24):
            server.titles.insert(0, f"at-{hour}")

    found, cursor, _ = told(server, range(10 * 24), publishing)
    assert [["one"], ["at-3"], ["at-192"]] == [titles for titles in found if titles]
    assert 2 == cursor.lies
    assert instants.from_text(cursor.doubted) > NOW + 20 * DAY
    assert any(server.conditional[6 * 24 :])


def test_the_same_bytes_are_read_once():
    server, readers = Plain("one"), Counting()
    found, cursor, _ = told(server, range(5), adding(server, 3, "two"), readers=readers)
    assert [["one"], [], [], ["two"], []] == found
    assert (2, 5) == (readers.parsed, len(server.requests))
    assert 2 == cursor.entries


def test_a_304_renews_the_stored_headers():
    class Renewing(Server):
        def says(self, head):
            if "if-none-match" in head:
                return answer(status="304 Not Modified", ETag='W/"1"', Last_Modified="Tue", Cache_Control="max-age=900")
            return answer(rss("one"), ETag='"1"', Last_Modified="Mon", Cache_Control="max-age=60")

    server = Renewing()
    _, cursor, _ = told(server, (0, 1, 2))
    assert ('W/"1"', "Tue", 900.0) == (cursor.etag, cursor.last_modified, cursor.fresh)
    assert 'if-none-match: w/"1"' in server.requests[-1]
    assert "if-modified-since: tue" in server.requests[-1]


def test_a_304_for_another_etag_than_ours_is_asked_about_in_full():
    class Confused(Server):
        def says(self, head):
            if "if-none-match" in head:
                return answer(status="304 Not Modified", ETag='"other"')
            return super().says(head)

    server = Confused("one")
    found, cursor, _ = told(server, (0, 1, 2), adding(server, 1, "two"))
    assert ["two"] == found[1]
    assert '"2"' == cursor.etag


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_of_a_week_is_followed_without_asking(status):
    class Moved(Server):
        def says(self, head):
            if head.startswith("get /feed "):
                return answer(status=f"{status} Moved", Location="/new")
            return super().says(head)

    server = Moved("one")
    found, cursor, base = told(server, range(0, 9 * 24, 12), adding(server, 8 * 24, "two"))
    assert f"{base}/new" == cursor.address
    assert (f"{base}/feed", '"2"') == (cursor.url, cursor.etag)
    assert ["two"] == found[8 * 2]
    assert all(head.startswith("get /new ") for head in server.requests[-3:])


def test_a_temporary_redirect_is_never_adopted():
    class Away(Server):
        def says(self, head):
            if head.startswith("get /feed "):
                return answer(status="302 Found", Location="/new")
            return super().says(head)

    _, cursor, _ = told(Away("one"), range(0, 9 * 24, 12))
    assert (None, None) == (cursor.address, cursor.moved_to)


@pytest.mark.parametrize(
    ("status", "failure"),
    [("429 Too Many", "rate-limited"), ("503 Busy", "server"), ("410 Gone", "gone"), ("404 No", "client")],
)
def test_what_a_status_means_stands_in_the_cursor_and_retry_after_in_the_next_poll(status, failure):
    class Failing(Server):
        def says(self, head):
            return answer(status=status, Retry_After="7000")

    _, cursor, _ = told(Failing(), (0,))
    assert (failure, 1) == (cursor.failure, cursor.failures)
    assert 7000 <= instants.from_text(cursor.next_poll) - NOW


def test_a_page_in_place_of_a_feed_is_a_failure_of_its_own_kind():
    class Page(Server):
        def says(self, head):
            return answer(b"<!doctype html><html><body>Sorry</body></html>")

    _, cursor, _ = told(Page(), (0, 1))
    assert ("not-a-feed", 2, "") == (cursor.failure, cursor.failures, cursor.digest)
