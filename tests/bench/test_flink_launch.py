"""How Flink's parts are started: configuration, command lines, options."""

import os
import sys
from pathlib import Path

from bench.flink import launch
from bench.flink.parts import DEPLOY, LOCK, POM, folder_for, maven_command

PORTS = launch.Ports(8081, 6123, 8099, 8098, 50000)
FOLDER = Path("/somewhere")


def test_a_configuration_gets_other_values_and_keeps_its_comments():
    template = "# why\nrest.port: 8081\nparallelism.default: 2\n"
    assert "# why\nrest.port: 1\nparallelism.default: 2\n" == launch.render(template, {"rest.port": 1})


def test_no_key_stands_twice_in_a_configuration():
    text = launch.render((DEPLOY / "config.yaml").read_text(), launch.changes(FOLDER, PORTS) | {"new.key": "x"})
    keys = [line.partition(":")[0] for line in text.splitlines() if line and not line.startswith("#")]
    assert len(set(keys)) == len(keys)
    assert "new.key" in keys


def test_every_folder_of_the_configuration_is_the_clusters_own():
    text = launch.render((DEPLOY / "config.yaml").read_text(), launch.changes(FOLDER, PORTS))
    assert [] == [line for line in text.splitlines() if "/tmp/" in line]


def test_flinks_own_jars_come_before_those_of_the_runner():
    command = launch.commands("java", "/flink/*:/beam/*", FOLDER, PORTS)["jobmanager"]
    assert "/flink/*:/beam/*" == command[command.index("-cp") + 1]


def test_the_job_server_is_told_where_flink_is_and_where_to_listen():
    command = launch.commands("java", "x", FOLDER, PORTS)["jobserver"]
    assert {"--flink-master=127.0.0.1:8081", "--job-port=8099", "--artifact-port=8098"} <= set(command)


def test_the_worker_pool_finds_this_python_first_and_our_modules():
    environment = launch.worker_environment({"PATH": "/usr/bin", "PYTHONPATH": "/more"}, Path("/root"))
    assert [str(Path(sys.executable).parent), "/usr/bin"] == environment["PATH"].split(os.pathsep)
    assert ["/root", "/more"] == environment["PYTHONPATH"].split(os.pathsep)


def test_an_empty_savepoint_is_never_passed_on():
    assert not [one for one in launch.beam_options(PORTS, 3.0) if "savepoint" in one]
    assert not [one for one in launch.beam_options(PORTS, 3.0, "") if "savepoint" in one]
    assert "--savepoint_path=/old" in launch.beam_options(PORTS, 3.0, "/old")


def test_checkpoints_are_set_in_milliseconds():
    assert "--checkpointing_interval=2500" in launch.beam_options(PORTS, 2.5)


def test_another_recipe_leads_to_another_cache_folder():
    assert folder_for("beam", b"one") != folder_for("beam", b"two")
    assert folder_for("beam", b"one") == folder_for("beam", b"one")


def test_maven_is_given_no_address():
    assert "http" not in " ".join(maven_command("mvn", POM, FOLDER))
    assert {"http://maven.apache.org/POM/4.0.0"} == {
        word.split('"')[1] for word in POM.read_text().split() if "://" in word
    }
    assert "://" not in LOCK.read_text()


def test_the_harness_of_an_older_beam_stays_out():
    assert "<artifactId>beam-sdks-java-harness</artifactId>" in POM.read_text().partition("<exclusions>")[2]
