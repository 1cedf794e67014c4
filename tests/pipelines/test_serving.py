"""What `up` and `run` share."""

import pytest

from pipelines.serving import patience_on


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], None),
        (["--job_name=x"], None),
        (["--runner=PrismRunner"], None),
        (["--runner", "DirectRunner"], None),
        (["--runner=FlinkRunner"], 120.0),
        (["--runner=PortableRunner", "--job_endpoint=localhost:8099"], 120.0),
        (["--runner=apache_beam.runners.portability.fn_api_runner.FnApiRunner"], None),
    ],
)
def test_only_a_runner_that_tries_again_gives_up_on_kafka(options, expected):
    assert expected == patience_on(options, 120.0)
