"""Structured logs: one JSON object per line in production, readable lines in development, on standard error."""

import logging
import re
import sys
from typing import Literal

import structlog

_QUOTED = re.compile(
    r"DETAIL: .*?(?=\n\[SQL:|\nCONTEXT:|\n\nThe above|\n\nDuring|\Z)|\[parameters: .*?\](?=\n\(Background|\n\n|\Z)",
    re.DOTALL,
)
Level = Literal["debug", "info", "warning", "error"]


def configure(level: Level, form: Literal["json", "console"]) -> None:
    """Send structlog's and the standard library's records through the same processors."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,  # first: what is not wanted costs nothing more
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_last(form)))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    silence_strawberry()


def are_told(logger: logging.Logger, level: int) -> bool:
    """Whether a record of structlog's would be written; asked first where one is made for every request."""
    processors = structlog.get_config()["processors"]
    return processors[0] is not structlog.stdlib.filter_by_level or logger.isEnabledFor(level)


def silence_strawberry() -> None:
    """Keep Strawberry from logging every error with its message: the endpoint logs defects itself, and only those."""
    logging.getLogger("strawberry.execution").disabled = True


def without_values(_: object, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Take out of a traceback what PostgreSQL and SQLAlchemy quote from rows and parameters: people's data."""
    if "exception" in event:
        event["exception"] = _QUOTED.sub("[values left out]", event["exception"])
    return event


def _last(form: Literal["json", "console"]) -> list[structlog.types.Processor]:
    exceptions: list[structlog.types.Processor] = [structlog.processors.format_exc_info, without_values]
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if form == "json":
        return [remove, *exceptions, structlog.processors.JSONRenderer()]
    plain = structlog.dev.plain_traceback
    return [remove, *exceptions, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
