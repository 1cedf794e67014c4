"""Which addresses are public, and which spellings of which URLs get past the guard."""

import asyncio
import pickle
import socket
import threading

import pytest

from connectors.web import guard
from connectors.web.guard import GuardedResolver, GuardedSockets, Policy, check_url, is_loopback, is_public, literal
from transforms.errors import FetchFailed, ForbiddenAddress

STRICT, LOCAL = Policy(), Policy(allow_loopback=True)

PUBLIC = (
    ("1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1")
    + ("11.0.0.1", "126.255.255.255", "128.0.0.1", "192.167.1.1", "223.255.255.254", "198.20.0.1")
    + ("2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "2620:4f:8000::1")
    + ("64:ff9b::8.8.8.8", "2002:808:808::1", "2607:f8b0::5efe:8.8.8.8")
)
PRIVATE = (
    ("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1")
    + ("172.31.255.255", "192.168.0.1", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200")
    + (
        "100.127.255.255",
        "192.0.0.1",
        "192.0.0.9",
        "192.0.0.192",
        "192.0.2.1",
        "198.51.100.7",
        "203.0.113.9",
        "198.18.0.1",
    )
    + ("198.19.255.255", "192.88.99.1", "168.63.129.16", "224.0.0.1", "239.255.255.250", "240.0.0.1")
    + ("255.255.255.255",)
)
PRIVATE_6 = (
    ("::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1")
    + ("2001:db8::1", "3fff::1", "100::1", "4000::1", "5f00::1", "2001::1", "2001:2::1", "2001:10::1", "::2")
    + ("fe80::5efe:8.8.8.8", "64:ff9b:1::8.8.8.8")
)
EMBEDDING = (
    ("::ffff:{}", "IPv4-mapped"),
    ("::{}", "IPv4-compatible"),
    ("::ffff:0:{}", "IPv4-translated"),
    ("64:ff9b::{}", "NAT64"),
    ("2607:f8b0::5efe:{}", "ISATAP"),
    ("2607:f8b0::200:5efe:{}", "ISATAP, universal"),
)
SPELLINGS_OF_LOOPBACK = (
    ("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0x7F.0.0.1", "017700000001", "0177.0.0.1")
    + ("0x7f.0x0.0x0.0x1", "127.0.0.1.", "0x7f.1.", "127.000.000.001", "0", "0x0", "00.0.0.0")
    + ("①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "127.0.0｡1")
    + ("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]")
    + ("localhost", "LOCALHOST", "localhost.", "ⓛocalhost", "a.localhost", "a.b.localhost.")
)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE + PRIVATE_6)
def test_a_special_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("form", [form for form, _ in EMBEDDING], ids=[name for _, name in EMBEDDING])
@pytest.mark.parametrize("inner", PRIVATE)
def test_a_private_address_is_not_public_inside_another(form: str, inner: str) -> None:
    assert not is_public(form.format(inner))


@pytest.mark.parametrize("inner", PRIVATE)
def test_a_private_address_is_not_public_inside_6to4(inner: str) -> None:
    high, low = divmod(int.from_bytes(socket.inet_aton(inner)), 65536)

    assert not is_public(f"2002:{high:x}:{low:x}::1")


@pytest.mark.parametrize("text", ["", "example.com", "1.2.3", "0x7f.1", "1.2.3.4.5", ":::", "1.1.1.1 ", "１.1.1.1"])
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_known_in_both_families(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.0.0.1", "8.8.8.8", "localhost", ""])
def test_what_is_not_loopback_is_not_taken_for_it(address: str) -> None:
    assert not is_loopback(address)


@pytest.mark.parametrize("host", SPELLINGS_OF_LOOPBACK)
def test_this_machine_is_forbidden_in_every_spelling(host: str) -> None:
    with pytest.raises(ForbiddenAddress):
        check_url(f"http://{host}/", STRICT)


@pytest.mark.parametrize(
    "host",
    [
        spelling
        for spelling in SPELLINGS_OF_LOOPBACK
        if spelling not in ("0", "0x0", "00.0.0.0", "[::]", "[::127.0.0.1]")
    ],
)
@pytest.mark.parametrize("port", ["", ":80", ":1", ":9092", ":65535"])
def test_loopback_is_free_on_every_port_where_the_policy_says_so(host: str, port: str) -> None:
    assert check_url(f"http://{host}{port}/", LOCAL).path == "/"


@pytest.mark.parametrize("host", ["0", "[::]", "10.0.0.1", "169.254.169.254", "192.168.1.1", "0xa9fea9fe", "[fe80::1]"])
def test_allowing_loopback_allows_nothing_else(host: str) -> None:
    with pytest.raises(ForbiddenAddress):
        check_url(f"http://{host}/", LOCAL)


@pytest.mark.parametrize("address", [one for one in PRIVATE if not one.startswith("127.")])
def test_a_literal_private_address_is_forbidden_before_anything_is_asked(address: str) -> None:
    with pytest.raises(ForbiddenAddress, match="not a public address"):
        check_url(f"https://{address}/a", STRICT)


@pytest.mark.parametrize("host", ["%31%32%37.0.0.1", "1.2.3.4.5", "256.256.256.256", "0x.1.1.1.1.1", "a.0x7f"])
def test_a_host_that_ends_in_a_number_is_an_address_or_nothing(host: str) -> None:
    with pytest.raises(ForbiddenAddress):
        check_url(f"http://{host}/", STRICT)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://example.com/a?b=c#d",
        "HTTPS://EXAMPLE.COM/",
        "https://example.com:443/",
        "http://example.com:8080/",
        "https://example.com:8443/",
        "https://münchen.example/straße",
        "https://例え.example/",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]/",
        "https://1password.example/",
        "https://a.b-c.d1/",
        "http://localhost.example/",
        "http://0x7f.example/",
    ],
)
def test_a_url_of_the_public_web_passes(url: str) -> None:
    assert check_url(url, STRICT).host


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com/",
        "/path",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://",
        "http:///path",
        "http://[::1",
        "http://[not-an-address]/",
        "http://[]@/",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://example.com\\@127.0.0.1/",
    ],
)
def test_what_is_no_web_url_fails_and_is_not_tried_again(url: str) -> None:
    with pytest.raises((FetchFailed, ForbiddenAddress)) as caught:
        check_url(url, STRICT)

    assert not caught.value.may_heal


