"""What the speed of audits is measured on: made from numbers alone, so that every run has the same."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from benchmarks import audit_biology, audit_trees
from gql_api.domain import articulation_rules, audits, best_fit, courses, entries, requirements, statuses
from gql_api.reads import audits as inputs

SUBJECTS = ("BIO", "CHEM", "HIST", "MATH", "PHYS", "PSYC", "ART", "ECON")
NESTED_NODES, NESTED_COURSES = 150, 60
DEEPEST = 4
Kind = requirements.ConstraintKind
Node = requirements.Requirement
Status = statuses.PlannedStatus
_STATUSES = (*[Status.COMPLETED] * 6, Status.IN_PROGRESS, *[Status.PLANNED] * 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One audit to be made."""

    tree: requirements.ProgramTree
    plan: tuple[entries.PlannedEntry, ...]
    possibilities: articulation_rules.Possibilities
    constraints: tuple[requirements.Constraint, ...] = ()

    def audit(self) -> audits.Audit:
        """The answer, in three views."""
        return audits.audit(self.tree, self.plan, self.possibilities, on=audit_trees.ON, constraints=self.constraints)


def ordinary() -> Question:
    """A Biology B.S. and a plan of forty courses."""
    return Question(tree=audit_biology.tree(), plan=audit_biology.plan(), possibilities=audit_biology.possibilities())


def nested(count: int) -> Iterator[Question]:
    """Nested programs of 150 nodes, each with a plan of 60 courses."""
    for seed in range(count):
        yield _Maker(seed, courses_each=24).question(_nested, NESTED_COURSES)


def overlapping(count: int) -> Iterator[Question]:
    """Requirements that all want the same few courses of unlike credits, in choices, with caps."""
    for seed in range(count):
        yield _Maker(seed, courses_each=5).question(_overlapping, 26)


def hard(count: int) -> Iterator[Question]:
    """Small programs with everything at once: overlaps, credits, maxima, choices, sharing, constraints."""
    for seed in range(count):
        yield _Maker(10_000 + seed, courses_each=6).question(_hard, 36)


def offers(count: int) -> list[best_fit.Offer]:
    """Programs that one plan, that of the first, is to be ranked against."""
    first = _Maker(0, courses_each=24)
    plan = first.plan(NESTED_COURSES)
    return [
        best_fit.Offer(
            program_id=number,
            name=f"Program {number}",
            given=inputs.AuditInput(
                plan_id=1,
                tree=_Maker(number, courses_each=24).tree(_small),
                entries=plan,
                possibilities=audit_trees.POSSIBILITIES,
            ),
        )
        for number in range(1, count + 1)
    ]


