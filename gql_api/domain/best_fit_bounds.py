"""Bounds from below on what a program leaves to be done: every course may count everywhere, by any of its rules.

Nothing is allocated, so that a thousand programs take as long as some audits. What an audit finds is never less.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from gql_api.domain import (
    articulation_rules,
    audit_constraints,
    best_fit_matching,
    credit_items,
    credits,
    eligibility,
    entries,
    equivalencies,
    grants,
    model_figures,
    requirements,
    suggestions_open,
)

Faces = tuple[tuple[credit_items.Face, ...], ...]
"""Of each entry everything that it may count as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the entries may count as at one institution. `parts[n]` is how many items entry n can become at most."""

    faces: Faces
    parts: tuple[int, ...]
    by_course: Mapping[int, tuple[tuple[int, int], ...]]
    slack: Decimal

    @property
    def everything(self) -> list[tuple[int, int]]:
        """Every face."""
        return [(n, m) for n, faces in enumerate(self.faces) for m in range(len(faces))]

    def amount(self, hits: Iterable[tuple[int, int]]) -> tuple[int, Decimal]:
        """The most courses and credits that these faces (entry, place) amount to."""
        of_entry: dict[int, list[Decimal]] = {}
        for entry, place in set(hits):
            of_entry.setdefault(entry, []).append(self.faces[entry][place].credits)
        courses, total = 0, credits.ZERO
        for entry, amounts in of_entry.items():
            best = sorted(amounts, reverse=True)[: self.parts[entry]]
            courses += len(best)
            total += sum(best, credits.ZERO)
        return courses, total


@dataclass(slots=True)
class Bounds:
    """The bounds of one ranking; what programs of one institution have in common is worked out once."""

    _reaches: dict[int, tuple[Reach, Decimal]] = field(default_factory=dict[int, tuple[Reach, Decimal]])
    _patterns: dict[tuple[int, requirements.PatternOption], tuple[tuple[int, int], ...]] = field(
        default_factory=dict[tuple[int, requirements.PatternOption], tuple[tuple[int, int], ...]]
    )

    def remaining(self, given: suggestions_open.Given) -> Decimal:
        """No audit of this program says that less remains; 0 where advisors' exceptions may change it."""
        if given.exceptions:
            return credits.ZERO
        tree = given.tree
        if tree.institution_id not in self._reaches:
            found = reach(given.entries, given.possibilities)
            self._reaches[tree.institution_id] = found, found.amount(found.everything)[1]
        here, most = self._reaches[tree.institution_id]
        return max(self._needed(tree, here), (tree.total_credits or credits.ZERO) - most, credits.ZERO)

    def _needed(self, tree: requirements.ProgramTree, here: Reach) -> Decimal:
        """What the requirements need: leaves that compete for courses together, all others each for itself."""
        leaves, others = _split(tree)
        needed = sum((self._node(node, here, tree) for node in others), credits.ZERO)
        wants = [Want(node, tuple(self._hits(node, here, tree)), here) for node in leaves]
        return needed + sum((want.amount for want in wants), credits.ZERO) - _reduced(wants, here)

    def _node(self, node: requirements.Requirement, here: Reach, tree: requirements.ProgramTree) -> Decimal:
        if node.children:
            parts = sorted(
                self._node(child, here, tree)
                for child in node.children
                if node.min_children is not None or not child.is_optional
            )
            return sum(parts[: len(parts) if node.min_children is None else node.min_children], credits.ZERO)
        needed = max(node.min_credits or credits.ZERO, node.min_credits_beneath or credits.ZERO)
        if not needed and not node.min_courses:
            return credits.ZERO
        courses, total = here.amount(self._hits(node, here, tree))
        lacking = needed - total - here.slack
        return max(lacking, Decimal(model_figures.COURSE_WEIGHT * ((node.min_courses or 0) - courses)), credits.ZERO)

    def _hits(
        self, node: requirements.Requirement, here: Reach, tree: requirements.ProgramTree
    ) -> Iterable[tuple[int, int]]:
        if node.is_residual:
            return here.everything
        hits: list[tuple[int, int]] = []
        for option in node.options:
            if option.is_excluded:
                continue
            if isinstance(option, requirements.CourseOption):
                hits += here.by_course.get(option.course_id or 0, ())
            else:
                hits += self._of_pattern(option, here, tree.institution_id)
        return hits

    def _of_pattern(
        self, option: requirements.PatternOption, here: Reach, institution_id: int
    ) -> tuple[tuple[int, int], ...]:
        key = institution_id, option
        if key not in self._patterns:
            self._patterns[key] = tuple(
                (n, m)
                for n, faces in enumerate(here.faces)
                for m, face in enumerate(faces)
                if eligibility.is_pattern_of(option, face, institution_id)
            )
        return self._patterns[key]


class Want:
    """A leaf that asks for courses or for credits, with the faces that it could take: (entry, place)."""

    def __init__(self, node: requirements.Requirement, hits: Sequence[tuple[int, int]], here: Reach) -> None:
        self.courses = node.min_courses or 0
        credit = max(node.min_credits or credits.ZERO, node.min_credits_beneath or credits.ZERO)
        self.amount = Decimal(model_figures.COURSE_WEIGHT * self.courses) or max(credit - here.slack, credits.ZERO)
        self.hits = hits
        courses, total = here.amount(hits)
        most = Decimal(model_figures.COURSE_WEIGHT * courses) if self.courses else total
        self.most = min(self.amount, most)
        """By how much its own hits could reduce what it wants."""

    def value(self, face: credit_items.Face) -> Decimal:
        """By how much one course reduces what it wants."""
        return Decimal(model_figures.COURSE_WEIGHT) if self.courses else face.credits


