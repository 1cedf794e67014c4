"""How the parts of a Flink on this machine are started: its configuration, and the command lines. Pure."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

HOST = "127.0.0.1"
READY_WITHIN = 120.0  # seconds for a start of anything; some 10 when the machine is quiet

# What Flink and Beam's runner reach into of Java 17 and later (JEP 396).
_OPEN = (
    "lang",
    "net",
    "io",
    "nio",
    "lang.reflect",
    "text",
    "time",
    "util",
    "util.concurrent",
    "util.concurrent.atomic",
)
_OPENED = (
    "java.base/sun.nio.ch",
    "java.base/java.util.concurrent.locks",
    *(f"java.base/java.{package}" for package in _OPEN),
)
_EXPORTED = ("java.base/sun.net.util", "java.rmi/sun.rmi.registry", "java.security.jgss/sun.security.krb5")
_JVM = ("-XX:+UseSerialGC", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true")


class Ports(NamedTuple):
    """Where the parts listen: Flink's REST and RPC, Beam's job server (jobs, artifacts), the worker pool."""

    rest: int
    rpc: int
    jobs: int
    artifacts: int
    pool: int


def render(template: str, values: Mapping[str, object]) -> str:
    """A Flink configuration with other values for some keys; comments stay.

    Args:
      template: Lines of ``key: value``.
      values: What to put; a key that the template lacks is added, since Flink refuses one that stands twice.
    """
    left = {key: str(value) for key, value in values.items()}
    lines = []
    for line in template.splitlines():
        key = line.partition(":")[0]
        lines.append(f"{key}: {left.pop(key)}" if key in left else line)
    return "\n".join([*lines, *(f"{key}: {value}" for key, value in left.items())]) + "\n"


def changes(folder: Path, ports: Ports) -> dict[str, object]:
    """What is set anew of ``deploy/flink/config.yaml`` for a cluster that keeps all it has in ``folder``."""
    return {
        "rest.port": ports.rest,
        "jobmanager.rpc.port": ports.rpc,
        "state.checkpoints.dir": f"file://{folder}/checkpoints",
        "state.savepoints.dir": f"file://{folder}/savepoints",
        "io.tmp.dirs": f"{folder}/tmp",
    }


def java_command(java: str, memory: Sequence[str], classpath: str, folder: Path, name: str) -> list[str]:
    """The beginning of a command line: Java, told where to log; main class and arguments follow."""
    return [
        java,
        *memory,
        *_JVM,
        *(f"--add-exports={name}=ALL-UNNAMED" for name in _EXPORTED),
        *(f"--add-opens={name}=ALL-UNNAMED" for name in _OPENED),
        f"-Dlog4j.configurationFile=file:{folder}/conf/log4j.properties",
        f"-Dbeatwire.log={folder}/{name}.log",
        "-cp",
        classpath,
    ]


def commands(java: str, classpath: str, folder: Path, ports: Ports) -> dict[str, list[str]]:
    """The command line of each part by its name, in the order in which they are started."""
    conf = f"{folder}/conf"
    flink, beam = "org.apache.flink.runtime", "org.apache.beam.runners.flink"
    return {
        "jobmanager": [
            *java_command(java, ("-Xmx512m",), classpath, folder, "jobmanager"),
            f"{flink}.entrypoint.StandaloneSessionClusterEntrypoint",
            f"--configDir={conf}",
        ],
        "taskmanager": [
            *java_command(java, ("-Xmx768m", "-XX:MaxDirectMemorySize=288m"), classpath, folder, "taskmanager"),
            f"{flink}.taskexecutor.TaskManagerRunner",
            f"--configDir={conf}",
        ],
        "jobserver": [
            *java_command(java, ("-Xmx512m",), classpath, folder, "jobserver"),
            f"{beam}.FlinkJobServerDriver",
            f"--flink-master={HOST}:{ports.rest}",
            f"--flink-conf-dir={conf}",
            f"--job-host={HOST}",
            f"--job-port={ports.jobs}",
            f"--artifact-port={ports.artifacts}",
            "--expansion-port=-1",
            f"--artifacts-dir={folder}/tmp/artifacts",
        ],
        "pool": [
            sys.executable,
            "-m",
            "apache_beam.runners.worker.worker_pool_main",
            f"--service_port={ports.pool}",
        ],
    }


def worker_environment(environment: Mapping[str, str], root: Path) -> dict[str, str]:
    """The environment of the worker pool, which starts its workers as a bare ``python``: ours has to be the first.

    Without it jobs stay in INITIALIZING, and nobody says why.
    """
    python = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)])
    modules = os.pathsep.join([str(root), *filter(None, [environment.get("PYTHONPATH")])])
    return {**environment, "PATH": python, "PYTHONPATH": modules}


def beam_options(ports: Ports, checkpoint: float, savepoint: str | None = None) -> list[str]:
    """Beam's options for a job on this cluster.

    Args:
      ports: Where its parts listen.
      checkpoint: Seconds between two checkpoints.
      savepoint: Path of the checkpoint or savepoint to start from. None is left out: an empty path is refused by the
        JobManager while the client says that all is well.
    """
    return [
        "--runner=PortableRunner",
        f"--job_endpoint={HOST}:{ports.jobs}",
        f"--artifact_endpoint={HOST}:{ports.artifacts}",
        "--environment_type=EXTERNAL",
        f"--environment_config={HOST}:{ports.pool}",
        "--parallelism=2",
        f"--checkpointing_interval={checkpoint * 1000:.0f}",
        "--max_bundle_time_mills=200",  # Beam's own second would stand in each step's latency
        "--externalized_checkpoints_enabled",  # without it the next says nothing
        "--retain_externalized_checkpoints_on_cancellation",
        *([f"--savepoint_path={savepoint}"] if savepoint else []),
    ]
