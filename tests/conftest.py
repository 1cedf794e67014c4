"""Fixtures of all tests; what they are made of lies in `tests/support`."""

import logging
import signal

pytest_plugins = ["kafka_fixtures"]

# kafka-python reports every lost connection at ERROR, and tests lose connections on purpose.
logging.getLogger("kafka").setLevel(logging.CRITICAL)

# A shell that starts the tests in the background has them ignore SIGINT, and every process they start inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)
