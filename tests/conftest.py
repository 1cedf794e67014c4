"""Fixtures of all tests; what they are made of lies in `tests/support`."""

import logging

pytest_plugins = ["kafka_fixtures"]

# kafka-python reports every lost connection at ERROR, and tests lose connections on purpose.
logging.getLogger("kafka").setLevel(logging.CRITICAL)
