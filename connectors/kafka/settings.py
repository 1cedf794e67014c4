"""How to reach Kafka, and how our topics are named on it."""

import dataclasses
from typing import Any

VERSION = "v1"  # changes only with an incompatible payload


@dataclasses.dataclass(frozen=True)
class KafkaSettings:
    """Settings of one Kafka; picklable, and its repr hides the password.

    Attributes:
      bootstrap: ``host:port``, comma-separated.
      prefix: First part of all topic names.
      partitions: Partitions of the topics: a contract of the keys, never changed afterwards.
      replication: Replication factor of topics that we create.
      security_protocol: ``PLAINTEXT``, ``SSL``, ``SASL_PLAINTEXT`` or ``SASL_SSL``.
      sasl_mechanism: ``PLAIN``, ``SCRAM-SHA-256`` or ``SCRAM-SHA-512``.
      sasl_username: User.
      sasl_password: Its password; never printed.
      ssl_cafile: PEM file with the authorities to trust.
      ssl_certfile: PEM file with our certificate.
      ssl_keyfile: PEM file with its key.
      lookup: Seconds that a producer looks for a topic; only then the cause is asked for, such as that there is none.
    """

    bootstrap: str
    prefix: str = "beatwire"
    partitions: int = 12
    replication: int = 1
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str | None = None
    sasl_username: str | None = None
    sasl_password: str | None = dataclasses.field(default=None, repr=False)
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    lookup: float = 15.0

    def topic(self, name: str) -> str:
        """The full name of one of our topics: ``articles`` is ``beatwire.articles.v1``."""
        return f"{self.prefix}.{name}.{VERSION}"

    def client(self) -> dict[str, Any]:
        """Keyword arguments for any kafka-python client."""
        given = {
            "bootstrap_servers": self.bootstrap.split(","),
            "security_protocol": self.security_protocol,
            "sasl_mechanism": self.sasl_mechanism,
            "sasl_plain_username": self.sasl_username,
            "sasl_plain_password": self.sasl_password,
            "ssl_cafile": self.ssl_cafile,
            "ssl_certfile": self.ssl_certfile,
            "ssl_keyfile": self.ssl_keyfile,
        }
        return {name: value for name, value in given.items() if value is not None}
