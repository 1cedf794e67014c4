"""The configuration of a run, as it changes under it."""

import functools
import threading

import pytest

from pipelines import config
from pipelines.watching import AGAIN, LIVE, ConfigWatch, Follower, differing
from transforms.errors import RunOver

WIRE = '[[feeds]]\nid = "wire"\nurl = "https://wire.example/feed"\n'
DESK = '[[feeds]]\nid = "desk"\nurl = "https://desk.example/feed"\n'


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "beatwire.toml"
    path.write_text(WIRE)
    return path


@pytest.fixture
def said():
    return []


@pytest.fixture
def watch(file, said):
    load = functools.partial(config.load, file, data_folder=file.parent)
    made = ConfigWatch(load(), load, file, said.append)
    looked(made)
    return made


def looked(watch):
    """The ids that two looks in a row come to: after the first of them nothing is believed yet."""
    assert None is watch.look()
    feeds = watch.look()
    return None if feeds is None else [one.id for one in feeds]


def test_a_change_of_the_file_is_a_change_of_the_feeds_and_what_stays_is_not_read_again(watch, file, said):
    file.write_text(WIRE + DESK)
    assert ["wire", "desk"] == looked(watch)
    assert None is watch.look()
    assert [] == said


def test_a_file_that_is_still_being_written_is_not_believed(watch, file):
    for text in ("", DESK[:20], WIRE, WIRE + DESK[:9]):
        file.write_text(text)
        assert None is watch.look()
    file.write_text(WIRE + DESK)
    assert ["wire", "desk"] == looked(watch)


def test_whoever_asks_for_a_look_is_believed_at_once(watch, file):
    file.write_text(DESK)
    assert ["desk"] == [one.id for one in watch.look(at_once=True)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (WIRE + '[[feeds]]\nurl = "ftp://desk.example"\n', 'feeds[1].url: "ftp://desk.example" is no web address'),
        (WIRE + WIRE, "leave one out"),
        ("[[feeds]\n", "is no TOML"),
        ("", "there are no feeds in it: to poll none, end the run"),
    ],
)
def test_what_cannot_be_used_is_told_once_with_its_fix_and_changes_nothing(watch, file, said, text, words):
    file.write_text(text)
    for _ in range(3 * AGAIN):
        assert None is watch.look()
    assert 2 == len(said)
    assert words in said[0]
    assert said[0].startswith(str(file))
    assert "feeds: the list stays as it is until that is corrected" == said[1]


def test_a_file_that_is_gone_is_told_and_the_same_one_back_is_used_again(watch, file, said):
    file.unlink()
    assert None is looked(watch)
    assert "cannot be read" in said[0]
    file.write_text(WIRE)
    assert ["wire"] == looked(watch)
    assert f"{file}: can be used again" == said[-1]


def test_a_corrected_file_counts_at_once(watch, file, said):
    file.write_text("[[feeds]\n")
    assert None is looked(watch)
    file.write_text(WIRE + DESK)
    assert ["wire", "desk"] == looked(watch)
    assert f"{file}: can be used again" == said[-1]


def test_what_needs_a_restart_is_told_once_by_its_key_and_feeds_are_followed_all_the_same(watch, file, said):
    head = '[kafka]\nprefix = "other"\n[kafka.security]\nprotocol = "SSL"\n'
    file.write_text(head + WIRE + DESK)
    assert ["wire", "desk"] == looked(watch)
    assert ["needs a restart: [kafka] prefix, [kafka.security] protocol"] == said
    file.write_text(head + WIRE)
    assert ["wire"] == looked(watch)
    assert 1 == len(said)


def test_a_setting_that_is_put_back_needs_no_restart(watch, file, said):
    file.write_text("[limits]\ntries = 9\n" + WIRE)
    looked(watch)
    file.write_text(WIRE + DESK)
    looked(watch)
    assert ["needs a restart: [limits] tries"] == said
    file.write_text("[limits]\ntries = 9\n" + WIRE)
    looked(watch)
    assert 2 == len(said)


