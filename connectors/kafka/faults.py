"""Whose fault a failed record is: its own, the cluster's for good, or nobody's (a retry may heal it)."""

from typing import Literal

from kafka import errors

from transforms.errors import KafkaMisconfigured

Blame = Literal["record", "refused", "away"]

# The cluster refuses us, not a record: no retry and no dead letter will help.
_REFUSED = (
    errors.AuthorizationError,
    errors.SaslAuthenticationFailedError,
    errors.UnsupportedSaslMechanismError,
    errors.IllegalSaslStateError,
    errors.SecurityDisabledError,
    errors.UnsupportedVersionError,
    errors.UnsupportedCodecError,
    errors.UnsupportedCompressionTypeError,
    errors.KafkaConfigurationError,
    KafkaMisconfigured,
)
# Not retriable to the client, yet not the record's fault: another producer gets it through.
_SESSION = (
    errors.OutOfOrderSequenceNumberError,
    errors.DuplicateSequenceNumberError,
    errors.UnknownProducerIdError,
    errors.InvalidProducerEpochError,
    errors.InvalidProducerIdMappingError,
    errors.ProducerFencedError,
    errors.IllegalStateError,
    errors.CorruptRecordError,
    errors.UnknownError,
    errors.BrokerNotAvailableError,
    errors.KafkaProtocolError,
    errors.UnrecognizedBrokerVersion,
)


class NotSent(errors.RetriableError):  # type: ignore[misc]
    """A record that was held back, because one before it could not be handed to the producer."""


def blame(error: BaseException) -> Blame:
    """Judges one error of one record, as a producer that is not idempotent gives it.

    A bare ``KafkaError`` is what the client gives the neighbours of an invalid record and the victims of a dead
    producer: nobody's fault.
    """
    if isinstance(error, _REFUSED):
        return "refused"
    if (
        isinstance(error, (*_SESSION, OSError))
        or getattr(error, "retriable", False)
        or type(error) is errors.KafkaError
    ):
        return "away"
    return "record"
