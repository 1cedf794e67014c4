"""What goes wrong, in words: statuses, waiting times, errors of the library."""

import pickle
import socket
import ssl
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from connectors.web.failures import client_failure, seconds_to_wait, status_failure
from transforms.errors import FetchFailed, ForbiddenAddress

URL = "https://a.example/"
NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z
KEY: Any = SimpleNamespace(host="a.example", port=443, ssl=True, is_ssl=True)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 30 ", 30.0),
        ("99999999999", 366 * 86_400.0),
        ("Thu, 01 Jan 2026 00:02:00 GMT", 120.0),
        ("Thursday, 01-Jan-26 00:02:00 GMT", 120.0),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0.0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 366 * 86_400.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("٣", None),
        ("1" * 5_000, None),
        ("Thu, 99 Jan 2026 99:99:99 GMT", None),
        ("Thu, 01 Jan 99999 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_nothing(value: str | None, seconds: float | None) -> None:
    assert seconds == seconds_to_wait(value, NOW)


@pytest.mark.parametrize(
    ("status", "heals"),
    [(304, False), (400, False), (404, False), (410, False), (418, False), (408, True), (425, True), (429, True)]
    + [(500, True), (501, False), (503, True), (505, False), (599, True), (600, False), (999, False)],
)
def test_a_status_heals_or_lasts(status: int, heals: bool) -> None:
    error = status_failure(URL, status, "7", NOW)

    assert (f"HTTP {status}", status, 7.0, heals) == (error.reason, error.status, error.retry_after, error.may_heal)


def connector_error(cause: OSError) -> aiohttp.ClientConnectorError:
    return aiohttp.ClientConnectorError(KEY, cause)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (connector_error(ConnectionRefusedError(111, "Connect call failed")), "connection refused"),
        (connector_error(OSError(113, "No route to host")), "no connection: no route to host"),
        (connector_error(OSError(101, "Network is unreachable")), "no connection: network is unreachable"),
        (aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(socket.EAI_NONAME, "x")), "DNS: no such host"),
        (
            aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(socket.EAI_AGAIN, "Temporary failure")),
            "DNS: temporary failure",
        ),
        (aiohttp.ServerDisconnectedError(), "the server hung up"),
        (ConnectionResetError(104, "Connection reset by peer"), "the server hung up"),
        (aiohttp.ClientPayloadError("not enough data"), "the body broke off: not enough data"),
        (TimeoutError(), "no answer in time"),
        (aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "[SSL: X] wrong version number")), "TLS: "),
    ],
)
def test_an_error_is_told_in_words_and_may_heal(error: Exception, words: str) -> None:
    failure = client_failure(URL, error)

    assert isinstance(failure, FetchFailed)
    assert failure.reason.startswith(words)
    assert failure.may_heal


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (connector_error(ConnectionRefusedError(111, "Connect call failed")), "refused"),
        (connector_error(OSError(113, "No route to host")), "connection"),
        (aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(socket.EAI_NONAME, "x")), "dns"),
        (aiohttp.ServerDisconnectedError(), "connection"),
        (aiohttp.ClientPayloadError("not enough data"), "connection"),
        (TimeoutError(), "timeout"),
        (aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "[SSL: X] wrong version number")), "tls"),
        (ValueError("host too long"), "other"),
        (ForbiddenAddress("10.0.0.1", "private"), "forbidden"),
    ],
)
def test_an_error_is_told_by_its_kind(error: Exception, failure: str) -> None:
    assert failure == client_failure(URL, error).failure


@pytest.mark.parametrize(
    ("status", "failure"),
    [(304, "redirect"), (400, "client"), (401, "denied"), (403, "denied"), (404, "client"), (408, "timeout")]
    + [(410, "gone"), (429, "rate-limited"), (451, "denied"), (500, "server"), (503, "server"), (999, "other")],
)
def test_a_status_is_told_by_its_kind_also_from_another_process(status: int, failure: str) -> None:
    assert failure == pickle.loads(pickle.dumps(status_failure(URL, status, None, NOW))).failure


def test_a_bad_certificate_says_what_is_bad_about_it() -> None:
    bad = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] long story")
    bad.verify_message = "certificate has expired"

    error = client_failure(URL, aiohttp.ClientConnectorCertificateError(KEY, bad))

    assert "TLS: certificate has expired" == error.reason


@pytest.mark.parametrize("error", [aiohttp.InvalidURL("x"), ValueError("host too long"), UnicodeError("label empty")])
def test_an_address_that_cannot_be_asked_for_is_not_tried_again(error: Exception) -> None:
    assert not client_failure(URL, error).may_heal


def test_a_forbidden_address_is_found_behind_other_errors() -> None:
    outer = OSError("connect")
    outer.__cause__ = ForbiddenAddress("10.0.0.1", "10.0.0.1 is not a public address")

    error = client_failure(URL, outer)

    assert isinstance(error, ForbiddenAddress)
    assert (URL, "10.0.0.1 is not a public address") == (error.url, error.reason)


def test_a_reason_quotes_none_of_what_was_no_http() -> None:
    message = "Data after `Connection: close`:\n\n  b'<title>\x1b[2J</title>'\n    ^"
    error = aiohttp.ClientResponseError(None, (), status=400, message=message)  # type: ignore[arg-type]

    assert "not HTTP that can be read: Data after `Connection: close`" == client_failure(URL, error).reason


def test_errors_that_cause_each_other_come_to_an_end() -> None:
    one, other = OSError("a"), OSError("b")
    one.__cause__, other.__cause__ = other, one

    assert "OSError: a" == client_failure(URL, one).reason


def test_reasons_are_short() -> None:
    assert 200 == len(client_failure(URL, aiohttp.ClientPayloadError("x" * 5_000)).reason)
