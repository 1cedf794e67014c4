"""Secrets: read from where the configuration says, never shown."""

import re

import pytest

from pipelines import config
from transforms.errors import ConfigError

SASL = '[kafka.security]\nprotocol = "SASL_SSL"\nmechanism = "SCRAM-SHA-512"\nusername = "u"\n'


@pytest.fixture
def load(tmp_path):
    def load_text(text: str) -> config.Config:
        path = tmp_path / "beatwire.toml"
        path.write_text(text)
        return config.load(path, data_folder=tmp_path)

    return load_text


def test_a_password_comes_from_the_environment(load):
    security = load(SASL + 'password_env = "PW"').kafka.security
    assert "hunter2" == security.password({"PW": "hunter2"}).get_secret_value()


@pytest.mark.parametrize("environment", [{}, {"PW": ""}])
def test_a_variable_that_lacks_is_named(load, environment):
    with pytest.raises(ConfigError, match="password_env: the environment has no PW: set it"):
        load(SASL + 'password_env = "PW"').kafka.security.password(environment)


@pytest.mark.parametrize("written", ["hunter2", "hunter2\n", "hunter2\r\n"])
def test_a_password_comes_from_a_file_beside_the_configuration(load, tmp_path, written):
    (tmp_path / "secret").write_text(written)
    security = load(SASL + 'password_file = "secret"').kafka.security
    assert "hunter2" == security.password({}).get_secret_value()


@pytest.mark.parametrize(("content", "said"), [(None, "cannot be read (No such"), (b"", "empty"), (b"\xff", "UTF-8")])
def test_a_password_file_that_cannot_be_used_is_named(load, tmp_path, content, said):
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    with pytest.raises(ConfigError, match=re.escape(said)):
        load(SASL + 'password_file = "secret"').kafka.security.password({})


def test_two_places_for_one_password_are_refused(load):
    with pytest.raises(ConfigError, match="leave one out"):
        load(SASL + 'password_file = "secret"\npassword_env = "PW"')


def test_no_password_is_asked_for_where_none_is_named(load):
    assert load("").kafka.security.password({}) is None


def test_the_configuration_shows_where_a_password_is_but_not_what_it_is(load):
    read = load(SASL + 'password_env = "PW"')
    assert "PW" in repr(read)
    assert "hunter2" not in repr(read.kafka.security.password({"PW": "hunter2"}))


def test_a_tls_file_that_is_not_there_is_named(load, tmp_path):
    with pytest.raises(ConfigError, match=re.escape(f"ca_file: {tmp_path / 'ca.pem'} cannot be read")):
        load('[kafka.security]\nprotocol = "SSL"\nca_file = "ca.pem"').kafka.security.require_files()
