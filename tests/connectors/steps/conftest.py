"""The worker that the steps of a test find."""

import pytest
from hand_worker import employed


@pytest.fixture
def hand():
    """A run with the usual settings; tests that need others open one of their own."""
    with employed() as made:
        yield made
