"""Certificates as they should be, and as they should not: of an authority made for the occasion."""

import datetime
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

AUTHORITY = "authority.pem"
_DAY = datetime.timedelta(days=1)


def make(folder: Path, names: dict[str, tuple[str, int, bool]]) -> dict[str, ssl.SSLContext]:
    """Writes the authority's certificate (`AUTHORITY`) and makes what a server shows to who asks for each host.

    Args:
      folder: Where they are written.
      names: By host: the host that its certificate names, for how many days from yesterday it holds, and whether the
        authority signed it (else it is signed by itself).
    """
    now = datetime.datetime.now(datetime.UTC)
    root = ec.generate_private_key(ec.SECP256R1())
    issuer = _name("beatwire tests")
    made = _certificate(issuer, issuer, root, root, (now - 9 * _DAY, now + _DAY), None)
    (folder / AUTHORITY).write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return {host: _context(folder, host, said, (issuer, root), now) for host, said in names.items()}


def _context(
    folder: Path,
    host: str,
    said: tuple[str, int, bool],
    authority: tuple[x509.Name, ec.EllipticCurvePrivateKey],
    now: datetime.datetime,
) -> ssl.SSLContext:
    named, days, signed = said
    key = ec.generate_private_key(ec.SECP256R1())
    issuer, signer = authority if signed else (_name(named), key)
    begins = now - 5 * _DAY
    made = _certificate(_name(named), issuer, key, signer, (begins, begins + days * _DAY), named)
    path = folder / f"{host}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    span: tuple[datetime.datetime, datetime.datetime],
    host: str | None,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(span[0])
        .not_valid_after(span[1])
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
    )
    if host is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
