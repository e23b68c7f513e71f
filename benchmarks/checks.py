"""Before anything is measured: do all servers say the same?"""

import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from benchmarks import databases, queries
from benchmarks.queries import NUMBER, WRITTEN_SUBJECT, Query, WrongAnswer
from benchmarks.servers import Server

COMPARED = 5
"""So many things of each query are asked of every server."""
_WRITTEN = (
    "SELECT institution_id, code, subject, number, code_key, subjects, level, title, credits_min, credits_max, "
    "attributes, search_text FROM courses WHERE institution_id = %s AND code = %s"
)


def answer(server: Server, body: str) -> bytes:
    """One answer; WrongAnswer, with what it says, where it is not a success."""
    request = urllib.request.Request(server.url, body.encode(), dict(server.headers))  # noqa: S310 - loopback, checked
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=60) as response:
            return bytes(response.read())
    except urllib.error.HTTPError as error:
        said = error.read()[:1000].decode(errors="replace")
        raise WrongAnswer(f"{server.peer.name} answers {error.code}: {said}") from error


def check(query: Query, servers: Sequence[Server], prepared: databases.Prepared, first: int) -> None:
    """Ask every server the same and compare; WrongAnswer tells two that differ. `first` numbers what is written."""
    asked = {server.peer.name: queries.bodies(query, server.peer.dialect, prepared.size) for server in servers}
    taking_part = [server for server in servers if asked[server.peer.name]]
    for number in range(COMPARED):
        said: dict[str, Any] = {}
        for place, server in enumerate(taking_part):
            code = str(first + number * len(taking_part) + place)
            body = asked[server.peer.name][number].replace(NUMBER, code)
            found = queries.facts(answer(server, body))
            said[server.peer.name] = _effect(prepared, code) if query.is_write else found
        compare(query, said)


def compare(query: Query, said: dict[str, Any]) -> None:
    """WrongAnswer where a server says something else than the first one."""
    first, *others = said
    for other in others:
        if said[other] != said[first]:
            message = f"{query.name}: {first} and {other} differ:\n{said[first]}\n{said[other]}"
            raise WrongAnswer(message[:4000])


def _effect(prepared: databases.Prepared, number: str) -> list[object]:
    """The course that was written, with its number left out."""
    code = f"{WRITTEN_SUBJECT} {number}"
    found = databases.rows(prepared.url, _WRITTEN, [prepared.size.writes_institution, code])
    if len(found) != 1:
        raise WrongAnswer(f"M1 wrote {len(found)} courses {code}")
    return [value.replace(number, "…") if isinstance(value, str) else value for value in found[0]]
