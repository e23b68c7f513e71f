"""A second opinion on programs too large to try every assignment: the first goals as a plain 0/1 program.

It is written down from the specification, without any of the engine's reductions, and differently: what counts for a
requirement is a column of its own for every entry and place, held down by everything on the way that is not met.
"""

import highspy

from gql_api.domain import requirements
from tests.domain import reference
from tests.domain.reference_measures import asked_by, looked_at

Kind = requirements.ConstraintKind
VERSION, REQUIRED = 10_000, 100
"""What the first goal and the second weigh beside the third."""


class Program:
    """The rows of one program with its entries."""

    def __init__(self, judge: reference.Judge):
        self.judge = judge
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("mip_rel_gap", 0.0)
        self.solver.setOptionValue("threads", 1)
        leaves = [place for place in judge.places.values() if not place.children]
        self.held = {
            (leaf.key, entry.id): self.solver.addBinary()
            for leaf in leaves
            for entry in judge.taken
            if judge.fits(leaf, entry)
        }
        self.met = {key: self.solver.addBinary() for key in judge.places}
        for domain in {leaf.domain for leaf in leaves}:
            for entry in judge.taken:
                self._at_most([self.held.get((leaf.key, entry.id)) for leaf in leaves if leaf.domain == domain], 1)
        for place in judge.places.values():
            self._limit(place)
            if not (judge.is_waived(place) and place is not judge.root):
                self._ask(place)

    def most_met(self):
        """Whether the version is met, and how many required and optional top-level requirements are, at most."""
        tops = self.judge.root.children
        required = [self.met[top.key] for top in tops if not top.node.is_optional]
        optional = [self.met[top.key] for top in tops if top.node.is_optional]
        goal = VERSION * self.met[""] + REQUIRED * sum(required) + sum(optional)
        self.solver.maximize(goal)
        assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        best = round(self.solver.getObjectiveValue())
        return bool(best // VERSION), best % VERSION // REQUIRED, best % REQUIRED

    def _at_most(self, columns, most):
        found = [column for column in columns if column is not None]
        if found:
            self.solver.addConstr(sum(found) <= most)

    def _joined(self, place, *, is_counted):
        """For each entry a column: at most 1 where it counts for the place, or at least 1 where it is applied there."""
        found = {}
        for entry in self.judge.taken:
            columns = [
                self._gated(place, leaf, self.held[leaf.key, entry.id]) if is_counted else self.held[leaf.key, entry.id]
                for leaf in place.leaves
                if (leaf.key, entry.id) in self.held
            ]
            if not columns:
                continue
            found[entry.id] = column = self.solver.addBinary()
            if is_counted:
                self.solver.addConstr(column <= sum(columns))
            for one in () if is_counted else columns:
                self.solver.addConstr(column >= one)
        return found

    def _gated(self, place, leaf, held):
        """A column that is 1 only where the entry is held and every part between the place and the leaf is met."""
        between = leaf.line[len(place.line) :]
        if not between:
            return held
        column = self.solver.addBinary()
        self.solver.addConstr(column <= held)
        for part in between:
            self.solver.addConstr(column <= self.met[part.key])
        return column

    def _limit(self, place):
        node = place.node
        maxima = [one for one in node.constraints if one.kind.name.startswith("MAX_")]
        if node.max_courses is None and node.max_credits is None and not maxima:
            return
        used = self._joined(place, is_counted=False)
        entries = [entry for entry in self.judge.taken if entry.id in used]
        if node.max_courses is not None:
            self._at_most(used.values(), node.max_courses)
        if node.max_credits is not None:
            self._at_most([float(entry.amount) * used[entry.id] for entry in entries], float(node.max_credits))
        for one in maxima:
            found = looked_at(one, entries)
            groups = (
                {min(entry.course.subjects) for entry in found} if one.kind is Kind.MAX_CREDITS_PER_SUBJECT else {""}
            )
            for group in sorted(groups):
                mine = [entry for entry in found if group in {"", *entry.course.subjects}]
                weights = [1.0 if one.credits is None else float(entry.amount) for entry in mine]
                columns = [weight * used[entry.id] for weight, entry in zip(weights, mine, strict=True)]
                self._at_most(columns, float(asked_by(one)))

    def _ask(self, place):
        node, met = place.node, self.met[place.key]
        choices, needed = place.choices
        if needed:
            self.solver.addConstr(sum([self.met[child.key] for child in choices], 0 * met) >= needed * met)
        minima = [
            one for one in node.constraints if one.kind.name.startswith("MIN_") and one.kind is not Kind.MIN_GRADE
        ]
        amounts = [amount for amount in (node.min_credits, node.min_credits_beneath) if amount is not None]
        if not (minima or amounts or node.min_courses):
            return
        counted = self._joined(place, is_counted=True)
        entries = [entry for entry in self.judge.taken if entry.id in counted]
        self._reach([counted[entry.id] for entry in entries], node.min_courses or 0, met)
        for amount in amounts:
            self._reach([float(entry.amount) * counted[entry.id] for entry in entries], float(amount), met)
        for one in minima:
            found = looked_at(one, entries)
            if one.kind is Kind.MIN_DISTINCT_SUBJECTS:
                self._reach(self._subjects(found, counted), one.subjects, met)
            else:
                weights = [1.0 if one.credits is None else float(entry.amount) for entry in found]
                columns = [weight * counted[entry.id] for weight, entry in zip(weights, found, strict=True)]
                self._reach(columns, float(asked_by(one)), met)

    def _subjects(self, found, counted):
        columns = []
        for subject in sorted({min(entry.course.subjects) for entry in found}):
            columns.append(self.solver.addBinary())
            self.solver.addConstr(
                columns[-1] <= sum(counted[entry.id] for entry in found if min(entry.course.subjects) == subject)
            )
        return columns

    def _reach(self, columns, amount, met):
        self.solver.addConstr(sum(columns, 0 * met) >= amount * met)
