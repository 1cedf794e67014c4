"""The embedded broker, with real Java and real Kafka. A start takes 3 to 4 s, so a test claims what it can."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from connectors.embedded import launch, probe, processes
from connectors.embedded.broker import EmbeddedKafka, running_bootstrap
from connectors.embedded.jars import provide_jars
from connectors.embedded.java import Java, provide_java
from connectors.kafka import topics
from connectors.kafka.settings import KafkaSettings
from transforms.errors import SetupError

# Starts a broker on argv[1], says its address and pid, and waits to be killed.
OWNER = """
import sys, threading
from pathlib import Path
from connectors.embedded.broker import EmbeddedKafka
broker = EmbeddedKafka(Path(sys.argv[1]), ephemeral=len(sys.argv) > 2)
broker.start()
print(broker.bootstrap, broker.pid, flush=True)
threading.Event().wait()
"""


@contextlib.contextmanager
def owner(data, *arguments):
    """Another process that owns a broker on ``data``; yields it with its broker's ``pid``."""
    command = [sys.executable, "-c", OWNER, str(data), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            bootstrap, pid = process.stdout.readline().split()
            process.bootstrap, process.broker = bootstrap, int(pid)
            yield process
        finally:
            process.kill()


def end_of(pid):
    """Waits until a process that is no child of ours has ended."""
    event = os.pidfd_open(pid)
    try:
        with contextlib.closing(select.epoll()) as poll:
            poll.register(event)
            assert poll.poll(60), "it still runs"
    finally:
        os.close(event)


def write(bootstrap, topic, values):
    """Writes and returns when all is acknowledged."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    futures = [producer.send(topic, value) for value in values]
    for future in futures:
        future.get(30)
    producer.close()


def read_all(bootstrap, topic):
    """Reads partition 0 from its beginning to its end."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    consumer.seek_to_beginning()
    end = consumer.end_offsets([partition])[partition]
    values = []
    while consumer.position(partition) < end:
        for records in consumer.poll(500).values():
            values += [record.value for record in records]
    consumer.close()
    return values


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One broker for the tests that leave it as it was, in a folder with a name that needs every kind of escaping."""
    with EmbeddedKafka(tmp_path_factory.mktemp("kafka") / "an Übersicht 数据 = #1") as broker:
        yield broker


def test_what_was_acknowledged_survives_a_kill_on_the_same_port(kept, topic_prefix):
    settings = KafkaSettings(bootstrap=kept.bootstrap, prefix=topic_prefix, partitions=1)
    topics.create(settings)
    name = f"{topic_prefix}.finds.v1"
    values = [b"%d" % number for number in range(500)]
    write(kept.bootstrap, name, values)
    before, pid = kept.bootstrap, kept.pid
    kept.kill()
    assert not kept.is_running()
    kept.start()
    assert before == kept.bootstrap
    assert pid != kept.pid
    assert values == read_all(kept.bootstrap, name)


def test_it_says_where_it_runs_to_whoever_knows_its_folder(kept):
    assert kept.bootstrap == running_bootstrap(kept.data)


def test_starting_it_twice_starts_it_once(kept):
    pid = kept.pid
    kept.start()
    assert pid == kept.pid


def test_it_listens_on_loopback_only(kept):
    port = int(kept.bootstrap.rsplit(":", 1)[1])
    with socket.socket(socket.AF_INET6) as other:
        other.settimeout(2)
        assert 0 != other.connect_ex(("::1", port))


def test_a_folder_in_use_is_refused_with_its_owner(kept):
    with pytest.raises(SetupError, match=f"in use by process {os.getpid()}: stop that one"):
        EmbeddedKafka(kept.data).start()
    assert kept.is_running()


@pytest.mark.parametrize("name", ["/proc/x/kafka", "file/kafka"])
def test_a_folder_that_cannot_be_made_is_named(tmp_path, name):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SetupError, match=r"cannot keep its records in .*kafka \(.*\): name another folder"):
        EmbeddedKafka(tmp_path / name, ephemeral=True).start()


def test_a_foreign_kafka_on_the_wanted_port_is_named_and_left_alone(kept, tmp_path):
    port = int(kept.bootstrap.rsplit(":", 1)[1])
    cluster = probe.live_cluster("127.0.0.1", port)
    with pytest.raises(SetupError, match=rf"port {port} is taken by another Kafka \(cluster {cluster}\)"):
        EmbeddedKafka(tmp_path / "data", port=port).start()
    assert cluster == probe.live_cluster("127.0.0.1", port)
    assert not (tmp_path / "data" / "broker.pid").exists()


def test_its_memory_stays_small(kept):
    status = (processes.PROC / str(kept.pid) / "status").read_text()
    resident = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) // 1024
    assert resident < 450  # MB; 150 to 250 were seen


def test_a_remembered_port_that_a_foreign_kafka_has_by_now_gives_way_to_another(kept, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "port").write_text(kept.bootstrap.rsplit(":", 1)[1])
    with EmbeddedKafka(data) as other:
        assert kept.bootstrap != other.bootstrap
        address = ("127.0.0.1", int(other.bootstrap.rsplit(":", 1)[1]))
        assert launch.cluster_id(data / "log") == probe.live_cluster(*address)
        assert launch.cluster_id(kept.data / "log") != probe.live_cluster(*address)
        assert address[1] == int((data / "port").read_text())


def test_it_dies_with_its_owner_and_the_next_finds_records_cluster_and_port_as_they_were(tmp_path):
    data = tmp_path / "data"
    with owner(data) as process:
        topics.create(KafkaSettings(bootstrap=process.bootstrap, prefix="kept", partitions=1))
        write(process.bootstrap, "kept.finds.v1", [b"one"])
        cluster, before = launch.cluster_id(data / "log"), process.bootstrap
        process.kill()
        end_of(process.broker)
    assert running_bootstrap(data) is None
    with EmbeddedKafka(data) as broker:
        assert cluster == launch.cluster_id(data / "log")
        assert before == broker.bootstrap
        assert [b"one"] == read_all(broker.bootstrap, "kept.finds.v1")
    assert [] == sorted({"broker.pid", "log.new", "log.properties"} & set(os.listdir(data)))


def test_a_leftover_of_a_killed_owner_is_ended_before_a_new_broker_starts(tmp_path):
    said = []
    with owner(tmp_path / "data") as process:
        # The owner and the watcher die in one blow, as when a system kills all that it finds but the broker.
        watchers = (processes.PROC / f"{process.broker}/task/{process.broker}/children").read_text().split()
        for watcher in watchers:
            os.kill(int(watcher), signal.SIGKILL)
        process.kill()
        process.wait()
        assert process.broker == processes.recall(tmp_path / "data" / "broker.pid")
        with EmbeddedKafka(tmp_path / "data", say=said.append) as broker:
            assert process.broker != broker.pid
            assert processes.start_mark(process.broker) is None
            assert process.bootstrap == broker.bootstrap
    assert f"Kafka: ended process {process.broker}, left over from a run that was killed" in said


def test_an_ephemeral_one_leaves_nothing_and_begins_empty_after_a_killed_owner(tmp_path):
    data = tmp_path / "data"
    with owner(data, "ephemeral") as process:
        settings = KafkaSettings(bootstrap=process.bootstrap, prefix="gone", partitions=1)
        topics.create(settings)
        cluster = launch.cluster_id(data / "log")
        process.kill()
        end_of(process.broker)
    with EmbeddedKafka(data, ephemeral=True):
        assert cluster != launch.cluster_id(data / "log")
    assert not data.exists()


class TestWithoutKafka:
    """What is decided before Java starts, or without it."""

    @pytest.fixture(autouse=True)
    def no_java(self, monkeypatch):
        def refuse(say):
            raise AssertionError("Java was asked for")

        monkeypatch.setattr("connectors.embedded.broker.provide_java", refuse)

    def test_a_taken_port_is_reported_before_java_starts(self, tmp_path):
        with (
            socket.create_server(("127.0.0.1", 0)) as listener,
            pytest.raises(SetupError, match=r"port \d+ is taken by another program"),
        ):
            EmbeddedKafka(tmp_path / "data", port=listener.getsockname()[1]).start()

    def test_a_folder_with_other_peoples_files_is_never_taken_for_ephemeral(self, tmp_path):
        (tmp_path / "thesis.txt").write_text("years of work")
        with pytest.raises(SetupError, match="is not empty, and an ephemeral Kafka would remove it"):
            EmbeddedKafka(tmp_path, ephemeral=True).start()
        assert "years of work" == (tmp_path / "thesis.txt").read_text()

    def test_a_kept_folder_is_never_taken_for_ephemeral(self, tmp_path):
        (tmp_path / "log").mkdir()
        (tmp_path / "lock").touch()
        with pytest.raises(SetupError, match="is not empty"):
            EmbeddedKafka(tmp_path, ephemeral=True).start()
        assert ["lock", "log"] == sorted(os.listdir(tmp_path))

    def test_a_folder_that_kafka_would_take_for_two_is_refused(self, tmp_path):
        with pytest.raises(SetupError, match="takes a comma for the end"):
            EmbeddedKafka(tmp_path / "a,b")

    def test_constructing_one_touches_nothing(self, tmp_path):
        EmbeddedKafka(tmp_path / "data")
        assert [] == os.listdir(tmp_path)

    def test_there_is_no_address_before_the_start(self, tmp_path):
        with pytest.raises(RuntimeError, match="has not been started"):
            _ = EmbeddedKafka(tmp_path).bootstrap

    def test_stopping_what_never_started_is_fine(self, tmp_path):
        EmbeddedKafka(tmp_path / "data").stop()
        assert [] == os.listdir(tmp_path)

    def test_a_failed_start_lets_go_of_the_folder(self, tmp_path):
        broker = EmbeddedKafka(tmp_path / "data")
        for _ in range(2):
            with pytest.raises(AssertionError, match="Java was asked for"):
                broker.start()

    def test_no_broker_runs_in_a_folder_that_is_not_there(self, tmp_path):
        assert running_bootstrap(tmp_path / "nowhere") is None


def test_a_broker_that_gives_up_says_why(tmp_path):
    launch.format_log(provide_java(print), provide_jars(print), tmp_path, tmp_path / "log")
    meta = tmp_path / "log" / "meta.properties"
    meta.write_text(meta.read_text().replace("node.id=1", "node.id=7"))
    with pytest.raises(SetupError, match=r"Kafka ended at its start \(.*node.*\); .*broker\.log says more"):
        EmbeddedKafka(tmp_path).start()


def test_ctrl_c_in_the_terminal_does_not_reach_the_formatting(tmp_path):
    # A terminal sends SIGINT to the processes of its session's foreground group.
    java = tmp_path / "java"
    java.write_text(f"#!/bin/sh\nps -o sid= -p $$ >{tmp_path}/session\necho no >&2\nexit 1\n")
    java.chmod(0o755)
    with pytest.raises(SetupError, match=r"Kafka could not format .*: no"):
        launch.format_log(Java(java, 21), tmp_path, tmp_path, tmp_path / "log")
    assert os.getsid(0) != int((tmp_path / "session").read_text())


class TestClusterId:
    def test_it_never_begins_as_an_option_would(self, monkeypatch):
        ids = iter([b"\xfb" + bytes(15), b"\x00" + bytes(15)])  # "-wAA..." and "AAAA..."

        class Id:
            def __init__(self):
                self.bytes = next(ids)

        monkeypatch.setattr(launch.uuid, "uuid4", Id)
        assert "AAAAAAAAAAAAAAAAAAAAAA" == launch.new_cluster_id()

    def test_it_is_22_characters_of_base64url(self):
        assert 22 == len(launch.new_cluster_id())

    def test_a_folder_that_is_not_formatted_has_none(self, tmp_path):
        assert launch.cluster_id(tmp_path) is None
