"""The loaders of a request: what they read is let go when it ends, by nobody's collecting."""

import gc
import weakref
from datetime import date

import pytest

from gql_api import access
from gql_api.schema import execution, loaders

TODAY = date(2026, 1, 1)


class Lender:
    viewer = access.ANONYMOUS
    fields = None

    def session(self):
        raise NotImplementedError

    reading = session


@pytest.fixture
def uncollected():
    gc.disable()
    yield
    gc.enable()


def test_a_request_that_ended_keeps_nothing_that_it_read(uncollected):
    held = loaders.Loaders(Lender(), TODAY)
    every = [pair for kind in loaders.Loaders.__mro__ for pair in vars(kind).items()]
    names = [name for name, one in every if type(one) is execution.Once]
    made = [weakref.ref(getattr(held, name)) for name in names]

    held.forget()

    assert len(names) > 20
    assert [name for name, one in zip(names, made, strict=True) if one() is not None] == []


def test_loaders_work_on_after_they_forgot():
    held = loaders.Loaders(Lender(), TODAY)
    execution.prime(held.course, {1: None})

    held.forget()

    assert execution.known(held.course) == {}
    assert held._today == TODAY
