"""The true cause is named, on listeners that refuse in different ways."""

import contextlib
import socket
import threading

import pytest

from connectors.kafka import access, probe
from connectors.kafka.settings import KafkaSettings
from transforms.errors import KafkaMisconfigured, KafkaUnavailable

FREE = "127.0.0.1:1"  # nothing listens at port 1


@contextlib.contextmanager
def listener(serve):
    """A TCP server on loopback that hands each connection to ``serve``; gives its address."""
    server = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def run():
        while not done.is_set():
            with contextlib.suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    serve(connection, done)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}"
    finally:
        done.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def close(connection, done):
    connection.recv(1000)


def stay_silent(connection, done):
    done.wait(10)


def speak_http(connection, done):
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize(
    ("bootstrap", "words", "lasting"),
    [
        (FREE, "no connection to Kafka at 127.0.0.1:1: ", False),
        ("kafka", "kafka.bootstrap 'kafka' is not host:port", True),
        ("kafka:x", "kafka.bootstrap 'kafka:x' is not host:port", True),
        ("kafka:0", "is not host:port", True),
        ("kafka:70000", "is not host:port", True),
        (":9092", "is not host:port", True),
        ("", "is not host:port", True),
        ("no-such-host.invalid:9092", "the name no-such-host.invalid of the Kafka server cannot be resolved", False),
        ("no-such-host.invalid:9092,127.0.0.1:1", "no-such-host.invalid", False),
    ],
)
def test_what_fails_before_anything_is_said(bootstrap, words, lasting):
    found = probe.diagnose(KafkaSettings(bootstrap=bootstrap))
    assert words in found.text
    assert lasting == found.lasting


@pytest.mark.parametrize(
    ("serve", "words"),
    [
        (close, "closes the connection at ApiVersions: does that listener want something else than"),
        (speak_http, "does not answer as Kafka does"),
    ],
)
def test_a_listener_that_is_no_such_kafka(serve, words):
    with listener(serve) as address:
        assert words in probe.cause(KafkaSettings(bootstrap=address))


def test_a_frozen_kafka_is_told_from_one_that_is_not_there(monkeypatch):
    monkeypatch.setattr(probe, "TIMEOUT", 0.2)
    with listener(stay_silent) as address:
        found = probe.diagnose(KafkaSettings(bootstrap=address))
    assert f"Kafka at {address} takes connections, but does not answer" in found.text
    assert not found.lasting


def test_tls_where_there_is_none_is_said():
    with listener(speak_http) as address:
        found = probe.diagnose(KafkaSettings(bootstrap=address, security_protocol="SSL"))
    assert f"TLS with Kafka at {address} fails" in found.text


def test_a_missing_certificate_file_is_said():
    with listener(close) as address:
        settings = KafkaSettings(bootstrap=address, security_protocol="SSL", ssl_cafile="/nowhere/ca.pem")
        found = probe.diagnose(settings)
    assert "the TLS files of Kafka cannot be read" in found.text
    assert found.lasting


def test_what_will_not_heal_is_a_misconfiguration():
    with pytest.raises(KafkaMisconfigured, match="is not host:port"):
        access.reach(KafkaSettings(bootstrap="kafka"))


def test_what_may_heal_is_unavailable():
    with pytest.raises(KafkaUnavailable, match="no connection to Kafka"):
        access.reach(KafkaSettings(bootstrap=FREE))


def test_a_password_is_in_no_sentence():
    settings = KafkaSettings(
        bootstrap=FREE,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="PLAIN",
        sasl_username="u",
        sasl_password="hush",
    )
    assert "hush" not in probe.cause(settings)


@pytest.mark.parametrize(("names", "words"), [(["a"], "topic a is"), (["a", "b"], "topics a, b are")])
def test_topics_are_the_subject_of_a_sentence(names, words):
    assert words == access.listed(names)
