"""`gql-api import …`: files into the database, seen before they are loaded.

Exit status: 0 done (or a preview without errors), 1 the files have errors or were refused, and nothing was loaded,
2 the command, a setting or the database is wrong.
"""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gql_api.ingest import contract, jobs
    from gql_api.settings import Settings

REFUSED = 1
_HELP = "Load catalogs, equivalencies and programs from files: first a preview, then exactly that or nothing."
app = typer.Typer(name="import", help=_HELP, no_args_is_help=True)

Files = Annotated[
    list[Path],
    typer.Argument(help="Files of one kind, read as one; .gz as well.", exists=True, dir_okay=False, readable=True),
]
Institution = Annotated[
    str | None, typer.Option(help="The institution of rows that name none; with --mode replace, the scope.")
]
Preview = Annotated[bool, typer.Option("--preview", help="Show what would be done, and stop.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", "--commit", help="Load without asking.")]
SkipInvalid = Annotated[bool, typer.Option("--skip-invalid", help="Load the good rows of a file that has wrong ones.")]
ModeOption = Annotated[
    str, typer.Option("--mode", help="upsert removes nothing; replace also archives what the files do not list.")
]
Confirm = Annotated[bool, typer.Option("--confirm-removal", help="With replace: archive also what is in use.")]
Report = Annotated[Path | None, typer.Option(help="Write every finding into this CSV file.")]
Placeholders = Annotated[
    list[str] | None, typer.Option("--placeholder", help="A code that is no course; may be given several times.")
]
Term = Annotated[str | None, typer.Option(help="The catalog term of rows that name none, such as “Fall 2025”.")]


@app.command()
def institutions(
    paths: Files,
    *,
    preview: Preview = False,
    yes: Yes = False,
    skip_invalid: SkipInvalid = False,
    report: Report = None,
) -> None:
    """Load colleges and examining bodies with their policies."""
    from gql_api.ingest import institutions

    _run(institutions.Institutions, paths, _options(skip_invalid=skip_invalid), preview=preview, yes=yes, report=report)


@app.command()
def courses(  # noqa: PLR0913 - a command has as many options as it needs
    paths: Files,
    *,
    institution: Institution = None,
    preview: Preview = False,
    yes: Yes = False,
    skip_invalid: SkipInvalid = False,
    mode: ModeOption = "upsert",
    confirm_removal: Confirm = False,
    create_institutions: Annotated[
        bool,
        typer.Option("--create-institutions", help="Create the institutions that do not exist."),
    ] = False,
    placeholder: Placeholders = None,
    report: Report = None,
) -> None:
    """Load the courses of catalogs."""
    from gql_api.ingest import courses

    options = _options(
        institution=institution,
        skip_invalid=skip_invalid,
        mode=mode,
        confirm_removal=confirm_removal,
        create_institutions=create_institutions,
        placeholders=placeholder,
    )
    _run(courses.Courses, paths, options, preview=preview, yes=yes, report=report)


@app.command()
def equivalencies(  # noqa: PLR0913 - the same
    paths: Files,
    *,
    institution: Institution = None,
    preview: Preview = False,
    yes: Yes = False,
    skip_invalid: SkipInvalid = False,
    mode: ModeOption = "upsert",
    confirm_removal: Confirm = False,
    placeholder: Placeholders = None,
    report: Report = None,
) -> None:
    """Load the rules by which courses of one institution count at another."""
    from gql_api.ingest import equivalencies

    options = _options(
        institution=institution,
        skip_invalid=skip_invalid,
        mode=mode,
        confirm_removal=confirm_removal,
        placeholders=placeholder,
    )
    _run(equivalencies.Equivalencies, paths, options, preview=preview, yes=yes, report=report)


@app.command()
def requirements(
    paths: Files,
    *,
    institution: Institution = None,
    term: Term = None,
    preview: Preview = False,
    yes: Yes = False,
    skip_invalid: SkipInvalid = False,
    report: Report = None,
) -> None:
    """Load programs with their requirements from CSV files, in the present or the older layout."""
    from gql_api.ingest import requirements

    options = _options(institution=institution, skip_invalid=skip_invalid, extra={"term": term} if term else {})
    _run(requirements.Requirements, paths, options, preview=preview, yes=yes, report=report)


@app.command()
def constraints(
    paths: Files,
    *,
    institution: Institution = None,
    term: Term = None,
    preview: Preview = False,
    yes: Yes = False,
    skip_invalid: SkipInvalid = False,
    report: Report = None,
) -> None:
    """Load limits and minima of requirements that are stored already."""
    from gql_api.ingest import constraints

    options = _options(institution=institution, skip_invalid=skip_invalid, extra={"term": term} if term else {})
    _run(constraints.Constraints, paths, options, preview=preview, yes=yes, report=report)


