"""Domain values in few words, for tests: `course("MATH 101")`, `took("MATH 101", "B")`, `pool("A", "MATH 101")`."""

import itertools
from datetime import date
from decimal import Decimal

from gql_api.domain import (
    articulation_rules,
    audits,
    codes,
    courses,
    entries,
    equivalencies,
    grades,
    requirements,
    statuses,
    terms,
)

HERE, THERE = 1, 2
ON = date(2025, 6, 1)
FALL = terms.Term(year=2026, season=terms.Season.FALL)
_ids: dict[tuple[int, str], int] = {}
_numbers = itertools.count(1)


def id_of(code, at=HERE):
    """The id of a course, the same in every test of a run."""
    return _ids.setdefault((at, code), 1000 * at + len(_ids) + 1)


def course(code, at=HERE, credits=3, same=(), most=None, **values):
    """A course; `same` are the codes of its cross-listed sisters."""
    listings = tuple(listing(one) for one in (code, *same))
    return courses.Course(
        id=id_of(code, at),
        institution_id=at,
        code=code,
        listings=listings,
        credits_min=None if credits is None else Decimal(str(credits)),
        credits_max=None if credits is None else Decimal(str(most or credits)),
        same_ids=frozenset(id_of(one, at) for one in (code, *same)),
        **values,
    )


def listing(code):
    parsed = codes.parse(code)
    return courses.Listing(subjects=parsed.subjects, number=parsed.number, level=parsed.level)


def attributes(*tags, **values):
    return courses.Attributes(tags=frozenset(tags), **values)


def entry(what, status=statuses.PlannedStatus.COMPLETED, grade=None, at=HERE, id=None, **values):
    listed = what if not isinstance(what, str) else course(what, at)
    return entries.PlannedEntry(
        id=id or next(_numbers),
        course=listed,
        status=status,
        grade=None if grade is None else grades.parse(grade),
        **values,
    )


def took(what, grade="B", at=HERE, on=date(2024, 12, 15), **values):
    """A completed entry."""
    return entry(what, grade=grade, at=at, taken_on=on, **values)


def takes(what, at=HERE, **values):
    """A running entry."""
    return entry(what, status=statuses.PlannedStatus.IN_PROGRESS, at=at, **values)


def plans(what, at=HERE, **values):
    """A planned entry."""
    return entry(what, status=statuses.PlannedStatus.PLANNED, at=at, **values)


def unlisted(title, credits=3, **values):
    return entry(entries.UnlistedCourse(title=title, credits=Decimal(credits)), **values)


def source(code, at=THERE, minimum=None, score=None):
    grade = None if minimum is None else grades.parse(minimum)
    return articulation_rules.Source(course_id=id_of(code, at), code=code, minimum_grade=grade, minimum_score=score)


def awards(code, at=HERE, credits=None, **values):
    return articulation_rules.Award(
        kind=equivalencies.AwardKind.COURSE,
        course=course(code, at, **values),
        credits=None if credits is None else Decimal(str(credits)),
    )


def elective(subject=None, level=None, area=None, tags=(), credits=None):
    kind = equivalencies.AwardKind.SUBJECT_ELECTIVE if subject else equivalencies.AwardKind.GENERAL_ELECTIVE
    return articulation_rules.Award(
        kind=kind,
        subject=subject,
        area=area,
        level=level,
        tags=frozenset(tags),
        credits=None if credits is None else Decimal(str(credits)),
    )


def rule(id, sources, *given, at=THERE, to=HERE, **values):
    """A rule; `sources` is one code, or a list of groups of codes or sources."""
    groups = [[sources]] if isinstance(sources, str) else sources
    return articulation_rules.Rule(
        id=id,
        sending_institution_id=at,
        receiving_institution_id=to,
        groups=tuple(
            tuple(
                source(one, at) if isinstance(one, str) else one
                for one in ([group] if isinstance(group, str) else group)
            )
            for group in groups
        ),
        awards=given,
        **values,
    )


def possibilities(*rules, decisions=(), to=HERE, **policies):
    receiver = articulation_rules.Receiver(institution_id=to, **policies)
    return articulation_rules.Possibilities(receiver=receiver, rules=rules, decisions=decisions)


def option(code, at=HERE, **values):
    return requirements.CourseOption(course_id=id_of(code, at), code=code, institution_id=at, **values)


def pattern(**values):
    return requirements.PatternOption(**values)


def decimals(values):
    names = {"min_credits", "max_credits", "min_credits_beneath", "min_credits_per_course", "max_credits_per_course"}
    return {
        name: Decimal(str(value)) if name in names and value is not None else value for name, value in values.items()
    }


def pool(key, *options, **values):
    """A leaf; codes become options. Without a minimum it needs one course."""
    given = values if {"min_courses", "min_credits", "is_residual"} & values.keys() else {"min_courses": 1, **values}
    return requirements.Requirement(
        key=key,
        name=key,
        options=tuple(option(one) if isinstance(one, str) else one for one in options),
        **decimals(given),
    )


def group(key, *children, **values):
    return requirements.Requirement(
        key=key,
        name=key,
        children=tuple(placed(children)),
        **decimals(values),
    )


def placed(nodes):
    """The nodes with positions in the order given."""
    return tuple(
        requirements.Requirement(**{**{name: getattr(node, name) for name in node.__slots__}, "position": place})
        for place, node in enumerate(nodes)
    )


def program(*tops, total=None, residency=None, gpa=None):
    return requirements.ProgramTree(
        version_id=1,
        institution_id=HERE,
        requirements=placed(tops),
        total_credits=None if total is None else Decimal(total),
        residency_credits=None if residency is None else Decimal(residency),
        minimum_gpa=None if gpa is None else Decimal(str(gpa)),
    )


def constraint(kind, **values):
    if "credits" in values:
        values["credits"] = Decimal(str(values["credits"]))
    return requirements.Constraint(kind=requirements.ConstraintKind[kind], **values)


def audit(tree, *taken, rules=(), exceptions=(), constraints=(), on=ON, decisions=(), **policies):
    return audits.audit(
        tree,
        taken,
        possibilities(*rules, decisions=decisions, **policies),
        exceptions,
        on=on,
        constraints=constraints,
    )


def standing(result, key):
    """The name of a requirement's status."""
    return found(result, key).status.name


def found(result, key):
    """The progress of the requirement with this key."""
    return next(one for one in result.requirements if one.key == key)


def applied(result, key, view=entries.View.PLANNED):
    """What is applied to a requirement, as the codes it counts as."""
    return [one.counts_as for one in found(result, key).in_view(view).applied]


def reasons(result):
    """Why entries are not applied, by entry id."""
    return {one.entry_id: one.reason.name for one in result.unapplied}
