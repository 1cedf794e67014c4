"""A local runner for all tests of a module."""

import pytest

from connectors.embedded.prism import provide_prism
from connectors.embedded.runner import LocalRunner


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    with LocalRunner(provide_prism(print), tmp_path_factory.mktemp("runner") / "runner.log") as running:
        yield running