OPML = '<opml version="2.0"><body><outline text="{0}" xmlUrl="https://{0}.example/feed"/></body></opml>'


def test_an_opml_file_that_the_configuration_names_is_followed_as_well(watch, file, said):
    file.write_text(f'[feeds_from]\nopml = "feeds.opml"\n{WIRE}')
    assert None is looked(watch)
    assert "feeds.opml" in said[0]
    file.with_name("feeds.opml").write_text(OPML.format("desk"))
    looks = [watch.look() for _ in range(AGAIN)]  # of a file that is not yet known, seldom
    found, *_ = [one for one in looks if one is not None]
    assert ["https://wire.example/feed", "https://desk.example/feed"] == [one.url for one in found]
    file.with_name("feeds.opml").write_text(OPML.format("city"))
    assert 2 == len(looked(watch))
    assert not any("restart" in line for line in said)


def test_how_often_feeds_are_asked_is_followed_without_a_restart(watch, file, said):
    file.write_text('[polling]\nshortest = "2m"\n' + WIRE)
    watch.look()
    (wire,) = watch.look()
    assert (120.0, []) == (wire.shortest, said)


def test_what_is_followed_can_be_configured():
    assert set() == set(LIVE) - set(config.Config.model_fields)


def test_a_configuration_differs_from_itself_in_nothing(file):
    same = config.load(file)
    assert [] == list(differing(same, config.load(file)))


class Job:
    """A job that hears of feeds, unless it is over."""

    def __init__(self, feeds):
        self.heard, self.over = [ids(feeds)], False

    def poll(self, feeds):
        if self.over:
            raise RunOver("over")
        self.heard.append(ids(feeds))


def ids(feeds):
    return [one.id for one in feeds]


@pytest.fixture
def follower(watch, file, said):
    return Follower(watch, tuple(one.source() for one in config.load(file).feeds), said.append)


def steps(follower):
    follower.step()
    follower.step()


def test_the_job_hears_of_a_change_and_the_log_counts_it(follower, file, said):
    job = follower.hire(Job)
    file.write_text(WIRE.replace('feed"', 'rss"') + DESK)
    steps(follower)
    steps(follower)
    assert ([["wire"], ["wire", "desk"]], ["feeds: 1 added, 1 changed"]) == (job.heard, said)


def test_a_job_that_is_over_hears_nothing_and_the_next_one_begins_with_the_feeds_of_now(follower, file, said):
    follower.hire(Job).over = True
    file.write_text(DESK)
    steps(follower)
    assert [] == said
    job = follower.hire(Job)
    steps(follower)
    assert ([["desk"], ["desk"]], ["feeds: 1 added, 1 removed"]) == (job.heard, said)


def test_what_is_undone_before_it_was_told_is_nothing(follower, file, said):
    follower.hire(Job).over = True
    file.write_text(DESK)
    steps(follower)
    file.write_text(WIRE)
    steps(follower)
    assert [] == said


def test_it_looks_by_itself_and_at_once_when_it_is_woken_until_it_is_stopped(follower, watch, file):
    heard, stop = threading.Event(), threading.Event()
    job = follower.hire(Job)
    job.poll = lambda feeds: heard.set()
    thread = threading.Thread(target=follower.run, args=(stop,))
    thread.start()
    file.write_text(DESK)
    watch.wake.set()
    assert heard.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_look_that_fails_is_not_the_last(follower, watch, file, monkeypatch):
    looks, stop = [], threading.Event()

    def fail(at_once):
        looks.append(at_once)
        if len(looks) > 1:
            stop.set()
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(watch, "look", fail)
    watch.wake.set()
    follower.run(stop)
    assert 2 == len(looks)


def test_where_nothing_is_followed_nothing_is_looked_at():
    Follower(None, (), print).run(threading.Event())
