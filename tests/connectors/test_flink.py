"""Questions to a Flink cluster, answered by a real HTTP server that knows what Flink's REST interface says."""

import http.server
import json
import threading

import pytest

from connectors.flink import Checkpoint, Flink, FlinkJob
from transforms.errors import SetupError


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers from ``server.answers``; a PATCH cancels."""

    def do_GET(self):
        body = json.dumps(self.server.answers[self.path]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PATCH(self):
        self.server.patched.append(self.path)
        self.server.answers["/jobs/overview"]["jobs"][0]["state"] = "CANCELED"
        self.send_response(202)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as made:
        made.answers, made.patched = {"/jobs/overview": {"jobs": []}}, []
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def flink(server):
    return Flink(f"127.0.0.1:{server.server_port}/")


def job(name="beatwire-1", state="RUNNING", start=1000, id_="j1"):
    return {"jid": id_, "name": name, "state": state, "start-time": start}


def test_the_newest_job_of_a_name_is_found(server, flink):
    server.answers["/jobs/overview"]["jobs"] = [job(id_="old"), job(id_="new", start=2000), job("other", start=3000)]
    assert FlinkJob("new", "beatwire-1", "RUNNING", 2.0) == flink.named("beatwire-1")


def test_a_job_that_flink_never_took_is_told(flink):
    with pytest.raises(SetupError, match="did not take the job beatwire-1"):
        flink.require("beatwire-1", 0.0)


def test_a_job_that_failed_at_once_is_told_with_flinks_reason(server, flink):
    server.answers["/jobs/overview"]["jobs"] = [job(state="FAILED")]
    trace = "x.JobException: outer\n\tat y\nCaused by: FileNotFoundException: chk-5 is not there\n\tat z"
    server.answers["/jobs/j1/exceptions"] = {"exceptionHistory": {"entries": [{"stacktrace": trace}]}}
    with pytest.raises(SetupError, match="chk-5 is not there"):
        flink.require("beatwire-1", 0.0)


def test_a_running_job_is_cancelled_and_one_that_ended_is_left_alone(server, flink):
    server.answers["/jobs/overview"]["jobs"] = [job()]
    assert flink.cancel_named("beatwire-1")
    assert flink.cancel_named("beatwire-1")
    assert ["/jobs/j1?mode=cancel"] == server.patched


def test_checkpoints_come_oldest_first_in_seconds(server, flink):
    one = {
        "id": 2,
        "status": "COMPLETED",
        "state_size": 10,
        "end_to_end_duration": 500,
        "trigger_timestamp": 3000,
        "external_path": "file:/2",
    }
    failed = {"id": 1, "status": "FAILED", "state_size": 0, "end_to_end_duration": 0, "trigger_timestamp": 0}
    server.answers["/jobs/j1/checkpoints"] = {"history": [one, failed]}
    found = [Checkpoint(1, "FAILED", 0, 0.0, 0.0, None), Checkpoint(2, "COMPLETED", 10, 0.5, 3.0, "file:/2")]
    assert found == flink.checkpoints("j1")


def test_an_address_where_no_flink_answers_is_named():
    with pytest.raises(SetupError, match=r"Flink at http://127\.0\.0\.1:1 does not answer"):
        Flink("127.0.0.1:1").jobs()