def _reduced(wants: Sequence[Want], here: Reach) -> Decimal:
    """The most by which the courses reduce what leaves want that share none: the least of three bounds."""
    by_leaf = sum((want.most for want in wants), credits.ZERO)
    best: list[dict[int, Decimal]] = [{} for _ in here.faces]
    fitting: list[list[int]] = [[] for _ in here.faces]
    for number, want in enumerate(wants):
        for entry, place in want.hits:
            value = want.value(here.faces[entry][place])
            best[entry][place] = max(best[entry].get(place, credits.ZERO), value)
            if want.courses and number not in fitting[entry]:
                fitting[entry].append(number)
    by_course = sum(
        (sum(sorted(found.values())[-parts:], credits.ZERO) for found, parts in zip(best, here.parts, strict=True)),
        credits.ZERO,
    )
    slots = {number: want.courses for number, want in enumerate(wants) if want.courses}
    matched = Decimal(model_figures.COURSE_WEIGHT * best_fit_matching.most(fitting, slots, here.parts))
    of_credits = sum((want.most for want in wants if not want.courses), credits.ZERO)
    return min(by_leaf, by_course, matched + of_credits)


def _split(tree: requirements.ProgramTree) -> tuple[list[requirements.Requirement], list[requirements.Requirement]]:
    """The leaves that are all needed and share no course with each other, and the nodes above all other leaves."""
    sharing = {share.with_key for _, node in requirements.walk(tree.requirements) for share in node.share_with}
    leaves: list[requirements.Requirement] = []
    others: list[requirements.Requirement] = []
    waiting = [node for node in tree.requirements if not node.is_optional]
    while waiting:
        node = waiting.pop()
        shares = node.sharing is requirements.Sharing.SHARED or bool(node.share_with) or node.key in sharing
        is_plain = not (node.min_courses and (node.min_credits or node.min_credits_beneath))
        if shares or (node.children and node.min_children is not None) or not is_plain:
            others.append(node)
        elif node.children:
            waiting += [child for child in node.children if not child.is_optional]
        else:
            leaves.append(node)
    return leaves, others


def reach(taken: Sequence[entries.PlannedEntry], possibilities: articulation_rules.Possibilities) -> Reach:
    """Everything that the entries may count as, by the receiver's rules and decisions."""
    earning = [entry for entry in taken if entry.view is not None]
    found = [_faces(entry, earning, possibilities) for entry in earning]
    by_course: dict[int, list[tuple[int, int]]] = {}
    for n, (faces, _) in enumerate(found):
        for m, face in enumerate(faces):
            for id in face.course.same_ids if face.course is not None else ():
                by_course.setdefault(id, []).append((n, m))
    receiver = possibilities.receiver
    return Reach(
        faces=tuple(faces for faces, _ in found),
        parts=tuple(parts for _, parts in found),
        by_course={id: tuple(places) for id, places in by_course.items()},
        slack=receiver.credit_tolerance + audit_constraints.SLACK,
    )


def _faces(
    entry: entries.PlannedEntry,
    taken: Sequence[entries.PlannedEntry],
    possibilities: articulation_rules.Possibilities,
) -> tuple[tuple[credit_items.Face, ...], int]:
    receiver = possibilities.receiver
    faces, parts = [credit_items.taken_face(entry, receiver)], 1
    if isinstance(entry.course, entries.UnlistedCourse):
        return tuple(faces), parts
    mine = entry.course.same_ids
    for rule in possibilities.rules:
        used = [group for group in rule.groups if any(source.course_id in mine for source in group)]
        if not used or rule.status is not equivalencies.RuleStatus.APPROVED:
            continue
        parts = max(parts, len(rule.awards))
        # At most every entry's credits stand behind a rule of several sources.
        behind = (entry,) if len(rule.groups) == 1 else tuple(taken)
        faces += [_face(award, behind, rule, receiver) for award in rule.awards]
    for decision in possibilities.decisions:
        if decision.entry_id == entry.id and decision.course is not None:
            award = articulation_rules.Award(
                kind=equivalencies.AwardKind.COURSE, course=decision.course, credits=decision.credits
            )
            faces.append(_face(award, (entry,), None, receiver))
    return tuple(faces), parts


def _face(
    award: articulation_rules.Award,
    behind: tuple[entries.PlannedEntry, ...],
    rule: articulation_rules.Rule | None,
    receiver: articulation_rules.Receiver,
) -> credit_items.Face:
    """The award with the most credit that a policy may grant for it."""
    course, amount = award.course, award.credits
    if amount is None:
        amount = grants.source_credits(behind, receiver)
        if course is not None and course.credits_min is not None:
            amount = max(amount, course.credits_min)
    grant = grants.Grant(award=award, credits=amount, target=course)
    shown = grant.award if rule is None else grants.weakened(grant, rule).award
    is_course = shown.kind is equivalencies.AwardKind.COURSE
    return credit_items.Face(
        course=shown.course if is_course else None, award=None if is_course else shown, credits=amount
    )
