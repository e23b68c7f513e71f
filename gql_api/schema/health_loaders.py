"""The edges of program health: a part of `schema/loaders.py`."""

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Literal, TypeAlias, TypeVar

from strawberry.dataloader import DataLoader

from gql_api.domain import health
from gql_api.reads import health as health_inputs
from gql_api.reads import impasses, programs, requirement_trees
from gql_api.schema import execution, matching
from gql_api.schema.audited import Audited

Findings: TypeAlias = tuple[health.Finding, ...]
Settled: TypeAlias = Literal["settled"]
"""Instead of an audit: nothing has to be looked at, since nothing is open."""
SETTLED: Settled = "settled"
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class HealthLoaders(matching.MatchLoaders):
    """What the loaders of one request know of program health."""

    @abstractmethod
    def _of(self, batch: Callable[[Any, Sequence[K]], Awaitable[Sequence[V]]]) -> DataLoader[K, V]:
        """The loader of a batch function."""

    @execution.Once
    def health_input(self) -> DataLoader[int, health_inputs.HealthInput | None]:
        """What health looks at, of a version; none for an unknown one."""
        return self._of(health_inputs.of_versions)

    @execution.Once
    def health(self) -> DataLoader[int, Findings | None]:
        """What is wrong with a version as of today; none for an unknown one.

        It is worked out in a thread: it must not hold up the loop.
        """

        async def load(version_ids: list[int]) -> list[Findings | None]:
            found = await self.health_input.load_many(version_ids)
            return await asyncio.to_thread(lambda: [one and one.findings(self._today) for one in found])

        return execution.Loader(load)

    @execution.Once
    def health_of_program(self) -> DataLoader[int, tuple[int, Findings] | None]:
        """The current version of a program, and what is wrong with it; none where nothing is published."""
        current_version = self._of(programs.current_versions)

        async def load(program_ids: list[int]) -> list[tuple[int, Findings] | None]:
            current = await current_version.load_many(program_ids)
            known = [None if version is None else version.id for version in current]
            ids = sorted({id for id in known if id is not None})
            found = dict(zip(ids, await self.health.load_many(ids), strict=True))
            return [None if id is None else (id, found[id] or ()) for id in known]

        return execution.Loader(load)

    @execution.Once
    def impasses(self) -> DataLoader[Audited | Settled, impasses.Impasses]:
        """What nobody can meet in the version of an audit as it is published; nothing is read for `SETTLED`."""

        async def load(keys: list[Audited | Settled]) -> list[impasses.Impasses]:
            given = {one.audit.version_id: one.given for one in keys if not isinstance(one, str)}
            versions = [
                requirement_trees.VersionRules(tree=one.tree, constraints=one.constraints) for one in given.values()
            ]
            known = await impasses.of_rules(self.session(), versions, on=self._today) if versions else []
            found = dict(zip(given, known, strict=True))
            return [impasses.Impasses() if isinstance(one, str) else found[one.audit.version_id] for one in keys]

        return execution.Loader(load)
