"""Passwords, certificates and rights, on a real broker that wants them."""

import dataclasses
import time

import pytest

from connectors.kafka import topics
from connectors.kafka.memory import PartitionReader
from connectors.kafka.probe import diagnose
from connectors.kafka.rows import Row
from connectors.kafka.sink import Sink
from transforms.errors import KafkaMisconfigured


def tls(guarded, cafile):
    return dataclasses.replace(guarded.settings, bootstrap=guarded.tls, security_protocol="SSL", ssl_cafile=cafile)


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
def test_a_right_password_is_let_in(guarded, mechanism):
    assert None is diagnose(guarded.by("writer", mechanism=mechanism))


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
def test_a_wrong_password_is_said_at_once(guarded, mechanism):
    begun = time.monotonic()
    found = diagnose(guarded.by("writer", "wrong", mechanism))
    assert f"does not let user 'writer' in by {mechanism}" in found.text
    assert "wrong" not in found.text
    assert found.lasting
    assert time.monotonic() - begun < 10  # the client tries for 30


def test_a_mechanism_that_is_not_offered_is_said_with_those_that_are(guarded):
    found = diagnose(guarded.by("writer", mechanism="SCRAM-SHA-512"))
    assert "does not offer SASL mechanism SCRAM-SHA-512, but PLAIN, SCRAM-SHA-256" in found.text
    assert found.lasting


def test_a_mechanism_that_does_not_exist_is_said(guarded):
    assert "kafka.sasl_mechanism 'SCRAM' is none of" in diagnose(guarded.by("writer", mechanism="SCRAM")).text


def test_a_listener_with_passwords_closes_on_those_who_have_none(guarded):
    found = diagnose(dataclasses.replace(guarded.settings, bootstrap=guarded.sasl))
    assert "closes the connection at Metadata" in found.text
    assert "security_protocol PLAINTEXT" in found.text


def test_a_listener_without_passwords_offers_no_mechanism(guarded):
    found = diagnose(dataclasses.replace(guarded.by("writer"), bootstrap=guarded.settings.bootstrap))
    assert "does not offer SASL mechanism PLAIN, but none" in found.text


def test_a_certificate_of_our_authority_is_trusted(guarded):
    assert None is diagnose(tls(guarded, guarded.cafile))


@pytest.mark.parametrize("authority", ["other_cafile", None])
def test_a_certificate_of_another_authority_is_not(guarded, authority):
    found = diagnose(tls(guarded, authority and getattr(guarded, authority)))
    assert "self-signed certificate" in found.text
    assert found.lasting


def test_tls_is_not_mistaken_for_a_kafka_that_is_down(guarded):
    found = diagnose(dataclasses.replace(guarded.settings, bootstrap=guarded.tls))
    assert "does that listener want something else than security_protocol PLAINTEXT?" in found.text


def test_plain_text_is_not_mistaken_for_tls(guarded):
    found = diagnose(dataclasses.replace(tls(guarded, guarded.cafile), bootstrap=guarded.settings.bootstrap))
    assert "is it a listener with TLS" in found.text


def test_who_has_all_rights_may_start(guarded):
    topics.require(guarded.by("writer"))


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("reader", "the right to WRITE on guarded.articles.v1, WRITE on guarded.latest.v1, WRITE on guarded.finds.v1"),
        ("nobody", "the right to WRITE on guarded.articles.v1, READ on guarded.articles.v1, WRITE on guarded.latest"),
    ],
)
def test_who_lacks_rights_is_told_which(guarded, user, words):
    with pytest.raises(KafkaMisconfigured, match=f"does not grant user '{user}' {words}"):
        topics.require(guarded.by(user))


def test_a_topic_that_is_hidden_is_taken_for_missing(guarded):
    with pytest.raises(KafkaMisconfigured, match="missing or hidden from us"):
        topics.require(dataclasses.replace(guarded.by("reader"), prefix="elsewhere"))


def test_a_wrong_password_at_start_is_a_misconfiguration(guarded):
    with pytest.raises(KafkaMisconfigured, match="does not let user 'writer' in"):
        topics.require(guarded.by("writer", "wrong"))


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
def test_who_may_write_and_read_does(guarded, mechanism):
    settings, seen = guarded.by("writer", mechanism=mechanism), []
    sink = Sink(settings, 30)
    reader = PartitionReader(settings, settings.topic("finds"), 0, 30)
    assert () == sink.write([Row(settings.topic("finds"), b"k", mechanism.encode(), (), 0)])
    reader.catch_up(lambda record: seen.append(record.value))
    assert mechanism.encode() == seen[-1]
    sink.close()
    reader.close()


def test_who_may_not_write_is_refused_and_nothing_becomes_a_dead_letter(guarded):
    settings = guarded.by("reader")
    sink = Sink(settings, None)
    with pytest.raises(KafkaMisconfigured, match="AuthorizationFailedError"):
        sink.write([Row(settings.topic("articles"), b"k", b"v")])
    sink.close()


def test_who_may_not_read_is_refused(guarded):
    settings = guarded.by("nobody")
    sink = Sink(guarded.settings, 30)
    sink.write([Row(settings.topic("feeds"), b"k", b"v", (), 0)])
    reader = PartitionReader(settings, settings.topic("feeds"), 0, None)
    with pytest.raises(KafkaMisconfigured, match="TopicAuthorizationFailedError"):
        reader.catch_up(lambda record: None)
    sink.close()
    reader.close()


@pytest.mark.parametrize("patience", [None, 60])
def test_a_sink_with_a_wrong_password_does_not_wait(guarded, patience):
    begun = time.monotonic()
    with pytest.raises(KafkaMisconfigured, match="does not let user 'writer' in"):
        Sink(guarded.by("writer", "wrong"), patience).write([Row("t", b"k", b"v")])
    assert time.monotonic() - begun < 20
