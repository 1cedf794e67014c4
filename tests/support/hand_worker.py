"""A worker process's parts without Kafka, network or threads; all that is between them is the real thing."""

import asyncio
import concurrent.futures
import contextlib
import dataclasses
import uuid

from paper_kafka import PaperKafka, PaperReader

from connectors import worker
from connectors.kafka.settings import KafkaSettings
from connectors.run import RunSettings
from connectors.web.client import Response, WebSettings
from connectors.web.robots import RobotsCache, Site
from connectors.web.starts import Apart
from transforms import robots
from transforms.urls import host_of

WORDS = "Nepal has lifted its ban on TikTok, ministers said after a long debate in parliament on Thursday. " * 5
PAGE = f"<html><body><article><p>{WORDS}</p></article></body></html>".encode()


class HandWorker(worker.Worker):
    """A `Worker` whose topics are on paper, whose web answers from a table, and whose requests end when told to.

    Attributes:
      kafka: The topics.
      web: The web.
      background: Requests; see `HandBackground`.
      readers: Parsing; see `HandReaders`.
      robots: robots.txt; see `PaperRobots`.
    """

    def __init__(self, settings):
        super().__init__(settings)
        self.kafka = PaperKafka(settings.kafka)
        self.memories = []
        self._hand = HandBackground()
        self._paper_web = PaperWeb()
        self._hand_readers = HandReaders()
        self._paper_robots = PaperRobots()
        self.apart = NobodyWaits()

    @property
    def background(self):
        return self._hand

    @property
    def web(self):
        return self._paper_web

    @property
    def lease(self):
        return HeldLease()

    @property
    def robots(self):
        return self._paper_robots

    @property
    def readers(self):
        return self._hand_readers

    def forget(self):
        """As after a restart of the process: what is under way and remembered is gone, topics and web stay."""
        self._made.clear()
        self.memories.clear()
        self._hand = HandBackground()

    def times_read(self, name):
        """How often readers of a topic were caught up."""
        return sum(reader.times for reader in self.memories if reader._name == name)

    def _reader(self, name, partition=None, newest=None):
        self.memories.append(PaperReader(self.kafka, name, partition))
        return self.memories[-1]

    _topic = _partition = _reader

    @contextlib.contextmanager
    def _sink(self):
        yield self.kafka


class NobodyWaits(Apart):
    """Requests begin at once: to sleep while the clock stands still would bring them no further apart."""

    async def wait(self, gaps, now_fn):
        """Does not wait."""


class HandReaders:
    """Readers without processes.

    Attributes:
      error: What a call comes to instead of its result, unless None.
    """

    error = None

    async def call(self, owner, work, *arguments):
        if self.error is not None:
            raise self.error
        return work(*arguments)

    page = call

    def close(self):
        """There is no process to end."""


class PaperRobots(RobotsCache):
    """robots.txt by host, without a web: the text, or why it cannot be had; where nothing is said all is allowed.

    Attributes:
      said: What a test lets the hosts say. The first look at a host that says something counts as a request.
      asked: The hosts asked.
    """

    def __init__(self):
        super().__init__(client=None)
        self.said, self.asked = {}, []

    async def site(self, url):
        host = host_of(url)
        if host not in self.said:
            return Site(robots.parse(b""), asked=False)
        self.asked.append(host)
        if isinstance(self.said[host], Exception):
            return Site(None, self.asked.count(host) == 1, self.said[host])
        return Site(robots.parse(self.said[host]), asked=self.asked.count(host) == 1)


class HandBackground:
    """Requests that are over as soon as they start, unless they are held; then when they are released."""

    def __init__(self):
        self.held = False
        self.started = []
        self._work, self._done, self._at = {}, {}, {}

    def start(self, key, work, at=0.0):
        if not self.has(key):
            self.started.append(key)
            self._at[key] = at
            self._work[key] = work
            if not self.held:
                self.release()

    def release(self):
        """Lets all that is under way end."""
        self.held = False
        for key, work in self._work.items():
            self._done[key] = concurrent.futures.Future()
            self._done[key].set_result(self.run(work))
        self._work = {}

    def take(self, key):
        return self._done.pop(key, None)

    def drop(self, key):
        self._work.pop(key, None)
        self._done.pop(key, None)

    def has(self, key):
        return key in self._work or key in self._done

    def since(self, key):
        return self._at[key] if self.has(key) else None

    def wait(self, keys, seconds):
        """What is held ends no sooner for being waited for."""
        return False

    def run(self, work):
        async def awaited():
            return await work()

        return asyncio.run(awaited())

    def close(self):
        """There is no thread to end."""


class PaperWeb:
    """Answers by address: a `Response`, an error, or a list of them, one for each request; the last one stays.

    Attributes:
      asked: The addresses, in order, with the options of each request.
    """

    def __init__(self):
        self.answers = {}
        self.asked = []

    async def get(self, url, **options):
        self.asked.append((url, options))
        answer = self.answers.get(url, page(url))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self):
        """There is no session to end."""


def page(url, body=PAGE, content_type="text/html; charset=utf-8", **more):
    """An answer to a request."""
    return Response(
        requested=url, url=url, status=200, headers={"content-type": content_type, **more.pop("headers", {})}, body=body
    )


def feed(url, *titles, **more):
    """An RSS feed as an answer; entries are linked below their feed's address."""
    items = "".join(f"<item><title>{title}</title><link>{url}/{title}</link></item>" for title in titles)
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'
    return page(url, body.encode(), "application/rss+xml", **more)


@contextlib.contextmanager
def employed(**changes):
    """A `HandWorker` that the steps of a run find, and the run's settings.

    Args:
      changes: Of the settings.
    """
    settings = dataclasses.replace(settings_of_a_run(), **changes)
    hand = HandWorker(settings)
    worker.adopt(settings.run_id, hand)
    try:
        yield hand
    finally:
        worker.drop(settings.run_id)


def settings_of_a_run():
    """Settings with an id of their own."""
    kafka = KafkaSettings(bootstrap="nowhere.invalid:9092", partitions=4)
    return RunSettings(
        run_id=uuid.uuid4().hex, name="test", version="0", kafka=kafka, web=WebSettings(), feeds=(), shards=2
    )


class HeldLease:
    """A lease that nobody disputes."""

    def hold(self, patience=None):
        """Returns at once."""
