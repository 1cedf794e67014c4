"""Histories as Publish writes them: the records on `articles` and `latest`, after edits, crashes and repeats.

The product's own deciders say what is published; what is invented here is only what happens to the articles, and at
which point a crash or a lost acknowledgement makes records come again.
"""

import msgspec
from hypothesis import strategies as st

from connectors.kafka.envelope import attributes, headers
from connectors.kafka.rows import Row
from connectors.kafka.settings import KafkaSettings
from connectors.steps.publish import decide_all
from transforms import identity, instants
from transforms.records import Article, Entry, FeedSource, Find, Read, Tagged
from transforms.tags import Action, Evidence, Tags
from transforms.versions import Imprint, remember

SOURCE = FeedSource(id="wire", url="https://wire.example/feed", publisher="Wire", kind="wire")
START = 1_785_000_000.0
STAGES = {"halted": "halted", "upheld": "in-force", "lifted": "ended"}
FAULTS = ("none", "records resent", "crash in articles", "crash before latest", "crash in latest", "crash after latest")


def reading(number, title="Ban halted", apps=("TikTok",), stage="halted", topics=("app-ban",), quote="Ban"):
    """What a page says: the article's number, its words, and its tags (without topics it is off the beat)."""
    status = STAGES[stage]
    article = Article(url=f"https://example.org/{number}", title=title, text=f"{title}. 🚫 It is so.", language="en")
    action = Action(main=True, apps=apps, jurisdictions=("US",), measures=("ban",), stage=stage, status=status)
    start = title.find(quote)
    proof = Evidence(
        supports=f"stage:{stage}", action=0, part="title", start=start, end=start + len(quote), quote=quote, rule="r"
    )
    tags = Tags(
        topics=topics,
        evidence=(proof,) if start >= 0 else (),
        actions=(action,),
        apps=apps,
        jurisdictions=("US",),
        measures=("ban",),
        stage=stage,
        status=status,
        rules_version="1",
        text_hash=identity.text_hash(article.text),
    )
    return article, tags if topics else Tags(rules_version="1")


class History:
    """What stands on the topics; rows are in the order in which they were written."""

    def __init__(self, settings=None):
        self.settings = settings or KafkaSettings(bootstrap="")
        self.articles, self.latest = [], []
        self._count = 0

    def publish(self, *readings, fault="none"):
        """A bundle of finds goes through Publish; after a crash, once more. Returns the ids of its events."""
        finds = [self._find(*one) for one in readings]
        articles, latest = self._rows(finds)
        if fault == "records resent":
            # The sink sends what was not acknowledged again, in order: the last record stays the last.
            articles, latest = articles * 2, latest * 2
        crashed = {
            "crash in articles": (articles[: len(articles) // 2], []),
            "crash before latest": (articles, []),
            "crash in latest": (articles, latest[: len(latest) // 2]),
        }.get(fault, (articles, latest))
        self.articles += crashed[0]
        self.latest += crashed[1]
        if fault.startswith("crash"):
            for topic, rows in zip((self.articles, self.latest), self._rows(finds), strict=True):
                topic += rows
        return [dict(row.headers)["ce_id"].decode() for row in articles]

    def interrupted(self, *readings):
        """A bundle whose events reach `articles` and no more, and that nobody takes up again as it was."""
        articles, _ = self._rows([self._find(*one) for one in readings])
        self.articles += articles
        return [dict(row.headers)["ce_id"].decode() for row in articles]

    def bury(self):
        """Tombstones for all that is retracted, as `latest` gets them 30 days later."""
        topic = self.settings.topic("latest")
        for article, known in self.memory().items():
            if known.version.pub_status != "usable":
                self.latest.append(Row(topic, article.encode(), None))

    def memory(self):
        """What Publish remembers: of each article on `latest` the last record."""
        last = {row.key.decode(): row.value for row in self.latest}
        return {article: remember(value) for article, value in last.items() if value is not None}

    def _find(self, article, tags):
        self._count += 1
        item = identity.url_id(article.url)
        found = instants.to_text(START + 60 * self._count)
        find = Find(
            find_id=identity.find_id(item, SOURCE.id, str(self._count)),
            item_id=item,
            entry_hash=str(self._count),
            source=SOURCE,
            entry=Entry(link=article.url, title=article.title),
            polled=found,
            found=found,
        )
        return Tagged(read=Read(find=find, article=article, attempts=1, fetched=found), tags=tags, tagged=found)

    def _rows(self, finds):
        now = instants.to_text(START + 60 * self._count + 1)
        decisions = decide_all(finds, self.memory(), {}, lambda find: False, Imprint(now, "beatwire", "0.1"))
        said = [pair for one in decisions for pair in one.events]
        return tuple(
            [
                Row(
                    self.settings.topic(name),
                    article.encode(),
                    msgspec.json.encode(event),
                    tuple(headers(attributes(event, article))),
                )
                for article, event in said
            ]
            for name in ("articles", "latest")
        )


def compacted(rows, upto, bury=True):
    """What the log cleaner leaves of the first rows: the last of each key, and perhaps not even its tombstone."""
    last = {row.key: number for number, row in enumerate(rows[:upto])}
    kept = [row for number, row in enumerate(rows[:upto]) if last[row.key] == number]
    return [row for row in kept if row.value is not None or not bury] + rows[upto:]


@st.composite
def histories(draw, buried=True):
    """Any history of three articles; with tombstones, or without."""
    readings = st.builds(
        reading,
        st.integers(1, 3),
        st.sampled_from(["Ban halted", "Ban upheld", "Ban"]),
        st.sampled_from([("TikTok",), ("WeChat", "TikTok")]),
        st.sampled_from(sorted(STAGES)),
        st.sampled_from([("app-ban",), ("app-ban", "us-china-tech"), ()]),
    )
    history = History()
    for bundle, fault, bury in draw(
        st.lists(
            st.tuples(st.lists(readings, min_size=1, max_size=4), st.sampled_from(FAULTS), st.booleans()),
            min_size=1,
            max_size=12,
        )
    ):
        history.publish(*bundle, fault=fault)
        if buried and bury:
            history.bury()
    return history


def random_bundles(random, count):
    """So many bundles of readings and faults, for histories too long for an example."""
    for _ in range(count):
        bundle = [
            reading(
                random.randint(1, 40),
                random.choice(["Ban halted", "Ban upheld", "Ban"]),
                random.choice([("TikTok",), ("WeChat", "TikTok")]),
                random.choice(sorted(STAGES)),
                random.choice([("app-ban",), ("app-ban", "us-china-tech"), ("app-ban",), ()]),
            )
            for _ in range(random.randint(1, 4))
        ]
        yield bundle, random.choice(FAULTS)
