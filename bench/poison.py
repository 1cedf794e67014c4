"""Poison: records that Kafka can never take, mixed among many, and faults of the cluster, which are nobody's letters.

1 record in 200 is poison: too large for our own bound, too large for the topic, for a partition that is not there, with
a header that is no bytes. All culprits must come to `dead-letters` as they were, all neighbours to their topic, in the
order of each key. A missing topic and a missing right must refuse the start, and end a run that meets them on its way,
with the cause, without dead letters, and without losing what is sent again afterwards.
"""

import argparse
import contextlib
import dataclasses
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ConfigResource,
    ConfigResourceType,
    ResourcePattern,
    ResourceType,
)

from bench.progress import say
from connectors import worker
from connectors.embedded.broker import EmbeddedKafka
from connectors.kafka import letters, topics
from connectors.kafka.access import admin
from connectors.kafka.memory import TopicReader
from connectors.kafka.rows import Row
from connectors.kafka.settings import KafkaSettings
from connectors.run import RunSettings
from connectors.web.client import WebSettings
from transforms.errors import KafkaMisconfigured

COUNT, EVERY, KEYS, WRITE, SEED = 20_000, 200, 500, 200, 1
NARROW = 20_000  # bytes that the topic takes
SORTS = ("above our bound", "above the topic's bound", "no such partition", "bad header")
# Everybody may do everything, but for what a rule on a topic says.
RIGHTS = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "true",
}


@dataclasses.dataclass(frozen=True)
class Poison:
    """What came of it.

    Attributes:
      culprits: Poisoned records, by sort.
      letters: Of them on `dead-letters` as they were, by sort.
      strangers: Dead letters that are none of them.
      neighbours: Records that are sound.
      delivered: Of them on the topic.
      disordered: Keys whose records do not stand in order, or whose last one is not the last.
      seconds: How long the writes took; and as many sound records alone.
      refusals: By fault of the cluster: what a start says, what a run says on its way, dead letters, records lost.
    """

    culprits: Mapping[str, int]
    letters: Mapping[str, int]
    strangers: int
    neighbours: int
    delivered: int
    disordered: int
    seconds: tuple[float, float]
    refusals: Mapping[str, tuple[str, str, int, int]]


