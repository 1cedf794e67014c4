"""How Kafka is reached, and how topics are named."""

import pickle

import pytest

from connectors.kafka.settings import KafkaSettings

SETTINGS = KafkaSettings(
    bootstrap="a:9092,b:9092", security_protocol="SASL_SSL", sasl_username="u", sasl_password="secret"
)


def test_the_password_is_not_shown():
    assert "secret" not in f"{SETTINGS} {SETTINGS!r}"


def test_settings_travel_to_workers_whole():
    assert SETTINGS == pickle.loads(pickle.dumps(SETTINGS))


def test_equal_settings_print_equally():
    assert repr(SETTINGS) == repr(pickle.loads(pickle.dumps(SETTINGS)))


@pytest.mark.parametrize(
    ("name", "expected"), [("articles", "beatwire.articles.v1"), ("dead-letters", "beatwire.dead-letters.v1")]
)
def test_topic_names_are_a_contract(name, expected):
    assert expected == SETTINGS.topic(name)


def test_a_client_gets_all_servers_and_the_password():
    client = SETTINGS.client()
    assert (["a:9092", "b:9092"], "SASL_SSL", "u", "secret") == (
        client["bootstrap_servers"],
        client["security_protocol"],
        client["sasl_plain_username"],
        client["sasl_plain_password"],
    )


def test_what_is_not_set_is_left_to_the_client():
    assert {"bootstrap_servers", "security_protocol"} == set(KafkaSettings(bootstrap="a:1").client())
