"""Why a Kafka cannot be reached, in seconds: the client itself says "unable to bootstrap" for every cause.

    name -> TCP -> TLS -> ApiVersions -> SASL -> Metadata

The first step that fails is named. Encoding, SCRAM and PLAIN are kafka-python's own; only the socket is ours.
"""

import dataclasses
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from kafka import errors
from kafka.net.sasl import SASL_MECHANISMS, get_sasl_mechanism
from kafka.protocol.metadata import ApiVersionsRequest, MetadataRequest
from kafka.protocol.parser import KafkaProtocol
from kafka.protocol.sasl import SaslAuthenticateRequest, SaslHandshakeRequest

from connectors.kafka.settings import KafkaSettings

TIMEOUT = 3.0  # seconds a step


@dataclasses.dataclass(frozen=True)
class Ailment:
    """What is wrong.

    Attributes:
      text: One sentence.
      lasting: True when no waiting will help: settings, passwords, certificates.
    """

    text: str
    lasting: bool


class _Closed(OSError):
    """The other side closed the connection where an answer was due."""


def cause(settings: KafkaSettings) -> str | None:
    """What `diagnose` finds, as one sentence."""
    found = diagnose(settings)
    return found.text if found else None


def diagnose(settings: KafkaSettings) -> Ailment | None:
    """Goes the way to each bootstrap server, step by step, until one lets us in.

    Returns:
      What fails first with the first server, or None when one lets us in (then it is rights, or another broker).
    """
    first = None
    for address in settings.bootstrap.split(","):
        ailment = _reach(settings, address.strip())
        if ailment is None:
            return None
        first = first or ailment
    return first


def _reach(settings: KafkaSettings, address: str) -> Ailment | None:
    """The steps up to an open connection, then those that speak Kafka."""
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        return Ailment(f"kafka.bootstrap {address!r} is not host:port", lasting=True)
    try:
        socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
    except OSError as error:
        return Ailment(f"the name {host} of the Kafka server cannot be resolved: {error}", lasting=False)
    try:
        connection = socket.create_connection((host, int(port)), TIMEOUT)
    except OSError as error:
        return Ailment(f"no connection to Kafka at {address}: {error}", lasting=False)
    with connection:
        if settings.security_protocol not in ("SSL", "SASL_SSL"):
            return _converse(connection, settings, address)
        try:
            context = ssl.create_default_context(cafile=settings.ssl_cafile)
            if settings.ssl_certfile:
                context.load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile)
        except OSError as error:
            return Ailment(f"the TLS files of Kafka cannot be read: {error}", lasting=True)
        try:
            with context.wrap_socket(connection, server_hostname=host) as secured:
                return _converse(secured, settings, address)
        except ssl.SSLCertVerificationError as error:
            return Ailment(f"TLS with Kafka at {address} fails: {error.verify_message}", lasting=True)
        except ssl.SSLError as error:
            hint = "is it a listener with TLS, and does it get the certificate that it wants?"
            broken = isinstance(error, ssl.SSLEOFError)  # so breaks a broker that is just going down, too
            return Ailment(f"TLS with Kafka at {address} fails: {error.reason or error}; {hint}", lasting=not broken)
        except OSError as error:
            return Ailment(f"TLS with Kafka at {address} fails: {error}", lasting=False)


def _converse(connection: socket.socket, settings: KafkaSettings, address: str) -> Ailment | None:
    """ApiVersions, authentication, Metadata."""
    connection.settimeout(TIMEOUT)
    ask = _Asking(connection)
    hint = f"does that listener want something else than security_protocol {settings.security_protocol}?"
    step = "ApiVersions"
    try:
        ask(ApiVersionsRequest(version=0))
        if settings.security_protocol.startswith("SASL_"):
            step = "authentication"
            ailment = _authenticate(ask, settings, address)
            if ailment:
                return ailment
        step = "Metadata"
        ask(MetadataRequest(version=1, topics=[]))
    except TimeoutError:
        return Ailment(f"Kafka at {address} takes connections, but does not answer within {TIMEOUT:.0f} s", False)
    except ssl.SSLError as error:  # with TLS 1.3 a refused client certificate shows only at the first read
        return Ailment(f"TLS with Kafka at {address} fails: {error.reason or error}", lasting=True)
    except (_Closed, ConnectionError):
        return Ailment(f"Kafka at {address} closes the connection at {step}: {hint}", lasting=False)
    except OSError as error:
        return Ailment(f"Kafka at {address} fails at {step}: {error}", lasting=False)
    except (errors.KafkaError, ValueError) as error:
        return Ailment(f"what listens at {address} does not answer as Kafka does ({step}: {error}): {hint}", False)
    return None


def _authenticate(ask: "_Asking", settings: KafkaSettings, address: str) -> Ailment | None:
    name = settings.sasl_mechanism
    if name not in SASL_MECHANISMS:
        return Ailment(f"kafka.sasl_mechanism {name!r} is none of {', '.join(sorted(SASL_MECHANISMS))}", lasting=True)
    offered = ask(SaslHandshakeRequest(version=1, mechanism=name))
    if offered.error_code:
        there = ", ".join(offered.mechanisms) or "none"
        return Ailment(f"Kafka at {address} does not offer SASL mechanism {name}, but {there}", lasting=True)
    refused = f"Kafka at {address} does not let user {settings.sasl_username!r} in by {name}"
    try:
        mechanism = get_sasl_mechanism(name)(host=address.rpartition(":")[0], **settings.client())
        while not mechanism.is_done():
            answer = ask(SaslAuthenticateRequest(version=0, auth_bytes=mechanism.auth_bytes()))
            if answer.error_code:
                return Ailment(f"{refused}: {answer.error_message}", lasting=True)
            mechanism.receive(answer.auth_bytes)
    except (errors.KafkaError, ValueError, KeyError) as error:
        return Ailment(f"{refused}: {error}", lasting=True)
    if not mechanism.is_authenticated():
        return Ailment(refused, lasting=True)
    return None


class _Asking:
    """One request and its answer at a time, over a socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._protocol = connection, KafkaProtocol(client_id="beatwire-probe")

    def __call__(self, request: Any) -> Any:
        self._protocol.send_request(request)
        self._connection.sendall(self._protocol.send_bytes())
        return next(answer for answers in self._received() for _, answer in answers)

    def _received(self) -> Iterator[Any]:
        while True:
            data = self._connection.recv(65536)
            if not data:
                raise _Closed
            yield self._protocol.receive_bytes(data)
