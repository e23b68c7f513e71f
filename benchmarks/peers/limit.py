"""The limit: a raw ASGI handler that sends one statement, gets JSON from PostgreSQL and passes it on unread.

No GraphQL, no validation, no rights, no errors: what is lost beyond this is what an API costs. A body is
`{"query": "Q1", "variables": {…}}`.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
import psycopg_pool
import uvicorn

_RULES = """(SELECT coalesce(json_agg(json_build_object('outcome', e.outcome, 'strength', e.strength, 'targets', (
        SELECT coalesce(json_agg(json_build_object('kind', a.kind, 'credits', a.credits,
            'course', CASE WHEN t.id IS NULL THEN NULL ELSE json_build_object('code', t.code, 'title', t.title) END)
            ORDER BY a.position), '[]')
        FROM equivalency_awards a LEFT JOIN courses t ON t.id = a.course_id WHERE a.equivalency_id = e.id
    )) ORDER BY e.id), '[]')
    FROM equivalency_sources s JOIN equivalencies e ON e.id = s.equivalency_id WHERE s.course_id = c.id)"""
_PAGE = """FROM courses WHERE institution_id = %(institution)s AND subject = %(subject)s
    ORDER BY code_key, id LIMIT 50"""
_CREATED = """INSERT INTO courses (institution_id, code, subject, number, code_key, subjects, level, title,
    credits_min, credits_max, attributes)
SELECT %(institution)s, code, subject, number, code, ARRAY[subject], left(number, 1)::integer * 1000, %(title)s::text,
    3, 3, '{}'
FROM (SELECT code, split_part(code, ' ', 1) AS subject, split_part(code, ' ', 2) AS number
    FROM (SELECT %(code)s::text AS code) given) parts
RETURNING json_build_object('createCourse', json_build_object('code', code, 'title', title))::text"""
_WRITTEN = {
    "Q1": """SELECT json_build_object('course', json_build_object('code', c.code, 'title', c.title,
        'creditsMin', c.credits_min, 'equivalencies', @rules@))::text
        FROM courses c WHERE c.id = %(course)s""",
    "Q2": """SELECT json_build_object('courses', coalesce(json_agg(json_build_object('code', c.code,
        'title', c.title, 'description', c.description, 'creditsMin', c.credits_min, 'creditsMax', c.credits_max,
        'level', c.level, 'department', c.department, 'subject', c.subject) ORDER BY c.code_key, c.id), '[]'))::text
        FROM (SELECT * @page@) c""",
    "Q3": """SELECT json_build_object('courses', coalesce(json_agg(json_build_object('code', c.code,
        'title', c.title, 'equivalencies', @rules@) ORDER BY c.code_key, c.id), '[]'))::text
        FROM (SELECT id, code, title, code_key @page@) c""",
    "Q4": """WITH options AS (
        SELECT r.parent_id, json_build_object('key', r.key, 'name', r.name, 'minCourses', r.min_courses, 'options',
            json_agg(json_build_object('code', o.course_code, 'course',
                json_build_object('title', c.title, 'creditsMin', c.credits_min)) ORDER BY o.position)) AS node,
            r.position
        FROM program_versions v JOIN requirements r ON r.version_id = v.id
        JOIN requirement_options o ON o.requirement_id = r.id LEFT JOIN courses c ON c.id = o.course_id
        WHERE v.program_id = %(program)s AND v.is_current GROUP BY r.id
    ), groups AS (
        SELECT r.position, json_build_object('key', r.key, 'name', r.name,
            'children', json_agg(options.node ORDER BY options.position)) AS node
        FROM options JOIN requirements r ON r.id = options.parent_id GROUP BY r.id
    )
    SELECT json_build_object('program', json_build_object('name', p.name, 'degreeType', p.degree_type,
        'currentVersion', json_build_object('requirements',
            (SELECT json_agg(node ORDER BY position) FROM groups))))::text
    FROM programs p WHERE p.id = %(program)s""",
    "Q5": """SELECT json_build_object('plan', json_build_object('name', p.name, 'status', p.status,
        'courses', (SELECT coalesce(json_agg(json_build_object('status', e.status, 'grade', e.grade, 'course',
            json_build_object('code', c.code, 'title', c.title, 'creditsMin', c.credits_min)) ORDER BY e.id), '[]')
            FROM planned_courses e JOIN courses c ON c.id = e.course_id WHERE e.plan_id = p.id),
        'target', (SELECT json_build_object('program', json_build_object('name', g.name,
            'degreeType', g.degree_type)) FROM program_versions v JOIN programs g ON g.id = v.program_id
            WHERE v.id = p.target_version_id),
        'totals', (SELECT json_agg(json_build_object('view', x.view, 'credits', x.credits, 'courses', x.courses,
            'requirementsTouched', x.requirements_touched, 'requirementsListing', x.requirements_listing))
            FROM plans_totals(p) x)))::text
        FROM plans p WHERE p.id = %(plan)s""",
    "M1": _CREATED,
}
STATEMENTS = {
    name: text.replace("@rules@", _RULES).replace("@page@", _PAGE).encode() for name, text in _WRITTEN.items()
}
_HEADERS = [(b"content-type", b"application/json")]
_pool = psycopg_pool.AsyncConnectionPool(
    os.environ["CONNINFO"],
    min_size=int(os.environ["POOL_SIZE"]),
    max_size=int(os.environ["POOL_SIZE"]),
    open=False,
    kwargs={"autocommit": True},
)
Message = MutableMapping[str, Any]


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer a request; open and close the pool with the server."""
    if scope["type"] == "lifespan":
        await receive()
        await _pool.open(wait=True)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await _pool.close()
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = b""
    has_more = True
    while has_more:
        message = await receive()
        body += message.get("body", b"")
        has_more = message.get("more_body", False)
    asked = orjson.loads(body)
    async with _pool.connection() as connection:
        cursor = await connection.execute(STATEMENTS[asked["query"]], asked["variables"])
        found = await cursor.fetchone()
    answer = b'{"data":' + (found[0] if found else "null").encode() + b"}"
    length = (b"content-length", str(len(answer)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, length]})
    await send({"type": "http.response.body", "body": answer})


if __name__ == "__main__":
    uvicorn.run(application, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning", access_log=False)
