"""Errors of ours are found in a runner's text by what Python writes, not by how a message sounds."""

import traceback

import pytest

from transforms.errors import FetchFailed, KafkaMisconfigured, KafkaUnavailable, RunOver
from transforms.tracebacks import ends_with_run_over, error_in


def text_of(raising):
    try:
        raising()
    except Exception:
        return traceback.format_exc()


def refuse():
    raise KafkaMisconfigured("topic a is missing: run `x`\nand then y [while running 'Publish/Send-ptransform-7']")


def test_the_error_that_ends_the_traceback_comes_back_with_its_words():
    found = error_in("Error received from SDK harness for instruction 7: " + text_of(refuse))
    assert KafkaMisconfigured is type(found)
    assert "topic a is missing: run `x`\nand then y" == str(found)


def test_javas_frames_behind_it_are_no_part_of_it():
    found = error_in(text_of(refuse) + "\n\tat org.apache.beam.Fn(Fn.java:1)\nCaused by: java.lang.Exception\n")
    assert "topic a is missing: run `x`\nand then y" == str(found)


def test_whether_a_retry_helps_is_the_classs():
    def away():
        raise KafkaUnavailable("no connection")

    assert error_in(text_of(away)).retriable


def test_an_error_that_was_the_cause_of_another_does_not_count():
    def outer():
        try:
            refuse()
        except KafkaMisconfigured as error:
            raise KeyError("x") from error

    assert error_in(text_of(outer)) is None


def test_one_that_was_caused_by_another_counts():
    def outer():
        try:
            raise KeyError("x")
        except KeyError as error:
            raise KafkaMisconfigured("refused") from error

    assert "refused" == str(error_in(text_of(outer)))


def test_beams_stand_in_for_an_error_that_it_cannot_make_again_counts():
    def stand_in():
        raise RuntimeError("transforms.errors.KafkaMisconfigured: refused [while running 'A']")

    assert "refused" == str(error_in(text_of(stand_in)))


@pytest.mark.parametrize(
    "error",
    [
        KeyError("transforms.errors.KafkaMisconfigured: not really"),
        ValueError("a headline\ntransforms.errors.KafkaMisconfigured: written by somebody"),
        FetchFailed("http://example.org/", "an item's own"),
        RuntimeError("transforms.errors.NoSuchClass: x"),
    ],
)
def test_words_of_the_same_sound_and_errors_of_one_item_do_not_count(error):
    def raising():
        raise error

    assert error_in(text_of(raising)) is None


@pytest.mark.parametrize("text", ["", "transforms.errors.KafkaMisconfigured: no traceback", "job failed"])
def test_without_a_traceback_there_is_nothing_to_find(text):
    assert error_in(text) is None


@pytest.mark.parametrize(
    ("error", "over"),
    [(RunOver("run 1 is over"), True), (KafkaUnavailable("the run is over"), False), (KeyError("RunOver"), False)],
)
def test_a_run_that_is_over_is_told_by_the_last_error_alone(error, over):
    def raising():
        try:
            raise RunOver("earlier")
        except RunOver:
            raise error  # noqa: B904

    assert over == ends_with_run_over(text_of(raising))


def test_what_is_no_traceback_tells_of_no_end():
    assert not ends_with_run_over("transforms.errors.RunOver: run 1 is over")
