"""`importer`: files of a few lines into a database of the test's own, and what became of them."""

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest

from gql_api import database
from gql_api.ingest import contract, courses, equivalencies, files, institutions, jobs
from gql_api.reads import imports

TODAY = date(2025, 11, 24)
KINDS = {
    "institutions": institutions.Institutions,
    "courses": courses.Courses,
    "equivalencies": equivalencies.Equivalencies,
}


class Importer:
    """Runs imports on one connection; `kind` is the name of a kind."""

    def __init__(self, connection: psycopg.Connection, url: str) -> None:
        self.connection = connection
        self.url = url

    def load(self, kind, *contents, **options):
        return jobs.load(self.connection, KINDS[kind](), sources(*contents), self.options(**options))

    def preview(self, kind, *contents, **options):
        return jobs.preview(self.connection, KINDS[kind](), sources(*contents), self.options(**options))

    def commit(self, kind, job_id, *contents, **options):
        return jobs.commit(self.connection, KINDS[kind](), sources(*contents), self.options(**options), job_id)

    def options(self, **options):
        """Most tests are about something else than institutions, which courses create here unless a test says no."""
        return contract.Options(**({"on": TODAY, "actor": "test", "create_institutions": True} | options))

    def findings(self, result):
        """Each finding as (severity, row, column, message)."""
        with self.connection.transaction():
            found = list(imports.findings(self.connection, result.job_id))
        return [(each.severity, each.row_number, each.column_name, each.message) for each in found]

    def rows(self, query, *parameters):
        with self.connection.transaction():
            return self.connection.execute(query, parameters or None).fetchall()

    def value(self, query, *parameters):
        return self.rows(query, *parameters)[0][0]

    def everything(self):
        """What a refused import must leave as it was: every row of every table that an import writes."""
        tables = (
            "institutions institution_aliases courses course_aliases equivalencies equivalency_sources "
            "equivalency_awards choice_sets audit_log"
        )
        return {table: self.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables.split()}  # noqa: S608 - the names above


def sources(*contents):
    """Files named a.csv, b.csv … of texts, bytes or paths."""
    names = (f"{letter}.csv" for letter in "abcdefgh")
    return [
        files.of_bytes(name, content.encode() if isinstance(content, str) else content)
        if isinstance(content, str | bytes)
        else files.of_path(content)
        for name, content in zip(names, contents, strict=False)
    ]


@pytest.fixture
def importer(database_url: str) -> Iterator[Importer]:
    with database.connect(database_url) as connection:
        yield Importer(connection, database_url)
