"""How Java is started for Kafka: the command line, the formatting of a new log folder, and what a broker died of."""

import base64
import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

from connectors.embedded.java import Java
from connectors.embedded.properties import broker_properties, render, value_of
from transforms.errors import SetupError

_LOGGING = Path(__file__).parent / "log4j2.properties"

# One user's broker lives in 256 MB of heap; the serial collector and the first compiler halve start and footprint.
_JVM = (
    "-Xms64m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",  # else a file for each JVM in the system's temporary folder
    "-Djava.awt.headless=true",
)


def java_command(java: Java, libs: Path, folder: Path, main: str, *arguments: str | Path) -> list[str]:
    """Returns the command that runs a main class of Kafka, logging into ``folder``."""
    return [
        str(java.path),
        *_JVM,
        *java.flags(),
        f"-XX:ErrorFile={folder}/java-crash.log",
        f"-Dlog4j2.configurationFile={_LOGGING}",
        f"-Dbeatwire.logs={folder}",
        "-cp",
        f"{libs}/*",
        main,
        *map(str, arguments),
    ]


def java_environment() -> dict[str, str]:
    """Returns our environment with a UTF-8 locale, without which Java on Linux cannot name a folder ``Übersicht``."""
    return dict(os.environ) if sys.platform == "darwin" else {**os.environ, "LC_ALL": "C.UTF-8"}


def new_cluster_id() -> str:
    """Returns a random cluster id: 16 bytes, base64url without padding.

    Never one that begins with ``-``: StorageTool would take it for an option (one in 64).
    """
    while True:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not cluster.startswith("-"):
            return cluster


def cluster_id(log: Path) -> str | None:
    """Returns the cluster id of a formatted log folder, None before it is formatted."""
    try:
        return value_of("cluster.id", (log / "meta.properties").read_text(encoding="latin-1"))
    except FileNotFoundError:
        return None


def format_log(java: Java, libs: Path, folder: Path, log: Path) -> None:
    """Formats a log folder under another name and renames it, so that it is there whole or not at all.

    Args:
      java: What runs StorageTool.
      libs: Kafka's jars.
      folder: Where StorageTool logs.
      log: The log folder to be; nothing happens when it is formatted already.

    Raises:
      SetupError: StorageTool refused.
    """
    if cluster_id(log) is not None:
        return
    new = log.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    properties = new.with_suffix(".properties")
    # The ports do not end up in the formatted folder; any serve.
    properties.write_text(render(broker_properties(new, 19092, 19093)), encoding="ascii")
    command = java_command(java, libs, folder, "kafka.tools.StorageTool")
    command += ["format", "--standalone", "-t", new_cluster_id(), "-c", str(properties)]
    # In a session of its own: Ctrl-C in the terminal is for its parent, and its words are no refusal.
    result = subprocess.run(command, capture_output=True, text=True, env=java_environment(), start_new_session=True)
    if result.returncode != 0:
        said = (result.stderr + result.stdout).strip().splitlines() or ["it said nothing"]
        raise SetupError(f"Kafka could not format {log}: {said[-1]}")
    properties.unlink()
    new.rename(log)


def last_words(folder: Path) -> str:
    """Returns what a broker that ended said was wrong: its first error, else the last line of its console."""
    for name, marks in (("broker.log", (" FATAL ", " ERROR ")), ("console.log", ("",))):
        try:
            lines = (folder / name).read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            continue
        for index, line in enumerate(lines):
            if name == "broker.log" and any(mark in line for mark in marks):
                # The message of the exception stands on the next line.
                return " ".join(line.split(" ", 2)[-1:] + lines[index + 1 : index + 2]).strip()
        if name == "console.log" and lines:
            return lines[-1]
    return "it left no word"
