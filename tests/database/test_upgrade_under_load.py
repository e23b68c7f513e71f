"""The database is migrated while the server reads and writes, and nobody notices."""

import asyncio
import itertools
import shutil
from pathlib import Path

import httpx
import psycopg
import pytest
from alembic.config import Config

from alembic import command
from gql_api import database, settings
from gql_api.web import app

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
ADMIN = "administrator-of-the-upgrade-tests-0123456789"
TRIAL = '''
"""A column, a check, an index and a key, in the ways of docs/operations.md."""

import sqlalchemy as sa

from alembic import op

revision = "trial"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("courses", sa.Column("grown", sa.Integer(), server_default="0"))
    op.execute("ALTER TABLE courses ADD CONSTRAINT ck_courses_grown CHECK (grown >= 0) NOT VALID")
    with op.get_context().autocommit_block():
        op.create_index("ix_courses_grown", "courses", ["grown"], postgresql_concurrently=True, if_not_exists=True)
        op.execute("ALTER TABLE courses VALIDATE CONSTRAINT ck_courses_grown")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_courses_grown", "courses", postgresql_concurrently=True, if_exists=True)
    op.drop_column("courses", "grown")
'''
READ = """
query ($after: String) { courses(first: 20, after: $after, orderBy: TITLE) {
  nodes { code institution { name } equivalencies(first: 2) { nodes { id } } } pageInfo { endCursor }
} }
"""
WRITE = """
mutation ($input: CreateCourseInput!) { createCourse(input: $input) { course { id } errors { message } } }
"""


@pytest.fixture
def scripts(tmp_path, demo_database_url):
    """The migrations with one more, for the database."""
    folder = tmp_path / "alembic"
    shutil.copytree(ROOT / "alembic", folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "trial.py").write_text(TRIAL.format(head=database.head_revision()))
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = database.normalised_url(demo_database_url)
    return config


@pytest.fixture
async def client(tmp_path, demo_database_url, anyio_backend):
    configuration = settings.load(
        {
            "GQL_API_PROFILE": "test",
            "GQL_API_HOME": str(tmp_path),
            "ADMIN_TOKEN": ADMIN,
            "SECRET_KEY": "secret-key-of-the-upgrade-tests-9876543210",
        }
    )
    application = app.create(configuration, demo_database_url)
    transport = httpx.ASGITransport(app=application)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url="http://server") as http,
    ):
        yield http


class Load:
    """Readers and writers that go on until they are stopped."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.stopped = asyncio.Event()
        self.answered: asyncio.Queue[None] = asyncio.Queue()
        self.failures: list[object] = []
        self.created: list[str] = []

    async def ask(self, query: str, variables: dict) -> dict:
        response = await self.client.post(
            "/graphql", json={"query": query, "variables": variables}, headers={"X-Admin-Token": ADMIN}
        )
        answer = response.json()
        is_good = response.status_code == 200 and "errors" not in answer
        self.answered.put_nowait(None)
        if not is_good:
            self.failures.append(answer)
        return answer

    async def read(self) -> None:
        after = None
        while not self.stopped.is_set():
            answer = await self.ask(READ, {"after": after})
            after = answer["data"]["courses"]["pageInfo"]["endCursor"] if "data" in answer else None

    async def write(self, name: str, institution: str) -> None:
        for number in itertools.count(1):
            if self.stopped.is_set():
                return
            given = {"institutionId": institution, "code": f"{name} {number}", "title": "Written meanwhile"}
            answer = await self.ask(WRITE, {"input": given})
            made = answer.get("data", {}).get("createCourse") or {"course": None, "errors": answer}
            self.failures.extend([made["errors"]] if made["errors"] else [])
            self.created.extend([given["code"]] if made["course"] else [])


async def test_an_upgrade_and_its_way_back_disturb_no_reader_and_no_writer(client, scripts, demo_database_url):
    found = await client.post("/graphql", json={"query": '{ institution(abbreviation: "HPCC") { id } }'})
    institution = found.json()["data"]["institution"]["id"]
    load = Load(client)
    work = [load.read(), load.read(), load.write("ZA", institution), load.write("ZB", institution)]
    running = [asyncio.create_task(one) for one in work]

    for _ in range(3):
        for step, revision in ((command.upgrade, "trial"), (command.downgrade, database.head_revision())):
            await asyncio.to_thread(step, scripts, revision)
            for _ in range(20):
                await load.answered.get()
    load.stopped.set()
    await asyncio.gather(*running)

    with psycopg.connect(demo_database_url.replace("+psycopg", "")) as connection:
        kept = connection.execute("SELECT code FROM courses WHERE title = 'Written meanwhile'").fetchall()
    assert load.failures == []
    assert sorted(code for (code,) in kept) == sorted(load.created)
    assert len(load.created) > 20
