"""Fixtures of all tests; what they are made of lies in `tests/support`."""

import logging
import os
import signal

from hypothesis import settings

pytest_plugins = ["kafka_fixtures", "runner_fixture"]

# kafka-python reports every lost connection at ERROR, and tests lose connections on purpose.
logging.getLogger("kafka").setLevel(logging.CRITICAL)

# A shell that starts the tests in the background has them ignore SIGINT, and every process they start inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the same, of nohup

# At a desk each run looks at other examples; on CI all see the same, so that a failure is that of the change.
# Without a deadline: how long an example takes is a matter of what else the machine does.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "desk")
