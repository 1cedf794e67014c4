"""No way from the public web leads to a forbidden address: who was asked is told by listeners and by Python itself.

In a network namespace every address there is has its listener. Where none can be made (it needs iproute2 and leave to
make one), loopback plays the public web and Python's audit hook alone tells; that half is walked on every machine.
"""

import json
import subprocess
import sys
import warnings
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = ("direct", "polled", "page", "twice", "feed", "index")  # ways that must end so, whatever the address


@pytest.fixture(params=["namespace", "loopback"])
def walked(request):
    done = subprocess.run(
        [sys.executable, ROOT / "tests/support/hostile_addresses.py", request.param],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests/support'}", "PATH": "/usr/bin:/usr/sbin:/bin:/sbin"},
        capture_output=True,
        text=True,
    )
    assert 0 == done.returncode, done.stderr
    walked = json.loads(done.stdout)
    if walked["why"] and request.param == "namespace":
        warnings.warn(f"no network namespace ({walked['why']}): loopback and the audit hook prove it", stacklevel=1)
    return walked


def test_no_way_leads_to_a_forbidden_address_and_each_ends_as_such(walked):
    assert ([], []) == (walked["escapes"], walked["beyond"])
    came = {one: outcome for one, outcome in walked["got"].items() if one.partition("/")[0] in FORBIDDEN}
    assert len(came) >= len(FORBIDDEN) * 25
    assert {} == {one: outcome for one, outcome in came.items() if outcome != "forbidden-address"}
    # A site whose robots.txt leads there forbids nothing; a sitemap of another domain is not asked for at all.
    others = Counter((one.partition("/")[0], outcome) for one, outcome in walked["got"].items() if one not in came)
    assert {"robots", "listed", "first", "again"} == {way for way, _ in others}
    assert {("robots", "page"), ("listed", "fetch-failed"), ("first", "page"), ("again", "forbidden-address")} == set(
        others
    )


def test_a_listener_and_the_hook_would_have_told(walked):
    assert walked["asked"] > 100  # requests to the public host: the hook sees
    if not walked["why"]:
        assert {"10.0.0.1", "169.254.169.254", "127.0.0.1", "100.64.0.1", "192.168.0.1"} <= set(walked["control"])
        assert set(walked["control"]) <= set(walked["control_seen"])
