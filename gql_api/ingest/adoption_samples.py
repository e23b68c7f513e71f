"""Some plans read once more from the file itself, in Python alone, and compared with what is stored."""

from collections.abc import Sequence
from decimal import Decimal
from typing import LiteralString

import psycopg

from gql_api.ingest import adoption_checks, adoption_codes, adoption_sqlite, adoption_values, adoption_words

SAMPLES = 200
"""Plans that are compared, spread over the file; of a smaller file all."""
_STORED: LiteralString = """
SELECT place.old_id, CASE WHEN NOT made.is_new THEN plan.code_hmac END,
    coalesce(array_agg(coalesce(course.code_key, entry.unlisted_code, '') || '|' ||
        coalesce(trim_scale(entry.credits)::text, '')) FILTER (WHERE entry.id IS NOT NULL), '{}')
FROM adoption.plan_ids AS place
JOIN adoption.plan_codes AS made USING (old_id)
JOIN plans AS plan ON plan.id = place.plan_id
LEFT JOIN planned_courses AS entry ON entry.plan_id = plan.id
LEFT JOIN courses AS course ON course.id = entry.course_id
WHERE place.is_new AND place.old_id = ANY (%s) GROUP BY place.old_id, made.is_new, plan.code_hmac
"""


def check(
    connection: psycopg.Connection, old: adoption_sqlite.OldDatabase, keys: adoption_codes.Keys
) -> adoption_checks.Check:
    """Whether the old code of each sampled plan opens it, and finds its courses with their credits."""
    chosen = old.spread("plans", "plan_code", SAMPLES)
    entries = old.plan_lists(sorted(chosen))
    compared = wrong = 0
    for id, digest, lines in connection.execute(_STORED, (list(chosen),)).fetchall():
        compared += 1
        is_opened = digest is None or keys.seal(chosen[id] or "").startswith(f"{adoption_codes.PREFIX}{digest.hex()}")
        wrong += not (is_opened and _are_same(lines, entries.get(id, [])))
    return adoption_checks.Check("plans: sampled, read once more from the file", str(compared), str(compared - wrong))


def _are_same(lines: Sequence[str], entries: Sequence[tuple[str | None, str | None]]) -> bool:
    """Whether every entry (code, credits) has its line, and every line its entry."""
    remaining = list(lines)
    for code, credits in entries:
        said = None if credits is None else adoption_values.amount(credits)
        amount = "" if said is None else str(Decimal(said))
        key = adoption_words.meaning(adoption_words.COURSE_CODE, code or "")
        line = next((one for one in (f"{key}|{amount}", f"{(code or '')[:120]}|") if one in remaining), None)
        if line is None:
            return False
        remaining.remove(line)
    return not remaining