@app.command()
def programs(
    paths: Files,
    *,
    institution: Institution = None,
    preview: Preview = False,
    yes: Yes = False,
    skip_invalid: SkipInvalid = False,
    report: Report = None,
) -> None:
    """Load programs with their requirement trees from JSON files."""
    from gql_api.ingest import programs

    options = _options(institution=institution, skip_invalid=skip_invalid)
    _run(programs.Programs, paths, options, preview=preview, yes=yes, report=report)


@app.command()
def plans(
    paths: Files,
    *,
    preview: Preview = False,
    yes: Yes = False,
    skip_invalid: SkipInvalid = False,
    report: Report = None,
) -> None:
    """Load plans and transcripts from JSON files, and print the code of every new plan, once."""
    import secrets

    from gql_api import settings
    from gql_api.cli import import_output
    from gql_api.ingest import plans

    configuration = settings.load()
    made: list[plans.Plans] = []

    def kind() -> plans.Plans:
        made.append(plans.Plans(kept_secret(configuration), secrets.token_bytes))
        return made[-1]

    def loaded() -> None:
        import_output.show_codes(made[-1].loaded)

    options = _options(skip_invalid=skip_invalid)
    _run(kind, paths, options, preview=preview, yes=yes, report=report, loaded=loaded)


def kept_secret(configuration: "Settings") -> str:
    """The server's secret: a code that was made with another one opens nothing."""
    from gql_api import errors
    from gql_api.settings import Profile

    if configuration.profile is Profile.TEST and not os.environ.get("SECRET_KEY"):
        message = "Plan codes are made with the server's SECRET_KEY. Set it; the profile test keeps none of its own."
        raise errors.ConfigurationError(message)
    return configuration.secret_key.get_secret_value()


def _options(
    *,
    institution: str | None = None,
    skip_invalid: bool = False,
    mode: str = "upsert",
    confirm_removal: bool = False,
    create_institutions: bool = False,
    placeholders: list[str] | None = None,
    extra: Mapping[str, str] | None = None,
) -> "contract.Options":
    from gql_api.ingest import contract

    if mode not in {member.value for member in contract.Mode}:
        raise typer.BadParameter("upsert or replace", param_hint="--mode")
    return contract.Options(
        on=datetime.now(tz=UTC).date(),
        actor="command line",
        institution=institution,
        mode=contract.Mode(mode),
        skip_invalid=skip_invalid,
        create_institutions=create_institutions,
        placeholders=frozenset(placeholders or ()),
        confirm_removal=confirm_removal,
        extra=extra or {},
    )


def _run(
    kind: Callable[[], "contract.Kind"],
    paths: list[Path],
    options: "contract.Options",
    *,
    preview: bool,
    yes: bool,
    report: Path | None,
    loaded: Callable[[], None] = lambda: None,
) -> None:
    """Preview, and load where that was asked for or is agreed to; then `loaded` is called, before anything can fail."""
    from gql_api import database, errors, settings
    from gql_api.cli import import_output, server_database
    from gql_api.ingest import files, jobs

    if preview and yes:
        raise typer.BadParameter("--preview and --yes exclude each other", param_hint="--yes")
    sources = [files.of_path(path) for path in paths]
    configuration = settings.load()
    try:
        with server_database.running(configuration) as url:
            server_database.prepare(configuration, url)
            with (
                database.connect(url, application_name="gql_api import") as connection,
                import_output.progress(sources) as progress,
            ):
                first = jobs.load if yes else jobs.preview
                result = first(connection, kind(), sources, options, progress.rows)
                progress.stop()
                if result.is_committed:
                    loaded()
                shown = import_output.Shown(
                    file_names=[source.name for source in sources],
                    is_final=preview or yes,
                    skips_invalid=options.skip_invalid,
                )
                import_output.show(connection, result, shown)
                if report is not None:
                    import_output.write_report(connection, result, report, shown)
                if not (yes or preview) and _is_agreed(result, options):
                    done = jobs.commit(connection, kind(), sources, options, result.job_id)
                    loaded()
                    import_output.say_committed(done)
                elif result.invalid_rows and not result.is_committed:
                    raise typer.Exit(REFUSED)
    except errors.ExpectedError as error:
        typer.echo(f"gql-api: {error.message}", err=True)
        raise typer.Exit(REFUSED) from error


def _is_agreed(result: "jobs.Result", options: "contract.Options") -> bool:
    """Ask whether to load, where there is somebody to ask and something that may be loaded."""
    from gql_api.cli import import_output

    if result.invalid_rows and not options.skip_invalid:
        return False
    if result.changes_nothing:
        return False
    if not import_output.is_terminal():
        import_output.say_preview()
        return False
    return typer.confirm("Load it?")
