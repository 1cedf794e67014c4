"""Getting at Kafka: the admin client, and what is wrong when nothing gets through."""

import contextlib
from collections.abc import Collection, Iterator

from kafka import KafkaAdminClient, errors

from connectors.kafka.faults import blame
from connectors.kafka.probe import Ailment, diagnose
from connectors.kafka.settings import KafkaSettings
from transforms.errors import KafkaMisconfigured, KafkaUnavailable


@contextlib.contextmanager
def admin(settings: KafkaSettings) -> Iterator[KafkaAdminClient]:
    """An admin client for one use.

    Raises:
      KafkaUnavailable: With the true cause, when Kafka cannot be reached.
      KafkaMisconfigured: When it refuses us or what we ask for; with the true cause, too.
    """
    client = None
    try:
        client = KafkaAdminClient(
            **settings.client(), bootstrap_timeout_ms=5000, request_timeout_ms=15000, client_id="beatwire-admin"
        )
        yield client
    except errors.KafkaError as error:
        words = f"Kafka at {settings.bootstrap}: {type(error).__name__}: {error}"
        if blame(error) != "away":
            raise KafkaMisconfigured(words) from error
        ailment = diagnose(settings)
        raise (_as_error(ailment) if ailment else KafkaUnavailable(words)) from error
    finally:
        if client is not None:
            with contextlib.suppress(errors.KafkaError):
                client.close()


def reach(settings: KafkaSettings) -> None:
    """Looks whether Kafka can be reached; says in seconds what the client takes half a minute to hide.

    Raises:
      KafkaUnavailable: It cannot.
      KafkaMisconfigured: It refuses us.
    """
    ailment = diagnose(settings)
    if ailment is not None:
        raise _as_error(ailment)


def ailment_of(settings: KafkaSettings, names: Collection[str]) -> str:
    """What is wrong when records to or from these topics (full names) do not pass; empty when nothing seems to be.

    Raises:
      KafkaMisconfigured: It will not heal: Kafka refuses us, or a topic is missing, which the client cannot tell from
        a broker that is away.
    """
    try:
        reach(settings)
        with admin(settings) as client:
            there = set(client.list_topics())
    except KafkaUnavailable as error:
        return str(error)
    missing = sorted(set(names) - there)
    if missing:
        raise KafkaMisconfigured(f"{listed(missing)} missing or hidden from us: run `beatwire topics create`")
    return ""


def listed(names: Collection[str]) -> str:
    """Topics as the subject of a sentence: ``topic a is`` or ``topics a, b are``."""
    return f"topic {''.join(names)} is" if len(names) == 1 else f"topics {', '.join(names)} are"


def _as_error(ailment: Ailment) -> KafkaMisconfigured | KafkaUnavailable:
    return KafkaMisconfigured(ailment.text) if ailment.lasting else KafkaUnavailable(ailment.text)
