"""Who listens on a port: the request and answer as bytes, and listeners that are no Kafka."""

import socket
import struct
import threading

import pytest

from connectors.embedded.probe import live_cluster, metadata_request, parse_metadata

ANSWER = (
    struct.pack(">ii", 1, 1)
    + struct.pack(">ih", 1, 9)
    + b"127.0.0.1"
    + struct.pack(">ih", 19092, -1)
    + struct.pack(">h", 4)
    + b"abcd"
    + struct.pack(">ii", 1, 0)
)


def answering(*chunks):
    """Listens once on loopback, reads a request, sends ``chunks`` and hangs up; returns port and thread."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with listener:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                for chunk in chunks:
                    connection.sendall(chunk)

    thread = threading.Thread(target=serve)
    thread.start()
    return listener.getsockname()[1], thread


def ask(*chunks):
    port, thread = answering(*chunks)
    try:
        return live_cluster("127.0.0.1", port)
    finally:
        thread.join()


def test_the_request_is_metadata_2_for_no_topic():
    expected = b"\x00\x00\x00\x16\x00\x03\x00\x02\x00\x00\x00\x01\x00\x08beatwire\x00\x00\x00\x00"
    assert expected == metadata_request()


def test_the_answer_gives_the_cluster_and_its_live_brokers():
    assert ("abcd", 1) == parse_metadata(ANSWER)


def test_an_answer_without_brokers_is_read():
    assert ("abcd", 0) == parse_metadata(struct.pack(">iih", 1, 0, 4) + b"abcd")


@pytest.mark.parametrize("length", range(35))  # what follows the cluster id is not read
def test_an_answer_cut_before_its_cluster_is_refused(length):
    with pytest.raises(ValueError, match="not an answer"):
        parse_metadata(ANSWER[:length])


def test_a_live_kafka_says_its_cluster():
    assert "abcd" == ask(struct.pack(">i", len(ANSWER)) + ANSWER)


@pytest.mark.parametrize(
    "chunks",
    [
        (),
        (b"\x00\x00",),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n",),
        (struct.pack(">i", 4), b"abcd"),
        (struct.pack(">i", -1),),
        (struct.pack(">i", 14), struct.pack(">iih", 1, 0, 4) + b"abcd"),  # started, but no broker registered yet
    ],
    ids=["silence", "half a length", "http", "too short", "negative", "no broker"],
)
def test_what_is_no_live_kafka_has_no_cluster(chunks):
    assert ask(*chunks) is None


def test_nobody_on_the_port_is_no_cluster():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert live_cluster("127.0.0.1", port) is None
