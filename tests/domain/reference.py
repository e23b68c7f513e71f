"""A second opinion on allocations: what an assignment amounts to, and the best one by trying all of them.

Slow and plain on purpose: it knows trees, entries and exceptions, and shares nothing with the engine but these values.
An assignment is a mapping from leaf keys to the entries that are applied there. What it is worth is read off the
specification: see `Judge.goals`.
"""

import itertools
from decimal import Decimal
from fractions import Fraction

from gql_api.domain import audit_exceptions, entries, requirements
from tests.domain.reference_measures import asked_by, credits, lesser, measure
from tests.domain.reference_places import Places, joins

Kind = requirements.ConstraintKind
MOST_WAYS = 5_000


class TooManyWays(Exception):
    """There are more assignments than are worth trying."""


class Judge(Places):
    """What assignments of the entries amount to."""

    def applied(self, place, held):
        """The entries applied anywhere beneath a node, each once."""
        found = {entry.id: entry for leaf in place.leaves for entry in held.get(leaf.key, ())}
        return [found[id] for id in sorted(found)]

    def counted(self, place, held):
        """The entries that count for a node: those of its own, and of its parts that are met."""
        if not place.children:
            return list(held.get(place.key, ()))
        found = {
            entry.id: entry
            for child in place.children
            if self.is_met(child, held)
            for entry in self.counted(child, held)
        }
        return [found[id] for id in sorted(found)]

    def is_met(self, place, held):
        """Whether everything that a node asks for is there."""
        if self.is_waived(place) and place is not self.root:
            return True
        choices, needed = place.choices
        if sum(self.is_met(child, held) for child in choices) < needed:
            return False
        return all(actual >= asked for actual, asked in self.minima(place, held))

    def minima(self, place, held):
        """What a node has and asks of courses and credits, and of what its constraints look at."""
        node, uses = place.node, self.counted(place, held)
        if node.min_courses is not None:
            yield len(uses), node.min_courses
        for asked in (node.min_credits, node.min_credits_beneath):
            if asked is not None:
                yield credits(uses), asked
        for one in node.constraints:
            if one.kind.name.startswith("MIN_") and one.kind is not Kind.MIN_GRADE:
                yield measure(one, uses), asked_by(one)

    def is_within(self, held):
        """Whether nothing exceeds a maximum, nothing is used twice, and no pair shares more than it may."""
        return all(self._keeps_maxima(place, held) for place in self.places.values()) and self._shares_rightly(held)

    def _keeps_maxima(self, place, held):
        node, uses = place.node, self.applied(place, held)
        if node.max_courses is not None and len(uses) > node.max_courses:
            return False
        if node.max_credits is not None and credits(uses) > node.max_credits:
            return False
        maxima = [one for one in node.constraints if one.kind.name.startswith("MAX_")]
        return all(measure(one, uses) <= asked_by(one) for one in maxima)

    def _shares_rightly(self, held):
        pairs = self.pairs()
        both = {pair: {} for pair in pairs}
        places = [(self.places[key], entry) for key, found in held.items() for entry in found]
        for (one, entry), (other, same) in itertools.combinations(places, 2):
            if entry.id != same.id or one.domain != other.domain:
                continue
            allowed = [pair for pair in pairs if joins(pair, one, other)]
            if not allowed:
                return False
            for pair in allowed:
                both[pair][entry.id] = entry
        for pair, (most_courses, most_credits) in pairs.items():
            shared = list(both[pair].values())
            if most_courses is not None and len(shared) > most_courses:
                return False
            if most_credits is not None and credits(shared) > most_credits:
                return False
        return True

    def pairs(self):
        """The pairs of keys that may share, with the lesser of the caps that either states."""
        found = {}
        for place in self.places.values():
            for share in place.node.share_with:
                pair = frozenset({place.key, share.with_key})
                if share.with_key in self.places and len(pair) == 2:
                    before = found.get(pair, (None, None))
                    found[pair] = (lesser(before[0], share.max_courses), lesser(before[1], share.max_credits))
        return found

    def worth(self, place, held):
        """How full a node is, its weight, and the product of both."""
        if self.is_waived(place):
            return Fraction(1), Fraction(0), Fraction(0)
        is_met, node = self.is_met(place, held), place.node
        shares = [
            Fraction(Decimal(actual)) / Fraction(Decimal(asked)) for actual, asked in self.minima(place, held) if asked
        ]
        own = Fraction(1) if is_met else min([Fraction(1), *shares])
        if not place.children:
            weight = Fraction(node.min_credits or 3 * (node.min_courses or 0))
            return own, weight, weight * own
        choices, needed = place.choices
        worths = [
            (not self.is_met(child, held), *self.worth(child, held), number) for number, child in enumerate(choices)
        ]
        best = sorted(worths, key=lambda one: (one[0], -one[1], one[2], one[4]))[:needed]
        weight, weighted = sum((one[2] for one in best), Fraction(0)), sum((one[3] for one in best), Fraction(0))
        if not weight and (amount := max(node.min_credits or 0, node.min_credits_beneath or 0)):
            weight, weighted = Fraction(amount), Fraction(amount) * own
        return (weighted / weight if weight else own), weight, weighted

    def met(self, held):
        """The first goals: the version is met; how many required, then how many optional top-level requirements."""
        tops = self.root.children
        required = [self.is_met(top, held) for top in tops if not top.node.is_optional]
        optional = [self.is_met(top, held) for top in tops if top.node.is_optional]
        return self.is_met(self.root, held), sum(required), sum(optional)

    def value(self, held):
        """The third goal: of what the required leaves need, how much is there, by weight."""
        return sum((self.worth(top, held)[2] for top in self.root.children if not top.node.is_optional), Fraction(0))

    def thrift(self, held):
        """The goals after that: optional parts met; few planned, then running, then not preferred courses, then any."""
        uses = [(self.places[key], entry) for key, found in held.items() for entry in found]
        used = list({entry.id: entry for _, entry in uses}.values())
        return (
            sum(self._is_extra_met(place, held) for place in self.places.values()),
            -sum(entry.view is entries.View.PLANNED for entry in used),
            -sum(entry.view is entries.View.IN_PROGRESS for entry in used),
            -sum(not self.is_preferred(place, entry) for place, entry in uses),
            -len(used),
        )

    def _is_extra_met(self, place, held):
        """Whether a part that never blocks is met, and everything around it beneath the top level too."""
        if len(place.above) < 2 or not place.node.is_optional or place in place.above[-1].choices[0]:
            return False
        return all(self.is_met(one, held) for one in place.line[2:])

    def goals(self, held):
        """What an assignment is worth; of two the one with the greater tuple is better."""
        return (*self.met(held), self.value(held), *self.thrift(held))

    def ways(self, view, most=MOST_WAYS):
        """Every assignment of the entries of a view within maxima, exclusivity and sharing."""
        leaves = [place for place in self.places.values() if not place.children]
        joined = list(self.pairs())
        options = []
        for entry in self.taken:
            if entry.view.rank <= view.rank:
                fitting = [leaf for leaf in leaves if self.fits(leaf, entry)]
                options.append((entry, list(self._subsets(entry, fitting, joined))))
        count = 1
        for _, found in options:
            count *= len(found)
        if count > most:
            raise TooManyWays
        for chosen in itertools.product(*(found for _, found in options)):
            held = {}
            for (entry, _), places in zip(options, chosen, strict=True):
                for place in places:
                    held.setdefault(place.key, []).append(entry)
            if self.is_within(held):
                yield held

    def _subsets(self, entry, fitting, joined):
        """The sets of leaves that may count one entry at once; forced entries are applied somewhere."""
        is_forced = any(
            isinstance(one, audit_exceptions.Force) and one.entry_id == entry.id and one.key in self.places
            for one in self.exceptions
        )
        for size in range(1 if is_forced and fitting else 0, len(fitting) + 1):
            for chosen in itertools.combinations(fitting, size):
                if all(
                    one.domain != other.domain or any(joins(pair, one, other) for pair in joined)
                    for one, other in itertools.combinations(chosen, 2)
                ):
                    yield chosen

    def best(self, view, kept=(), most=MOST_WAYS):
        """The greatest goals of any assignment of a view that meets the top-level requirements `kept`."""
        best = None
        for held in self.ways(view, most):
            if not all(self.is_met(self.places[key], held) for key in kept):
                continue
            met = self.met(held)
            if best is not None and met < best[: len(met)]:
                continue
            found = self.goals(held)
            if best is None or found > best:
                best = found
        return best