def mixed(topic: str, count: int, chance: random.Random) -> list[tuple[str, Row]]:
    """Records with their sort, ``""`` for a sound one; keys and values by number, poison at random places."""
    poisoned = set(chance.sample(range(count), count // EVERY))
    rows = []
    for number in range(count):
        sort = chance.choice(SORTS) if number in poisoned else ""
        key, value = b"%d" % (number % KEYS), b"%d" % number
        headers: Any = (("ce_id", value),)
        partition = None
        if sort == "above our bound":
            value = value + b" " + chance.randbytes(1_500_000)
        elif sort == "above the topic's bound":
            value = value + b" " + chance.randbytes(NARROW + 10_000)
        elif sort == "no such partition":
            partition = 99
        elif sort == "bad header":
            headers = (("ce_id", value.decode()),)
        rows.append((sort, Row(topic, key, value, headers, partition)))
    return rows


def disordered(sent: Sequence[bytes], seen: Sequence[bytes]) -> bool:
    """Whether the records of one key stand otherwise than they were sent: first occurrences in order, the last last.

    A record that is missing is another fault.
    """
    firsts, there = list(dict.fromkeys(seen)), set(seen)
    return firsts != [one for one in sent if one in there] or bool(seen and seen[-1] != firsts[-1])


def measure(count: int) -> Poison:
    """Sends it all on a broker of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="beatwire-bench-") as name,
        EmbeddedKafka(Path(name) / "kafka", ephemeral=True, say=say, properties=RIGHTS) as broker,
    ):
        kafka = KafkaSettings(bootstrap=broker.bootstrap)
        topics.create(kafka)
        with admin(kafka) as client:
            resource = ConfigResourceType.TOPIC, kafka.topic("articles")
            client.alter_configs([ConfigResource(*resource, configs={"max.message.bytes": str(NARROW)})])
        plain = dataclasses.replace(kafka, prefix="plain")
        topics.create(plain)
        folder = Path(name) / "spill"
        mix = mixed(kafka.topic("articles"), count, random.Random(SEED))
        say(f"{count:,} records, 1 in {EVERY} of them poison")
        with _worker(kafka, folder) as shared:
            took = _write(shared, [row for _, row in mix])
        with _worker(plain, folder) as shared:
            sound = _write(shared, [dataclasses.replace(r, topic=plain.topic("articles")) for s, r in mix if not s])
        refusals = {"missing topic": _missing_topic(broker, folder), "missing right": _missing_right(broker, folder)}
        return _judge(kafka, folder, mix, (took, sound), refusals)


def _judge(
    kafka: KafkaSettings,
    folder: Path,
    mix: Sequence[tuple[str, Row]],
    seconds: tuple[float, float],
    refusals: Mapping[str, tuple[str, str, int, int]],
) -> Poison:
    culprits: dict[str, int] = defaultdict(int)
    kept: dict[str, int] = defaultdict(int)
    found = {(one.key, one.value): one for one in letters.read(kafka, folder, lambda _: True)}
    for sort, row in mix:
        if not sort:
            continue
        culprits[sort] += 1
        letter = found.pop((row.key, row.value), None)
        if letter is not None and [name for name, _ in letter.headers] == ["ce_id"] and letter.topic == row.topic:
            kept[sort] += 1
    seen = _values(kafka)
    sent: dict[bytes, list[bytes]] = defaultdict(list)
    for sort, row in mix:
        if not sort:
            sent[row.key or b""].append(row.value or b"")
    return Poison(
        culprits,
        kept,
        len(found),
        sum(map(len, sent.values())),
        sum(len(set(values) & set(seen[key])) for key, values in sent.items()),
        sum(disordered(values, seen[key]) for key, values in sent.items()),
        seconds,
        refusals,
    )


@contextlib.contextmanager
def _worker(kafka: KafkaSettings, folder: Path) -> Iterator[worker.Worker]:
    run = RunSettings(
        run_id=f"poison-{time.monotonic_ns()}",
        name="bench",
        version="0",
        kafka=kafka,
        web=WebSettings(),
        feeds=(),
        spill=folder,
    )
    try:
        yield worker.of(run)
    finally:
        worker.drop(run.run_id)


def _write(shared: worker.Worker, rows: Sequence[Row]) -> float:
    began = time.monotonic()
    for start in range(0, len(rows), WRITE):
        shared.write(rows[start : start + WRITE], "publish")
    return time.monotonic() - began


def _missing_topic(broker: EmbeddedKafka, folder: Path) -> tuple[str, str, int, int]:
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix="missing")
    topics.create(kafka)
    with admin(kafka) as client:
        client.delete_topics([kafka.topic("articles")])
    return _refused(kafka, folder, lambda: topics.create(kafka))


def _missing_right(broker: EmbeddedKafka, folder: Path) -> tuple[str, str, int, int]:
    kafka = KafkaSettings(bootstrap=broker.bootstrap, prefix="rights")
    topics.create(kafka)
    pattern = ResourcePattern(ResourceType.TOPIC, kafka.topic("articles"))
    deny = (ACLOperation.WRITE, ACLPermissionType.DENY)
    allow = (ACLOperation.ALL, ACLPermissionType.ALLOW)
    with admin(kafka) as client:
        client.create_acls([ACL("User:ANONYMOUS", "*", *what, pattern) for what in (allow, deny)])

    def restore() -> None:
        with admin(kafka) as again:
            _take_back(again, pattern)

    return _refused(kafka, folder, restore)


def _take_back(client: KafkaAdminClient, pattern: ResourcePattern) -> None:
    client.delete_acls([ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, pattern)])


def _refused(kafka: KafkaSettings, folder: Path, mend: Any) -> tuple[str, str, int, int]:
    """A start and a run that meet a fault; then it is mended, and what the run could not send is sent again."""
    say(f"{kafka.prefix}: a start, a run, and what comes after it was mended")
    rows = [Row(kafka.topic("articles"), b"%d" % (number % 7), b"%d" % number) for number in range(WRITE)]
    end = time.monotonic() + 30
    start = way = ""
    while not start and time.monotonic() < end:  # what a broker was told takes it a moment
        try:
            topics.require(kafka)
        except KafkaMisconfigured as error:
            start = str(error)
    with _worker(kafka, folder) as shared:
        try:
            shared.write(rows, "publish")
        except KafkaMisconfigured as error:
            way = str(error)
    mend()
    while time.monotonic() < end:
        with contextlib.suppress(KafkaMisconfigured):
            topics.require(kafka)
            break
    with _worker(kafka, folder) as shared:
        shared.write(rows, "publish")
    there = {value for values in _values(kafka).values() for value in values}
    return start, way, len(letters.read(kafka, folder, lambda _: True)), len({row.value for row in rows} - there)


def _values(kafka: KafkaSettings) -> dict[bytes, list[bytes]]:
    """What stands on `articles`, by key, in order."""
    seen: dict[bytes, list[bytes]] = defaultdict(list)
    reader = TopicReader(kafka, kafka.topic("articles"), 60)
    reader.catch_up(lambda record: seen[record.key].append(record.value))
    reader.close()
    return seen


def report(got: Poison) -> str:
    """The figures as lines of text."""
    lines = [f"{'poison':28}{'records':>9}{'dead letters':>14}"]
    lines += [f"{sort:28}{count:9}{got.letters.get(sort, 0):14}" for sort, count in sorted(got.culprits.items())]
    lines.append(f"neighbours delivered: {got.delivered:,} of {got.neighbours:,}; keys out of order: {got.disordered}")
    took, sound = got.seconds
    lines.append(f"{took:.1f} s; the sound records alone {sound:.1f} s, ratio {sound / took:.2f}")
    for fault, (start, way, kept, lost) in got.refusals.items():
        lines += [f"{fault}, at the start: {start or 'NOT REFUSED'}", f"{fault}, on the way: {way or 'NOT REFUSED'}"]
        lines.append(f"{fault}: {kept} dead letters, {lost} records lost once it was mended")
    return "\n".join(lines + [f"FAILED: {fault}" for fault in faults(got)])


def faults(got: Poison) -> list[str]:
    """What must not be."""
    wrong = [f"{sort}: not all are dead letters" for sort, n in got.culprits.items() if got.letters.get(sort, 0) < n]
    wrong += [f"{got.strangers} dead letters of sound records"] if got.strangers else []
    wrong += [f"{got.neighbours - got.delivered} neighbours lost"] if got.delivered < got.neighbours else []
    wrong += [f"{got.disordered} keys out of order"] if got.disordered else []
    for fault, (start, way, kept, lost) in got.refusals.items():
        wrong += [] if start else [f"{fault}: the start was not refused"]
        wrong += [] if way else [f"{fault}: the run went on"]
        wrong += [f"{fault}: {kept} dead letters"] if kept else []
        wrong += [f"{fault}: {lost} records lost"] if lost else []
    return wrong


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 1 when a culprit is not a dead letter, a neighbour is lost or an order is broken."""
    parser = argparse.ArgumentParser(prog="bench poison", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=COUNT, help="records (default: %(default)d)")
    got = measure(parser.parse_args(arguments).count)
    print(report(got))
    return int(bool(faults(got)))
