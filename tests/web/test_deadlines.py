"""What runs too long is cut off; what others cancel, and what is in time, is left as it is."""

import asyncio

import pytest

from gql_api.web import deadlines

pytestmark = pytest.mark.anyio


async def _forever() -> None:
    await asyncio.get_running_loop().create_future()


async def test_what_runs_too_long_is_cut_off_with_a_timeout_error():
    limit = deadlines.Deadlines(0.01)
    with pytest.raises(TimeoutError), limit.within():
        await _forever()
    assert asyncio.current_task().cancelling() == 0


async def test_every_one_of_many_that_run_too_long_is_cut_off_also_those_that_began_later():
    limit = deadlines.Deadlines(0.01)

    async def late(began_after: float) -> str:
        await asyncio.sleep(began_after)
        try:
            with limit.within():
                await _forever()
        except TimeoutError:
            return "late"
        return "in time"

    assert await asyncio.gather(*[late(number / 1000) for number in range(30)]) == ["late"] * 30


async def test_what_ends_in_time_is_not_cut_off_afterwards():
    limit = deadlines.Deadlines(0.01)
    with limit.within():
        assert asyncio.current_task().cancelling() == 0
    with pytest.raises(TimeoutError), limit.within():
        await _forever()
    assert asyncio.current_task().cancelling() == 0


async def test_a_task_that_somebody_else_cancels_stays_cancelled():
    limit = deadlines.Deadlines(60)

    async def run() -> None:
        with limit.within():
            await _forever()

    task = asyncio.create_task(run())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


def test_each_event_loop_has_its_own_timer():
    limit = deadlines.Deadlines(0.01)

    async def late() -> None:
        with limit.within():
            await _forever()

    for _ in range(2):
        with pytest.raises(TimeoutError):
            asyncio.run(late())
