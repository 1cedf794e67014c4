"""Why a Kafka cannot be reached, in seconds: the client itself says "unable to bootstrap" for every cause."""

import socket
import ssl

from connectors.kafka.settings import KafkaSettings

TIMEOUT = 3.0  # seconds a step


def cause(settings: KafkaSettings) -> str | None:
    """The first thing that fails on the way to the first bootstrap server: name, TCP, TLS.

    Returns:
      One sentence, or None when all of these work (then it is authentication, rights, or not Kafka).
    """
    address = settings.bootstrap.split(",")[0].strip()
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        return f"kafka.bootstrap {address!r} is not host:port"
    try:
        found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
    except OSError as error:
        return f"the name {host} of the Kafka server cannot be resolved: {error}"
    try:
        connection = socket.create_connection((str(found[0][4][0]), int(port)), TIMEOUT)
    except OSError as error:
        return f"no connection to Kafka at {address}: {error}"
    with connection:
        if settings.security_protocol in ("SSL", "SASL_SSL"):
            try:
                context = ssl.create_default_context(cafile=settings.ssl_cafile)
                with context.wrap_socket(connection, server_hostname=host):
                    return None
            except (OSError, ssl.SSLError) as error:
                return f"TLS with Kafka at {address} fails: {error}"
    return None
