"""Where beatwire keeps what it fetched and what it remembers: the XDG base directories.

https://specifications.freedesktop.org/basedir-spec/latest/: a variable that is unset, empty or relative is ignored.
The environment is read at each call, so that a test or a supervisor may set it.
"""

import os
from pathlib import Path


def _base(variable: str, fallback: str) -> Path:
    """Returns ``$variable``, or ``fallback`` below the home directory."""
    value = os.environ.get(variable, "")
    return Path(value) if os.path.isabs(value) else Path.home() / fallback


def cache_folder() -> Path:
    """Returns the folder of what can be fetched again: jars, Java, the runner. It may not exist yet."""
    return _base("XDG_CACHE_HOME", ".cache") / "beatwire"


def data_folder() -> Path:
    """Returns the folder of what cannot be fetched again: the embedded Kafka's records. It may not exist yet."""
    return _base("XDG_DATA_HOME", ".local/share") / "beatwire"