@pytest.mark.parametrize("url", ["http://a@example.com/", "http://a:b@example.com/", "http://:b@example.com/"])
def test_credentials_in_a_url_are_forbidden(url: str) -> None:
    with pytest.raises(ForbiddenAddress, match="credentials"):
        check_url(url, LOCAL)


@pytest.mark.parametrize("port", [1, 21, 22, 25, 2375, 6379, 9092, 9200, 65535])
def test_ports_beside_those_of_the_web_are_forbidden(port: int) -> None:
    with pytest.raises(ForbiddenAddress, match=f"port {port}"):
        check_url(f"http://example.com:{port}/", LOCAL)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("2130706433", "127.0.0.1"),
        ("0xA9FEA9FE", "169.254.169.254"),
        ("[fe80::1%25eth0]", "fe80::1"),
        ("8.8.8.8", "8.8.8.8"),
        ("example.com", None),
        ("example.com.", None),
        ("1.example", None),
        ("", None),
    ],
)
def test_a_host_is_a_name_or_the_address_that_it_spells(host: str, address: str | None) -> None:
    assert address == literal(host)


def answers(*addresses: str):
    """A getaddrinfo that knows every name."""

    def look_up(host: str, port: int, *, family: int, type: int, flags: int) -> list:  # noqa: A002
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, type, 6, "", (address, port))
            for address in addresses
        ]

    return look_up


def resolve(host: str, policy: Policy) -> list[str]:
    async def ask() -> list[str]:
        resolver = GuardedResolver(policy)
        try:
            return [str(one["host"]) for one in await resolver.resolve(host, 80)]
        finally:
            await resolver.close()

    return asyncio.run(ask())


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"])
def test_a_name_that_resolves_privately_is_forbidden(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(guard.socket, "getaddrinfo", answers(address))

    with pytest.raises(ForbiddenAddress, match="not a public address"):
        resolve("rebinding.example", STRICT)


def test_of_a_name_with_several_addresses_only_the_public_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard.socket, "getaddrinfo", answers("10.0.0.1", "8.8.8.8", "fe80::1", "2606:4700::1111"))

    assert ["8.8.8.8", "2606:4700::1111"] == resolve("mixed.example", STRICT)


@pytest.mark.parametrize("host", ["localhost", "news.localhost", "A.B.LOCALHOST", "localhost."])
def test_local_names_are_answered_without_asking_anyone(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setattr(guard.socket, "getaddrinfo", None)

    assert ["127.0.0.1"] == resolve(host, LOCAL)


@pytest.mark.parametrize("host", ["localhost", "news.localhost"])
def test_local_names_are_forbidden_unless_the_policy_allows_them(host: str) -> None:
    with pytest.raises(ForbiddenAddress, match="this machine"):
        resolve(host, STRICT)


def test_dozens_of_dead_name_servers_hold_up_no_other_name(monkeypatch: pytest.MonkeyPatch) -> None:
    hold, waiting = threading.Event(), threading.Semaphore(0)

    def look_up(host: str, *rest: object, **more: object) -> list:
        if host.startswith("dead"):
            waiting.release()
            hold.wait(60)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure")
        return answers("8.8.8.8")(host, 80, family=0, type=1, flags=0)

    async def ask() -> list[str]:
        resolver = GuardedResolver(STRICT)
        dead = [asyncio.create_task(resolver.resolve(f"dead{number}.example")) for number in range(48)]
        try:
            for _ in dead:
                await asyncio.to_thread(waiting.acquire)
            return [str(one["host"]) for one in await asyncio.wait_for(resolver.resolve("living.example"), 30)]
        finally:
            hold.set()
            await asyncio.gather(*dead, return_exceptions=True)
            await resolver.close()

    monkeypatch.setattr(guard.socket, "getaddrinfo", look_up)

    assert ["8.8.8.8"] == asyncio.run(ask())


def test_a_label_too_long_for_dns_is_a_failure_of_the_look_up() -> None:
    with pytest.raises(OSError, match="no host name"):
        resolve("a" * 64 + ".example", STRICT)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254"])
def test_no_socket_is_made_for_a_forbidden_address(address: str) -> None:
    with pytest.raises(ForbiddenAddress):
        GuardedSockets(STRICT)((socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)))


def test_no_ipv6_socket_is_made_for_a_forbidden_address() -> None:
    with pytest.raises(ForbiddenAddress):
        GuardedSockets(LOCAL)((socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1%2", 80, 0, 2)))


def test_a_socket_is_made_for_loopback_where_the_policy_allows_it() -> None:
    with GuardedSockets(LOCAL)((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))) as made:
        assert socket.AF_INET == made.family


def test_a_policy_allows_no_loopback_by_default_and_travels() -> None:
    assert Policy(allow_loopback=False) == pickle.loads(pickle.dumps(Policy()))
