"""Where Kafka is, and how to be let in.

Secrets come from the environment or a file; the configuration holds no secret, only the place of one.
"""

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from pipelines.config.base import File, Name, Section
from transforms.errors import ConfigError

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


def _joined(value: Any) -> Any:
    return ",".join(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value


def _servers(text: str) -> str:
    """Checks ``host:port,host:port``; an IPv6 host stands in brackets (RFC 3986)."""
    servers = [one.strip() for one in text.split(",") if one.strip()]
    for server in servers:
        host, colon, port = server.rpartition(":")
        if "://" in server or not host or not colon or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f'"{server}" is no host:port: write it like "localhost:9092"')
        if ":" in host and not (host.startswith("[") and host.endswith("]")):
            raise ValueError(f'"{server}" is no host:port: an IPv6 address stands in brackets, "[::1]:9092"')
    if not servers:
        raise ValueError('there is no server in it: write it like "localhost:9092"')
    return ",".join(servers)


class Security(Section):
    """How Kafka knows us, and how we know it.

    Attributes:
      protocol: Kafka's ``security.protocol``.
      mechanism: SASL mechanism.
      username: SASL user.
      password_env: Name of the environment variable that holds the password.
      password_file: File that holds the password; a line end at its end does not count.
      ca_file: PEM file of the authorities to trust, instead of the system's.
      cert_file: PEM file of our own certificate (mutual TLS).
      key_file: PEM file of its key.
    """

    protocol: Protocol = "PLAINTEXT"
    mechanism: Mechanism | None = None
    username: str | None = None
    password_env: str | None = None
    password_file: File | None = None
    ca_file: File | None = None
    cert_file: File | None = None
    key_file: File | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        sasl, tls = self.protocol.startswith("SASL"), self.protocol.endswith("SSL")
        places = [name for name in ("password_env", "password_file") if getattr(self, name) is not None]
        if not sasl and (self.mechanism or self.username or places):
            raise ValueError(
                f'protocol "{self.protocol}" sends no user and password: write "SASL_SSL", or leave them out'
            )
        if sasl:
            lacking = [name for name in ("mechanism", "username") if not getattr(self, name)]
            lacking += [] if places else ["password_env"]
            if lacking:
                raise ValueError(f'protocol "{self.protocol}" needs {" and ".join(lacking)} as well')
        if len(places) > 1:
            raise ValueError("password_env and password_file are both given: leave one out")
        files = [name for name in ("ca_file", "cert_file", "key_file") if getattr(self, name) is not None]
        if files and not tls:
            raise ValueError(f'{files[0]} is for TLS: write protocol "SSL" or "SASL_SSL", or leave it out')
        if ("cert_file" in files) != ("key_file" in files):
            raise ValueError("cert_file and key_file belong together: give both or neither")
        return self

    def require_files(self) -> None:
        """Looks whether the files that TLS is given are there.

        Raises:
          ConfigError: If one cannot be read.
        """
        for key in ("ca_file", "cert_file", "key_file"):
            path = getattr(self, key)
            if path is not None and not os.access(path, os.R_OK):
                raise ConfigError(f"kafka.security.{key}: {path} cannot be read: correct the path or its rights")

    def password(self, environment: Mapping[str, str] | None = None) -> SecretStr | None:
        """The password, from where the configuration says.

        Raises:
          ConfigError: If it is not there.
        """
        environment = os.environ if environment is None else environment
        if self.password_env is not None:
            if not environment.get(self.password_env):
                raise ConfigError(f"kafka.security.password_env: the environment has no {self.password_env}: set it")
            return SecretStr(environment[self.password_env])
        if self.password_file is None:
            return None
        try:
            text = self.password_file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise ConfigError(
                f"kafka.security.password_file: {self.password_file} cannot be read ({reason}): correct path or rights"
            ) from error
        if not text:
            raise ConfigError(
                f"kafka.security.password_file: {self.password_file} is empty: write the password into it"
            )
        return SecretStr(text)


class Kafka(Section):
    """Where the topics are.

    Attributes:
      bootstrap: ``host:port``, several joined by commas (or a list); None when none was given.
      prefix: What every topic's name begins with.
      partitions: Partitions of each topic; a contract of the keys, not to be changed later.
      replication: Replicas of each partition.
      patience_seconds: How long a step waits for Kafka before it fails, on runners that then try again; on the local
        runner, which does not, it waits for ever.
      spill_folder: Where dead letters go that Kafka refuses as well; None: ``spill`` in the data folder.
      security: How to be let in.
    """

    bootstrap: Annotated[str, BeforeValidator(_joined), AfterValidator(_servers)] | None = None
    prefix: Name = "beatwire"
    partitions: Annotated[int, Field(ge=1, le=1000)] = 12
    replication: Annotated[int, Field(ge=1, le=10)] = 1
    patience_seconds: Annotated[float, Field(gt=0, le=3600)] = 120.0
    spill_folder: File | None = None
    security: Security = Security()
