"""The real schema over the demo data, executed in process by the engine and by graphql-core.

==========  ==========================================================================================
`demo`      the database's settings, the demo plan's code, and ids of everything in it, by type
`pair`      `pair.run(text, variables, viewer)` answers both executors' results of one operation
==========  ==========================================================================================

Everything runs in one event loop of its own, so that tests may be plain functions, as Hypothesis wants them.
"""

import asyncio
import copy
import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import strawberry
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import ExecutionResult

from gql_api import access, settings
from gql_api.database import Database
from gql_api.schema import context, root
from tests import conftest
from tests.execution import comparing

NOW = datetime.now(UTC)


class NoGuesses:
    """Nobody is throttled."""

    def wait(self) -> int | None:
        return None

    def count(self) -> None:
        pass


@dataclasses.dataclass(frozen=True)
class Demo:
    """What is in the database."""

    url: str
    code: str
    configuration: settings.Settings


@dataclasses.dataclass(frozen=True)
class Pair:
    """Both executors over one database."""

    runner: asyncio.Runner
    database: Database
    configuration: settings.Settings
    engine: strawberry.Schema
    oracle: strawberry.Schema

    def run(
        self, text: str, variables: dict[str, Any] | None = None, viewer: access.Viewer = access.ANONYMOUS
    ) -> tuple[ExecutionResult, ExecutionResult]:
        return (
            self.one(self.engine, text, variables, viewer),
            self.one(self.oracle, text, variables, viewer),
        )

    def one(
        self,
        schema: strawberry.Schema,
        text: str,
        variables: dict[str, Any] | None = None,
        viewer: access.Viewer = access.ANONYMOUS,
    ) -> ExecutionResult:
        return self.runner.run(self._executed(schema, text, variables, viewer))

    async def _executed(
        self, schema: strawberry.Schema, text: str, variables: dict[str, Any] | None, viewer: access.Viewer
    ) -> ExecutionResult:
        request = context.Context(
            database=self.database,
            viewer=viewer,
            settings=self.configuration,
            request_id="request",
            guesses=NoGuesses(),
        )
        request.now = NOW
        try:
            return await comparing.finished(schema.execute(text, variables, context_value=request))
        finally:
            await request.close()


@pytest.fixture(scope="session")
def demo(
    cluster, administration, demo_template, demo_plans, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    configuration = settings.load(
        {
            "GQL_API_PROFILE": "test",
            "GQL_API_HOME": str(tmp_path_factory.mktemp("home")),
            "ADMIN_TOKEN": "administrator-of-the-execution-tests-0123456789",
            "SECRET_KEY": conftest.DEMO_SECRET,
        }
    )
    name = f"execution_{conftest.WORKER or 'only'}"
    with conftest.copied(administration, demo_template, name):
        yield Demo(cluster.url_of(name), demo_plans[0].code, configuration)


@pytest.fixture(scope="session")
def pair(demo: Demo) -> Iterator[Pair]:
    engine = copy.copy(root.schema)
    engine.extensions = (comparing.Prepared,)
    oracle = copy.copy(engine)
    oracle.execution_context_class = StrawberryGraphQLCoreExecutionContext
    with asyncio.Runner() as runner:
        database = Database.open(demo.url, pool_size=2)
        yield Pair(runner, database, demo.configuration, engine, oracle)
        runner.run(database.close())
