"""What the audit benchmark prints: agreement, steadiness, time, proof; and what of it is a failure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks import audit_health, audit_runs

P95_MILLISECONDS = 25.0
MOST_SHOWN = 20
"""Cases of one kind that are named; the others are counted."""
Run = audit_runs.Run


@dataclass(slots=True, kw_only=True)
class Found:
    """What is known so far: of the cases and the programs each in order, and which cases another hash seed changes."""

    orders: int
    runs: list[Run] = field(default_factory=list[Run])
    programs: list[audit_health.Diagnosis] = field(default_factory=list[audit_health.Diagnosis])
    unsteady: list[bool] = field(default_factory=list[bool])

    @property
    def differing(self) -> list[int]:
        """The numbers of the cases whose audits come out differently under another hash seed."""
        return [number for number, is_other in enumerate(self.unsteady) if is_other]

    @property
    def failures(self) -> int:
        """How many cases and programs are not as they must be."""
        wrong = {number for number, one in enumerate(self.runs) if is_wrong(one)}
        return len(wrong | set(self.differing)) + sum(one.problem is not None for one in self.programs)


def is_wrong(run: Run) -> bool:
    """Whether anything about a case is not as it must be."""
    checked = run.certificate
    is_proved = checked is None or (checked.is_accepted and not checked.believed)
    return bool(run.disagreements) or not run.is_steady or not is_proved


def of_cases(found: Found) -> Iterator[str]:
    """The sections about the cases."""
    runs = found.runs
    if runs:
        yield from (f"answers of {len(runs):,} cases", *agreement(runs))
        yield from ("the same input, the same bytes", *steadiness(runs, found.orders)) if found.orders else ()
        yield from ("time", *times(runs))
        yield from ("proof", *proofs(runs))


def of_programs(found: Found) -> Iterator[str]:
    """The section about the programs."""
    if found.programs:
        yield from ("program health", *health(found.programs))


def of_seeds(found: Found) -> Iterator[str]:
    """The section about another hash seed."""
    if compared := len(found.unsteady):
        yield "the same input under another hash seed"
        yield f"  {compared - len(found.differing):>6,} of {compared:,} the same bytes"
        ids = (found.runs[number].id for number in found.differing)
        yield from _first(f"  UNSTEADY {id}: another hash seed gives another" for id in ids)


def agreement(runs: Sequence[Run]) -> Iterator[str]:
    """How many answers are the proven ones."""
    for name, pairs in (
        ("top-level requirements met", [(one.met, one.expected.top_level_met) for one in runs]),
        ("all met", [(one.is_met, one.expected.all_met) for one in runs]),
        ("fewest courses used", [(one.used, one.expected.courses_used) for one in runs]),
    ):
        compared = [(ours, proven) for ours, proven in pairs if ours is not None and proven is not None]
        agreeing = sum(ours == proven for ours, proven in compared)
        yield f"  {agreeing:>6,} of {len(compared):,} agree on {name}"
    yield from _first(f"  DIFFERS {one.id}: {said}" for one in runs for said in one.disagreements)


def _first(lines: Iterable[str]) -> Iterator[str]:
    """The first lines, and how many more there are."""
    every = list(lines)
    yield from every[:MOST_SHOWN]
    if len(every) > MOST_SHOWN:
        yield f"  … and {len(every) - MOST_SHOWN:,} more"


def steadiness(runs: Sequence[Run], orders: int) -> Iterator[str]:
    """Whether the same input gives the same bytes."""
    steady = sum(one.is_steady for one in runs)
    yield f"  {steady:>6,} of {len(runs):,} the same in {orders} other orders of courses, requirements and options"
    yield from _first(f"  UNSTEADY {one.id}: another order gives another" for one in runs if not one.is_steady)


def times(runs: Sequence[Run]) -> Iterator[str]:
    """The spread of the CPU milliseconds."""
    yield f"  {'CPU milliseconds':<42}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}"
    for name, seconds in (
        ("one view (everything completed)", [one.seconds for one in runs]),
        ("three views (a third running or planned)", [one.seconds_of_three for one in runs]),
    ):
        spread = quantiles([1_000 * one for one in seconds])
        yield f"  {name:<42}" + "".join(f"{one:>9.1f}" for one in spread)
    p95 = quantiles([1_000 * one.seconds_of_three for one in runs])[1]
    verdict = "met" if p95 <= P95_MILLISECONDS else "NOT MET"
    yield f"  {verdict:<12}p95 of all three views: {p95:.1f} ms, at most {P95_MILLISECONDS:.0f}"


def quantiles(values: Sequence[float]) -> tuple[float, float, float, float]:
    """The p50, p95, p99 and the greatest of them: each a value that was measured."""
    ordered = sorted(values)
    last = len(ordered) - 1
    p50, p95, p99, most = (ordered[round(share * last)] for share in (0.5, 0.95, 0.99, 1.0))
    return p50, p95, p99, most


def proofs(runs: Sequence[Run]) -> Iterator[str]:
    """By which method, and whether the checker believed it."""
    components = Counter[str]()
    for one in runs:
        components.update(one.methods)
    hardest = Counter(one.hardest for one in runs)
    parts = sum(components.values())
    for method in audit_runs.Method:
        name = method.name
        share, cases = components[name] / max(parts, 1), hardest[name] / len(runs)
        yield f"  {name:<12}{share:>7.1%} of {parts:,} components; the hardest method of {cases:.1%} of the cases"
    bounded = [one for one in runs if one.bounds]
    yield f"  {len(bounded):>6,} cases reached a bound of the work, so that nothing is proven"
    yield from _first(f"  UNPROVEN {one.id}: {one.bounds[0]}" for one in bounded)
    checked = [one.certificate for one in runs if one.certificate is not None]
    if checked:
        claims = Counter(one.claim for one in checked)
        said = ", ".join(f"{many:,} {claim}" for claim, many in sorted(claims.items()))
        accepted = sum(one.is_accepted for one in checked)
        altered, believed = sum(one.altered for one in checked), sum(len(one.believed) for one in checked)
        yield f"  {accepted:>6,} of {len(checked):,} certificates accepted ({said})"
        yield f"  {altered - believed:>6,} of {altered:,} altered certificates refused"
    certified = [(one.id, one.certificate) for one in runs if one.certificate is not None]
    yield from _first(f"  REFUSED {id}: {one.reason}" for id, one in certified if not one.is_accepted)
    yield from _first(f"  BELIEVED {id}: {name}" for id, one in certified for name in one.believed)


def health(found: Sequence[audit_health.Diagnosis]) -> Iterator[str]:
    """Which programs nobody can finish."""
    known = [one for one in found if one.is_satisfiable is not None]
    right = sum(one.is_satisfiable == one.is_found_satisfiable for one in known)
    conflicts = [size for one in found for size in one.sizes]
    unsatisfiable = sum(not one.is_found_satisfiable for one in found)
    yield f"  {right:>6,} of {len(known):,} programs diagnosed as proven; {unsatisfiable:,} cannot be finished"
    if conflicts:
        sizes = ", ".join(f"{size}: {many:,}" for size, many in sorted(Counter(conflicts).items()))
        yield f"  {len(conflicts):>6,} conflicts, by the requirements that each names: {sizes}"
    p50, p95, _, most = quantiles([1_000 * one.seconds for one in found])
    yield f"  CPU milliseconds a program: p50 {p50:.1f}, p95 {p95:.1f}, max {most:.1f}"
    yield from _first(f"  WRONG {one.id}: {one.problem}" for one in found if one.problem is not None)
