"""Limits of a request; those of its document are in `schema.guard`. `docs/http.md` has every number."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large and how slow a request may be."""

    body_bytes: int = 262_144
    """The largest body; more is answered with 413."""
    body_seconds: float = 10.0
    """How long the body may take to arrive (408)."""
    seconds: float = 10.0
    """How long an operation may run (504)."""
    cached_characters: int = 500_000
    """How much text of validated documents is kept parsed; a parsed document weighs some hundred times its text."""


LIMITS = Limits()