class _Maker:
    """One random program with its catalog and plan."""

    def __init__(self, seed: int, courses_each: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same programs in every run, no secret
        catalog, credits = audit_trees.Catalog(), random.Random(0)  # noqa: S311 - one catalog for all
        for subject in SUBJECTS:
            for place in range(courses_each):
                code = f"{subject} {(place % 4 + 1) * 100 + place}"
                catalog.add(code, Decimal(credits.choice([1, 2, 3, 3, 3, 4, 4, 5])), _tags(place))
        self.courses = catalog.everything()
        self.named: set[int] = set()
        self.nodes = 0

    def question(self, shape: "Shape", taken: int) -> Question:
        """A program of a shape, and a plan of so many courses."""
        tree = self.tree(shape)
        return Question(tree=tree, plan=self.plan(taken), possibilities=audit_trees.POSSIBILITIES)

    def tree(self, shape: "Shape") -> requirements.ProgramTree:
        """A program of a shape."""
        placed = tuple(_with(node, position=place) for place, node in enumerate(shape(self), 1))
        return requirements.ProgramTree(version_id=1, institution_id=audit_trees.HERE, requirements=placed)

    def plan(self, taken: int) -> tuple[entries.PlannedEntry, ...]:
        """So many different courses, three of four of them named: six of ten completed, one running, three planned."""
        named, others = (
            [one for one in self.courses if (one.id in self.named) is is_named] for is_named in (True, False)
        )
        chosen = self.chance.sample(named, min(3 * taken // 4, len(named)))
        chosen += self.chance.sample(others, min(taken - len(chosen), len(others)))
        return tuple(
            entries.PlannedEntry(id=number, course=course, status=_STATUSES[number % len(_STATUSES)])
            for number, course in enumerate(chosen, 1)
        )

    def node(self, *, options: tuple[requirements.Option, ...] = (), **values: object) -> Node:
        """A node with a key of its own."""
        self.nodes += 1
        self.named |= {one.course_id for one in options if isinstance(one, requirements.CourseOption) and one.course_id}
        return _with(
            Node(key=f"n{self.nodes}", name=f"Requirement {self.nodes}", position=self.nodes), options=options, **values
        )

    def options(self, least: int, most: int) -> tuple[requirements.Option, ...]:
        """Some named courses."""
        chosen = self.chance.sample(self.courses, self.chance.randint(least, most))
        return tuple(_option(course) for course in sorted(chosen, key=lambda course: course.id))

    def group(self, children: Sequence[Node], **values: object) -> Node:
        """A node with children, of which it needs all or some, as long as nothing else is said."""
        needed = self.chance.choice([None, None, self.chance.randint(1, len(children))])
        return self.node(children=tuple(children), **{"min_children": needed, **values})


Shape = Callable[[_Maker], list[Node]]
"""What makes the top-level requirements of a program."""


def _with(node: Node, **values: object) -> Node:
    return Node(**{**{name: getattr(node, name) for name in node.__slots__}, **values})


def _tags(place: int) -> frozenset[str]:
    return frozenset(name for name, every in (("lab", 3), ("writing", 5)) if place % every == 0)


def _option(course: courses.Course) -> requirements.CourseOption:
    return requirements.CourseOption(course_id=course.id, code=course.code, institution_id=course.institution_id)


def _leaf(maker: _Maker) -> Node:
    chance = maker.chance
    if chance.random() < 0.15:  # noqa: PLR2004 - now and then a pattern
        pattern = requirements.PatternOption(subject=chance.choice(SUBJECTS), level_from=chance.choice([1000, 2000]))
        return maker.node(options=(pattern,), min_credits=Decimal(chance.choice([3, 6, 9])))
    if chance.random() < 0.2:  # noqa: PLR2004 - now and then credits
        return maker.node(options=maker.options(4, 9), min_credits=Decimal(chance.choice([4, 6, 8])))
    return maker.node(options=maker.options(1, 6), min_courses=chance.choice([1, 1, 1, 2]))


def _part(maker: _Maker, depth: int) -> Node:
    if depth == 0 or maker.chance.random() < 0.3:  # noqa: PLR2004 - leaves at every depth
        return _leaf(maker)
    parts = [_part(maker, depth - 1) for _ in range(maker.chance.randint(2, 5))]
    beneath = Decimal(maker.chance.choice([6, 8])) if maker.chance.random() < 0.1 else None  # noqa: PLR2004 - seldom
    return maker.group(parts, min_credits_beneath=beneath)


def _nested(maker: _Maker) -> list[Node]:
    """Top-level requirements as real programs have them, until there are 150 nodes.

    Each names courses of an area of its own, a few of which other areas name too; some ask for credits, and some
    for anything of a subject.
    """
    found: list[Node] = []
    while maker.nodes < NESTED_NODES:
        area = maker.chance.sample(maker.courses, 14)
        found.append(_area(maker, area, DEEPEST - 2))
    return found


def _area(maker: _Maker, area: Sequence[courses.Course], depth: int) -> Node:
    """A requirement about some courses: all of them, any, so many, or so many credits."""
    chance = maker.chance
    size = chance.randint(2, 6)
    parts = [
        _named(maker, area) if depth == 0 or chance.random() < _FLAT else _area(maker, area, depth - 1)
        for _ in range(size)
    ]
    match chance.randrange(8):
        case 0:
            parts.append(maker.node(options=(_anything(maker),), min_courses=1))
            return maker.node(children=tuple(parts), min_children=chance.randint(1, size))
        case 1:
            return maker.node(children=tuple(parts), min_children=0, min_credits_beneath=Decimal(chance.randint(4, 8)))
        case 2 | 3 | 4:
            return maker.node(children=tuple(parts), min_children=chance.randint(1, size))
        case _:
            return maker.node(children=tuple(parts))


_FLAT = 0.75
"""How many parts of a requirement are single courses."""


def _named(maker: _Maker, area: Sequence[courses.Course]) -> Node:
    return maker.node(options=(_option(maker.chance.choice(area)),), min_courses=1)


def _anything(maker: _Maker) -> requirements.PatternOption:
    return requirements.PatternOption(
        subject=maker.chance.choice(SUBJECTS), level_from=maker.chance.choice([1000, 2000, 3000])
    )


def _small(maker: _Maker) -> list[Node]:
    return [_part(maker, 2) for _ in range(6)]


def _overlapping(maker: _Maker) -> list[Node]:
    """Windows onto the same courses, each asking for credits that few combinations make up exactly."""
    names = [_option(course) for course in maker.courses]
    found: list[Node] = []
    for start in range(0, len(names), 4):
        window = tuple((names * 2)[start : start + 12])
        amount = Decimal(maker.chance.choice([7, 9, 11]))
        exact = maker.node(options=window, min_credits=amount, max_credits=amount)
        other = maker.node(options=window[::2], min_courses=2, max_courses=3)
        found.append(maker.group([exact, other], min_children=1) if start % 8 else exact)
    return found


def _hard(maker: _Maker) -> list[Node]:
    chance, found = maker.chance, list[Node]()
    for _ in range(chance.randint(6, 12)):
        match chance.randrange(5):
            case 0:
                found.append(maker.node(options=maker.options(6, 14), min_credits=Decimal(chance.randint(5, 11))))
            case 1:
                amount = Decimal(chance.randint(6, 10))
                found.append(maker.node(options=maker.options(6, 12), min_credits=amount, max_credits=amount + 1))
            case 2:
                found.append(maker.node(options=maker.options(4, 10), min_courses=chance.randint(2, 4)))
            case 3:
                found.append(maker.group([_leaf(maker) for _ in range(chance.randint(2, 4))]))
            case _:
                found.append(maker.node(options=maker.options(8, 14), min_courses=3, constraints=(_constraint(maker),)))
    if chance.random() < 0.3:  # noqa: PLR2004 - some share
        share = requirements.Share(with_key=found[1].key, max_courses=1)
        found[0] = _with(found[0], share_with=(share,))
    return found


def _constraint(maker: _Maker) -> requirements.Constraint:
    chance = maker.chance
    return chance.choice(
        [
            requirements.Constraint(kind=Kind.MIN_COURSES_WITH_ATTRIBUTE, courses=1, attribute="lab"),
            requirements.Constraint(kind=Kind.MIN_CREDITS_AT_LEVEL, credits=Decimal(5), level=3000),
            requirements.Constraint(kind=Kind.MIN_DISTINCT_SUBJECTS, subjects=3),
            requirements.Constraint(kind=Kind.MAX_CREDITS_PER_SUBJECT, credits=Decimal(6)),
        ]
    )
