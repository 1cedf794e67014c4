"""`up`: what it says of the demo."""

import pytest

from pipelines.cli.up import announcement

EPOCH = 1_800_000_000.0
APPEARS = [EPOCH + second for second in (1, 2, 30)]


def test_a_programme_that_begins_is_announced():
    said = "the demo news site publishes 3 items in 40 s: all is invented"
    assert said == announcement(APPEARS, EPOCH, 40, EPOCH - 0.1)


@pytest.mark.parametrize(
    ("after", "out", "rest", "left"),
    [
        (1, 1, "it ends in 39 s", 159),
        (32, 3, "it ends in 8 s", 128),
        (100, 3, "there is nothing new to come", 60),
    ],
)
def test_a_programme_that_goes_on_says_how_much_of_it_is_out_and_where_it_is_seen(after, out, rest, left):
    said = announcement(APPEARS, EPOCH, 40, EPOCH + after)
    assert "goes on with the programme of the last run" in said
    assert f"{out} of 3 items are out already" in said
    assert "`beatwire tail --from-start`" in said
    assert f"{rest}; a start more than {left} s from now begins a new one" in said
