"""Brokers and topics that are not as usual."""

import contextlib
import dataclasses
import datetime
import ipaddress
import socket
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from connectors.embedded import launch, probe, processes
from connectors.embedded.jars import provide_jars
from connectors.embedded.java import provide_java
from connectors.embedded.properties import broker_properties, render
from connectors.kafka import topics
from connectors.kafka.access import admin
from connectors.kafka.probe import diagnose
from connectors.kafka.settings import KafkaSettings


@dataclasses.dataclass(frozen=True)
class Guarded:
    """A broker with listeners for everybody (a super user), by SASL, and by TLS; rights are by user.

    ``writer`` may do all with our topics, ``reader`` may read them, ``nobody`` may only see them.
    """

    settings: KafkaSettings
    sasl: str
    tls: str
    cafile: str
    other_cafile: str

    def by(self, user, password=None, mechanism="PLAIN"):
        return dataclasses.replace(
            self.settings,
            bootstrap=self.sasl,
            security_protocol="SASL_PLAINTEXT",
            sasl_mechanism=mechanism,
            sasl_username=user,
            sasl_password=password or f"{user}-secret",
        )


def certificate(folder, name):
    """A self-signed certificate of 127.0.0.1; the path of the certificate, and of key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{name}.pem").write_bytes(made)
    (folder / f"{name}.key.pem").write_bytes(private + made)
    return str(folder / f"{name}.pem"), str(folder / f"{name}.key.pem")


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]


@pytest.fixture(scope="session")
def guarded(tmp_path_factory):
    """A broker of its own; some 5 s, paid by the tests that ask for it."""
    folder = tmp_path_factory.mktemp("guarded")
    log = folder / "log"
    port, controller, sasl, tls = free_ports(4)
    cafile, keyfile = certificate(folder, "ours")
    other, _ = certificate(folder, "other")
    users = " ".join(f'user_{name}="{name}-secret"' for name in ("writer", "reader", "nobody"))
    listeners = f"PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{sasl},SSL://127.0.0.1:{tls}"
    security = "org.apache.kafka.common.security"
    properties = {
        **broker_properties(log, port, controller),
        "listeners": f"{listeners},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": listeners + f",CONTROLLER://127.0.0.1:{controller}",
        "listener.security.protocol.map": ",".join(
            ["CONTROLLER:PLAINTEXT", "PLAINTEXT:PLAINTEXT", "SASL_PLAINTEXT:SASL_PLAINTEXT", "SSL:SSL"]
        ),
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256",
        "listener.name.sasl_plaintext.plain.sasl.jaas.config": f"{security}.plain.PlainLoginModule required {users};",
        "listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config": f"{security}.scram.ScramLoginModule required;",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": keyfile,
    }
    java, libs = provide_java(lambda line: None), provide_jars(lambda line: None)
    launch.format_log(java, libs, folder, log)
    (folder / "server.properties").write_text(render(properties))
    command = launch.java_command(java, libs, folder, "kafka.Kafka", folder / "server.properties")
    with (folder / "console.log").open("wb") as console:
        child = processes.Child(command, console, env=launch.java_environment())
    try:
        end = time.monotonic() + 120
        while probe.live_cluster("127.0.0.1", port) is None:
            assert child.poll() is None, launch.last_words(folder)
            assert time.monotonic() < end, "the guarded broker does not become ready"
            time.sleep(0.1)
        settings = KafkaSettings(bootstrap=f"127.0.0.1:{port}", prefix="guarded", partitions=3)
        topics.create(settings)
        with admin(settings) as client:
            grant(client)
        guarded = Guarded(settings, f"127.0.0.1:{sasl}", f"127.0.0.1:{tls}", cafile, other)
        while diagnose(guarded.by("writer", mechanism="SCRAM-SHA-256")):  # the last right given reached the broker
            assert time.monotonic() < end, "the guarded broker does not learn its users"
        yield guarded
    finally:
        child.kill()


def grant(client):
    """Gives users their rights, and the writer a password for SCRAM."""
    granted = [("writer", ACLOperation.ALL), ("reader", ACLOperation.READ), ("nobody", ACLOperation.DESCRIBE)]
    client.create_acls(
        [
            ACL(
                principal=f"User:{user}",
                host="*",
                operation=operation,
                permission_type=ACLPermissionType.ALLOW,
                resource_pattern=ResourcePattern(ResourceType.TOPIC, topic),
            )
            for user, operation in granted
            for topic in (f"guarded.{one.name}.v1" for one in topics.wanted())
        ]
    )
    client.alter_user_scram_credentials(
        [UserScramCredentialUpsertion("writer", ScramMechanism.SCRAM_SHA_256, "writer-secret")]
    )
