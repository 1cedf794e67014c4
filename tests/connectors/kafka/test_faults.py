"""Whose fault an error is."""

import inspect

import kafka.producer.kafka as producer_module
import pytest
from kafka import errors
from kafka.producer.sender import Sender

from connectors.kafka.faults import NotSent, blame
from transforms.errors import KafkaMisconfigured


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.MessageSizeTooLargeError(), "record"),
        (errors.RecordListTooLargeError(), "record"),
        (errors.InvalidRecordError(), "record"),
        (errors.InvalidTimestampError(), "record"),
        (errors.InvalidTopicError(), "record"),
        (errors.PolicyViolationError(), "record"),
        (TypeError("headers"), "record"),
        (ValueError("partition"), "record"),
        (AssertionError("Unrecognized partition"), "record"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"), "record"),
        (errors.TopicAuthorizationFailedError(), "refused"),
        (errors.ClusterAuthorizationFailedError(), "refused"),
        (errors.TransactionalIdAuthorizationFailedError(), "refused"),
        (errors.SaslAuthenticationFailedError(), "refused"),
        (errors.UnsupportedSaslMechanismError(), "refused"),
        (errors.UnsupportedVersionError(), "refused"),
        (errors.UnsupportedCodecError(), "refused"),
        (errors.KafkaConfigurationError(), "refused"),
        (KafkaMisconfigured("no"), "refused"),
        (errors.KafkaTimeoutError(), "away"),
        (errors.KafkaConnectionError(), "away"),
        (errors.NotLeaderForPartitionError(), "away"),
        (errors.NotEnoughReplicasError(), "away"),
        (errors.UnknownTopicOrPartitionError(), "away"),
        (errors.OutOfOrderSequenceNumberError(), "away"),
        (errors.ProducerFencedError(), "away"),
        (errors.InvalidProducerEpochError(), "away"),
        (errors.UnknownProducerIdError(), "away"),
        (errors.IllegalStateError(), "away"),
        (errors.KafkaError("a neighbour of an invalid record"), "away"),
        (ConnectionResetError(), "away"),
        (NotSent(), "away"),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else one,
)
def test_each_error_is_blamed_on_the_right_one(error, expected):
    assert expected == blame(error)


def test_the_private_names_that_retiring_a_producer_needs_are_there():
    assert hasattr(producer_module, "log")
    assert callable(Sender.force_close)
    assert "self._sender = Sender(" in inspect.getsource(producer_module.KafkaProducer)
