"""Content codings: what comes out, when it stops, and what is told to be broken."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.web.decoding import Decoder
from transforms.errors import FetchFailed, TooLarge

URL = "https://a.example/"


def raw_deflate(data: bytes) -> bytes:
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packed.compress(data) + packed.flush()


PACKERS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "": bytes, "identity": bytes}


def decode(coding: str, *pieces: bytes, limit: int = 1 << 22) -> bytes:
    decoder = Decoder(URL, coding, limit)
    for piece in pieces:
        decoder.feed(piece)
    return decoder.body()


@pytest.mark.parametrize("coding", PACKERS)
@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 1_000_000])
def test_what_was_packed_comes_out(coding: str, size: int) -> None:
    data = bytes(number % 251 for number in range(size))

    assert data == decode(coding, PACKERS[coding](data))


@pytest.mark.parametrize("size", [1, 65_536, 131_072, 1_000_000])
def test_deflate_without_its_wrapping_comes_out_too(size: int) -> None:
    assert bytes(size) == decode("deflate", raw_deflate(bytes(size)))


@given(st.binary(max_size=3_000), st.sampled_from(sorted(PACKERS)), st.integers(1, 50))
def test_how_the_bytes_arrive_does_not_matter(data: bytes, coding: str, step: int) -> None:
    packed = PACKERS[coding](data)

    assert data == decode(coding, *(packed[at : at + step] for at in range(0, len(packed), step)))


@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_members_of_a_gzip_body_are_read_on(step: int) -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two ") + gzip.compress(b"three")

    assert b"one two three" == decode("gzip", *(packed[at : at + step] for at in range(0, len(packed), step)))


@pytest.mark.parametrize("tail", [b"\0" * 512, b"garbage", b"\x1f", b"\x1f\x00more", b"<!-- cached -->"])
@pytest.mark.parametrize("step", [1, 10_000])
def test_what_is_behind_the_last_member_is_ignored(tail: bytes, step: int) -> None:
    packed = gzip.compress(b"page") + tail

    assert b"page" == decode("gzip", *(packed[at : at + step] for at in range(0, len(packed), step)))


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_nothing_at_all_is_an_empty_body(coding: str) -> None:
    assert b"" == decode(coding)


@pytest.mark.parametrize("coding", [coding for coding in PACKERS if PACKERS[coding] is not bytes])
@pytest.mark.parametrize("kept", [1, 5, 15, -1, -5])
def test_a_coding_that_breaks_off_is_a_failure_that_may_heal(coding: str, kept: int) -> None:
    with pytest.raises(FetchFailed) as caught:
        decode(coding, PACKERS[coding](bytes(range(256)) * 8)[:kept])

    assert caught.value.may_heal


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_body_that_is_not_packed_as_it_says_is_a_failure(coding: str) -> None:
    with pytest.raises(FetchFailed, match=r"broken content coding|breaks off"):
        decode(coding, b"<html>plain</html>")


def test_a_changed_byte_is_noticed() -> None:
    packed = bytearray(gzip.compress(b"x" * 10_000))
    packed[-6] ^= 1

    with pytest.raises(FetchFailed, match="broken content coding"):
        decode("gzip", bytes(packed))


@pytest.mark.parametrize("coding", PACKERS)
def test_a_body_of_the_cap_passes_and_one_byte_more_does_not(coding: str) -> None:
    assert 1000 == len(decode(coding, PACKERS[coding](b"x" * 1000), limit=1000))
    with pytest.raises(TooLarge):
        decode(coding, PACKERS[coding](b"x" * 1001), limit=1000)


def test_a_bomb_of_many_members_stops_too() -> None:
    with pytest.raises(TooLarge):
        decode("gzip", gzip.compress(bytes(100_000)) * 100, limit=1 << 20)


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "gzip, br", "x" * 100])
def test_a_coding_that_was_not_asked_for_is_a_lasting_failure(coding: str) -> None:
    with pytest.raises(FetchFailed) as caught:
        Decoder(URL, coding, 1000)

    assert not caught.value.may_heal
    assert len(caught.value.reason) < 100
