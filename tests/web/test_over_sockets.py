"""What only a real server shows: slow and broken clients, and the public audit."""

import json
import shutil
import socket
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from gql_api.web import assembly, limits, page
from tests import waiting

AUDIT = Path(__file__).parent / "audit.mjs"
POST = b"POST /graphql HTTP/1.1\r\nHost: server\r\nContent-Type: application/json\r\n"


def connected(address):
    parts = urlsplit(address)
    return closing(socket.create_connection((parts.hostname, parts.port), timeout=waiting.LIMIT))


def received(connection):
    """Everything up to the end of the connection."""
    answer = b""
    while chunk := connection.recv(65536):
        answer += chunk
    return answer


def test_a_body_that_does_not_arrive_is_answered_with_408_and_the_connection_closed(serve, monkeypatch):
    monkeypatch.setattr(assembly, "Limits", lambda body_bytes: limits.Limits(body_bytes=body_bytes, body_seconds=0.2))
    with serve() as address, connected(address) as connection:
        connection.sendall(POST + b'Content-Length: 100\r\n\r\n{"query"')
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"REQUEST_TIMEOUT"' in answer


def test_a_body_that_is_declared_too_large_is_answered_without_reading_it(serve):
    with serve() as address, connected(address) as connection:
        connection.sendall(POST + b"Content-Length: 99999999999\r\n\r\n")
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"PAYLOAD_TOO_LARGE"' in answer


def test_a_client_that_leaves_in_the_middle_of_its_body_harms_nobody(serve):
    with serve() as address:
        for _ in range(3):
            with connected(address) as connection:
                connection.sendall(POST + b'Content-Length: 100\r\n\r\n{"query"')
        answer = httpx.post(f"{address}/graphql", json={"query": "{ hello }"}, timeout=waiting.LIMIT)
    assert answer.status_code == 200


def test_a_connection_is_kept_for_the_next_request_after_a_refusal(serve):
    with serve() as address, httpx.Client(timeout=waiting.LIMIT) as client:
        statuses = [client.post(f"{address}/graphql", json=body).status_code for body in ([], {"query": "{ hello }"})]
    assert statuses == [400, 200]


def test_every_item_of_the_public_audit_passes(serve):
    """The audit of the npm package graphql-http: 22EB, 4655, 47DE, 80D8, 82A3 and the rest, by their own code."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not (page.DIRECTORY / "node_modules" / "graphql-http").is_dir():
        pytest.skip("the packages of the page are not installed: make graphiql")
    with serve() as address:
        run = subprocess.run(
            ["node", str(AUDIT), f"{address}/graphql"],
            capture_output=True,
            text=True,
            timeout=waiting.LIMIT,
            check=True,
        )
    results = json.loads(run.stdout)
    assert len(results) >= 60
    assert [result for result in results if result["status"] != "ok"] == []
