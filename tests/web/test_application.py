"""The web layer over the real schema and a real database: what is put together in web.app."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from gql_api import database
from gql_api.domain import plan_codes
from gql_api.schema import access, root
from gql_api.tables.institutions import Institution
from gql_api.tables.plans import Plan
from gql_api.web import app, documents, limits
from gql_api.writes import plan_tokens

pytestmark = pytest.mark.anyio

DOCUMENTS = Path(__file__).parents[1] / "documents"
CODE = "ABCDE23456"


async def started(configuration, url):
    application = app.create(configuration, url)
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    return application, httpx.AsyncClient(transport=transport, base_url="http://server")


@pytest.fixture
async def client(configuration, database_url, anyio_backend):
    application, made = await started(configuration, database_url)
    async with application.router.lifespan_context(application), made:
        yield made


async def ask(client, query, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/graphql", json={"query": query}, headers=named)


def fields(root_type):
    return set(root_type.fields) if root_type else set()


def test_the_fields_that_are_guarded_are_fields_of_the_schema():
    schema = root.schema._schema
    known = fields(schema.query_type) | fields(schema.mutation_type)
    assert access.administrator_fields <= known
    assert access.plan_fields <= known
    assert access.administrator_fields


def test_every_root_field_that_gives_a_plan_is_kept_from_get():
    schema = root.schema._schema
    plans = {
        name
        for name, field in schema.query_type.fields.items()
        if str(field.type).strip("![]").startswith(("Plan", "Node"))
    }
    assert plans
    assert plans <= access.plan_fields


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.graphql")), ids=lambda path: path.stem)
def test_a_document_that_clients_send_fits_the_limits_and_the_schema(path):
    ready = documents.Documents(root.schema, capacity=limits.LIMITS.cached_characters)
    assert ready.ready(path.read_text("utf-8")).shapes


async def test_the_application_answers_from_its_database(client):
    response = await client.get("/graphql", params={"query": "{ institutions { totalCount } }"})
    assert response.json() == {"data": {"institutions": {"totalCount": 0}}}
    health = await client.get("/api/health")
    assert (health.status_code, health.json()["database"]["status"]) == (200, "ok")
    assert (await client.get("/readyz")).status_code == 200


async def test_get_tells_that_its_viewer_is_nobody_and_names_the_field_it_does_not_answer(client):
    nobody = await client.get("/graphql", params={"query": "{ viewer { role plan { id } } }"})
    assert nobody.json() == {"data": {"viewer": {"role": "ANONYMOUS", "plan": None}}}
    refused = await client.get("/graphql", params={"query": '{ node(id: "x") { id } }'})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert refused.json()["errors"] == [
        {
            "message": "GET does not answer node, which may show a plan; send it by POST.",
            "extensions": {"code": "METHOD_NOT_ALLOWED"},
        }
    ]


async def test_wrong_codes_in_headers_and_in_arguments_are_counted_together(client):
    argument = "{ " + " ".join(f'a{n}: plan(code: "22222-222{n}") {{ id }}' for n in range(22, 42)) + " }"
    assert "errors" in (await ask(client, argument)).json()  # these are no codes: 1 and 0 are none of their letters
    statuses = [(await ask(client, "{ viewer { role } }", X_Plan_Code="22222-22222")).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


CREATE = """mutation Create($institution: ID!) {
  createCourse(input: { institutionId: $institution, code: "MATH 101", title: "Calculus", creditsMin: 3 }) {
    course { code }
    errors { code message }
  }
}"""
INSTITUTIONS = "{ institutions { nodes: edges { node { id } } } courses { totalCount } }"


async def test_an_administrators_mutation_needs_the_token_of_the_settings(client, configuration, database_url):
    await with_institution(database_url)
    before = (await ask(client, INSTITUTIONS)).json()["data"]
    [institution] = [edge["node"]["id"] for edge in before["institutions"]["nodes"]]
    body = {"query": CREATE, "variables": {"institution": institution}}
    for headers in ({}, {"X-Admin-Token": "wrong"}):
        refused = await client.post("/graphql", json=body, headers=headers)
        assert refused.status_code == 401
        assert refused.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (await ask(client, INSTITUTIONS)).json()["data"] == before
    token = configuration.admin_token.get_secret_value()
    done = await client.post("/graphql", json=body, headers={"X-Admin-Token": token})
    assert done.json() == {"data": {"createCourse": {"course": {"code": "MATH 101"}, "errors": []}}}


async def with_institution(url):
    opened = database.Database.open(url, pool_size=1)
    async with opened.writing() as connection:
        await connection.execute(sa.insert(Institution), {"name": "Elm College", "abbreviation": "ELM"})
    await opened.close()


async def plan_with_code(url, secret):
    opened = database.Database.open(url, pool_size=1)
    async with opened.writing() as connection:
        statement = sa.insert(Plan).returning(Plan.id)
        values = {"code_hmac": plan_codes.digest(CODE, secret.encode()), "code_key_id": plan_codes.key_id(secret)}
        plan = (await connection.execute(statement, values)).scalar_one()
    await opened.close()
    return plan


@pytest.mark.parametrize("kind", ["secret_key", "secret_key_previous"])
async def test_a_code_and_a_token_of_either_secret_make_a_plan_holder(client, configuration, database_url, kind):
    secret = getattr(configuration, kind).get_secret_value()
    plan = await plan_with_code(database_url, secret)
    token = plan_tokens.issue(plan, secret, datetime.now(UTC))
    by_code = await ask(client, "{ viewer { role } }", X_Plan_Code="abcde-23456")
    by_token = await ask(client, "{ viewer { role } }", X_Plan_Token=token)
    assert by_code.json() == by_token.json() == {"data": {"viewer": {"role": "PLAN_HOLDER"}}}
    assert (await ask(client, "{ viewer { role } }", X_Plan_Code="ABCDE-23457")).status_code == 401
    assert (await ask(client, "{ viewer { role } }", X_Plan_Token=token + "x")).status_code == 401


async def test_without_its_database_the_application_says_so_quickly(configuration, tmp_path):
    application, client = await started(configuration, f"postgresql://u:p@/x?host={tmp_path}")
    async with application.router.lifespan_context(application), client:
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/api/health")).status_code == 503
        for headers in ({}, {"X_Plan_Code": CODE}):
            response = await ask(client, "{ institutions { totalCount } }", **headers)
            assert response.status_code == 503
            assert response.headers["retry-after"]
            assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
            assert str(tmp_path) not in response.text
