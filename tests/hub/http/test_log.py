"""A log that cannot be written: the answer leaves all the same, and the loss is counted."""

import http.client
import os
import re

import pytest

from tests.deploy.processes import serve


@pytest.fixture(params=["full disk", "closed pipe"])
def stdout(request):
    if request.param == "full disk":
        handle = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, handle = os.pipe()
        os.close(reader)
    yield handle
    os.close(handle)


def get_lost_lines(metrics):
    (lost,) = re.findall(r"^hub_log_lines_lost_total (\S+)$", metrics, re.MULTILINE)
    return float(lost)


def test_every_request_is_answered(tmp_path, stdout):
    with serve(tmp_path, stdout=stdout, HUB_WORKERS="1") as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        bodies = []
        for path in ["/livez", "/fhir/Patient", "/fhir/metadata"] * 10 + ["/metrics"]:
            connection.request("GET", path)
            response = connection.getresponse()
            assert response.status == (401 if path == "/fhir/Patient" else 200)
            bodies.append(response.read().decode())
        connection.close()
    assert get_lost_lines(bodies[-1]) >= 30


def test_a_log_that_can_be_written_loses_nothing(http):
    before = get_lost_lines(http.get("/metrics").text)
    http.get("/livez")
    assert get_lost_lines(http.get("/metrics").text) == before
