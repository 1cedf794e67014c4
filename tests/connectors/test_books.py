"""A shard's book: what is due in it, and when it goes along with state."""

from records import source

from connectors.books import Book, Books
from transforms import instants
from transforms.cursor import Cursor

NOW = 1_800_000_000.0


def cursor(feed, due=0.0, polls=0):
    url = f"https://{feed}.example/feed"
    return Cursor(feed_id=feed, url=url, next_poll=instants.to_text(NOW + due), polls=polls)


def book(*cursors, running=(), stamp=b"s"):
    return Book({one.feed_id: one for one in cursors}, lambda feed: feed in running, stamp)


def names(pairs):
    return [one.key for _, one in pairs]


def test_what_is_due_comes_first_due_first_and_what_is_under_way_does_not():
    one = book(cursor("late", 5), cursor("second", 2), cursor("first", 1), cursor("running", 0), running={"running"})
    assert ["first", "second"] == names(one.due(NOW + 3))
    assert ["first", "second"] == names(one.due(NOW + 3))
    assert {"running": None} == one.running


def test_what_was_polled_waits_for_its_next_time_alone():
    one = book(cursor("wire", 1))
    assert ["wire"] == names(one.due(NOW + 1))
    one.begin("wire")
    assert [] == names(one.due(NOW + 100)) == names(one.waiting())
    one.end("wire")
    one.put(cursor("wire", 60, polls=1))
    assert ([], ["wire"]) == (names(one.due(NOW + 59)), names(one.waiting()))
    assert ["wire"] == names(one.due(NOW + 60))


def test_a_feed_whose_poll_came_to_nothing_is_due_again():
    one = book(cursor("wire", 1))
    one.due(NOW + 1)
    one.begin("wire")
    one.end("wire")
    assert ["wire"] == names(one.due(NOW + 1))


def test_a_cursor_that_changes_before_it_is_due_counts_as_it_is_now_however_often():
    one = book(cursor("wire", 1), cursor("desk", 50))
    for due in range(2, 200):
        one.put(cursor("wire", due))
    assert (["desk"], ["desk", "wire"]) == (names(one.due(NOW + 198)), names(one.due(NOW + 199)))


def test_a_feed_that_is_gone_is_never_due():
    one = book(cursor("wire", 1), cursor("desk", 2))
    one.due(NOW + 1)
    one.adopt({"desk": one.cursors["desk"]})
    assert (["desk"], {"wire"}) == (names(one.due(NOW + 9)), one.changed)


def test_a_book_is_had_once_and_only_with_the_stamp_of_its_state():
    books, one = Books(), book(cursor("wire"))
    stamp = one.written()
    books.put(3, one)
    assert None is books.take(4, stamp)
    assert one is books.take(3, stamp)
    assert None is books.take(3, stamp)
    books.put(3, one)
    assert None is books.take(3, b"of another state")
    assert None is books.take(3, stamp)


def test_state_without_a_stamp_has_no_book():
    books = Books()
    books.put(0, book(cursor("wire"), stamp=b""))
    assert None is books.take(0, b"")


def test_the_feeds_of_a_shard_are_the_same_object_until_they_are_others():
    books = Books()
    before = books.sources({"wire": source("wire")}, 1)[0]
    assert before is books.sources({"wire": source("wire")}, 1)[0]
    assert ["wire", "desk"] == list(books.sources({"wire": source("wire"), "desk": source("desk")}, 1)[0])
