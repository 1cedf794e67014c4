"""beatwire's own version."""

import importlib.metadata

UNINSTALLED = "0+source"


def version() -> str:
    """The installed version; ``0+source`` where it runs from its source folder only."""
    try:
        return importlib.metadata.version("beatwire")
    except importlib.metadata.PackageNotFoundError:
        return UNINSTALLED
