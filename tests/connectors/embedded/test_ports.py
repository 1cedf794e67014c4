"""The choice of ports, with real listeners in the way."""

import socket

import pytest

from connectors.embedded import ports
from connectors.embedded.ports import PORTS, choose_ports, is_free
from transforms.errors import SetupError


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_port_with_a_listener_is_not_free(taken):
    assert not is_free(taken)


def test_a_port_that_only_lingers_is_free():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        served, _ = listener.accept()
        served.close()  # the side that closes first keeps the port in TIME_WAIT
        client.close()
    assert is_free(port)


def test_a_wanted_port_is_taken_as_it_is():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert port == choose_ports(port, None, scattered=False)[0]


def test_a_wanted_port_that_is_taken_is_an_error_with_a_way_out(taken):
    with pytest.raises(SetupError, match=f"port {taken} is taken by another program: .* choose another port"):
        choose_ports(taken, None, scattered=False)


def test_a_remembered_port_is_taken_again(taken):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert port == choose_ports(None, port, scattered=False)[0]


def test_a_remembered_port_that_is_taken_gives_way_to_another(taken):
    port, controller = choose_ports(None, taken, scattered=False)
    assert port in PORTS
    assert port != taken
    assert controller not in (port, taken)


@pytest.mark.parametrize("scattered", [False, True])
def test_client_and_controller_get_two_ports(scattered):
    port, controller = choose_ports(None, None, scattered)
    assert port != controller
    assert {port, controller} <= set(PORTS)


def test_no_free_port_at_all_is_an_error(taken, monkeypatch):
    monkeypatch.setattr(ports, "PORTS", range(taken, taken + 1))
    with pytest.raises(SetupError, match=f"no port between {taken} and {taken} is free"):
        choose_ports(None, None, scattered=False)
