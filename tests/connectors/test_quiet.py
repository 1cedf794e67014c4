"""What Beam's own worker says of bundles that fail, on stderr and in logs."""

import logging
import queue
import types

import pytest
from apache_beam.portability.api import beam_fn_api_pb2
from apache_beam.runners.worker.sdk_worker import SdkHarness

from connectors.quiet import hush
from transforms.errors import KafkaUnavailable, RunOver


@pytest.fixture
def bundle(capsys, caplog):
    """Runs a bundle as Beam's worker does; gives what the runner is told, what is printed, and what is logged."""

    def run(task):
        harness = types.SimpleNamespace(_responses=queue.Queue())
        SdkHarness._execute(harness, task, beam_fn_api_pb2.InstructionRequest(instruction_id="inst007"))
        said = capsys.readouterr()
        return harness._responses.get().error, said.out + said.err, [one.getMessage() for one in caplog.records]

    hush()
    return run


def raising(*errors):
    """Work that raises the last of these while it handles the one before."""

    def work():
        try:
            if errors[:-1]:
                raising(*errors[:-1])()
        except Exception:
            raise errors[-1]  # noqa: B904
        raise errors[-1]

    return work


@pytest.mark.parametrize("before", [[], [RunOver("written no more")], [KafkaUnavailable("away")]])
def test_a_bundle_whose_run_is_over_is_told_to_the_runner_alone(bundle, before):
    told, printed, logged = bundle(raising(*before, RunOver("run 1 is over [while running 'Publish/Send']")))
    assert "transforms.errors.RunOver: run 1 is over" in told
    assert ("", []) == (printed, logged)


@pytest.mark.parametrize(
    "errors",
    [
        [KafkaUnavailable("the run is over, and Kafka is away")],
        [ValueError("transforms.errors.RunOver: not really")],
        [RunOver("run 1 is over"), ValueError("a fault of our own met on the way out")],
    ],
)
def test_any_other_error_is_told_as_ever(bundle, errors):
    told, printed, (logged,) = bundle(raising(*errors))
    for said in (told, printed, logged):
        assert f"{type(errors[-1]).__name__}: {errors[-1]}" in said


@pytest.mark.parametrize(("error", "lines"), [(RunOver("run 1 is over"), 0), (KafkaUnavailable("away"), 1)])
def test_the_step_in_which_it_was_raised_says_it_by_the_same_rule(caplog, error, lines):
    hush()
    try:
        raise error
    except type(error):
        logging.getLogger("apache_beam.runners.common").exception("%s [while running 'Publish/Send']", error)
    assert lines == len(caplog.records)


def test_hushing_twice_is_hushing_once():
    hush()
    before = list(logging.getLogger("apache_beam.runners.common").filters)
    hush()
    assert before == logging.getLogger("apache_beam.runners.common").filters
