"""Where entries may be applied, for the reference: the nodes of a tree in their places, and what fits which leaf."""

from dataclasses import dataclass, field

from gql_api.domain import audit_exceptions, requirements
from tests.domain.reference_measures import in_scope, reaches


@dataclass
class Place:
    """A node with everything above it, the top level first, itself last."""

    node: requirements.Requirement
    above: list["Place"]
    children: list["Place"] = field(default_factory=list)

    @property
    def line(self):
        return [*self.above, self]

    @property
    def key(self):
        return self.node.key

    @property
    def domain(self):
        """Where an entry is used up: among ordinary leaves, or within the nearest shared node."""
        return next((one.key for one in reversed(self.line) if one.node.sharing.name == "SHARED"), None)

    @property
    def leaves(self):
        return [leaf for child in self.children for leaf in child.leaves] or [self]

    @property
    def choices(self):
        """The children that count, and how many of them are needed."""
        if self.node.min_children is not None:
            return self.children, self.node.min_children
        needed = [child for child in self.children if not child.node.is_optional]
        return needed, len(needed)


class Places:
    """One program with its exceptions, and the entries that may be applied."""

    def __init__(self, tree, taken, exceptions=(), constraints=(), here=1):
        self.here, self.exceptions = here, exceptions
        whole = requirements.Requirement(key="", name="", constraints=constraints)
        self.root = Place(node=whole, above=[])
        self.root.children = [self._placed(node, [self.root]) for node in tree.requirements]
        self.places = {place.key: place for place in self._all(self.root)}
        self.taken = [entry for entry in taken if entry.view is not None]

    def _placed(self, node, above):
        limits = [one for one in self.exceptions if isinstance(one, audit_exceptions.Limit) and one.key == node.key]
        for limit in limits:
            node = audit_exceptions.with_limits(node, (limit,))
        place = Place(node=node, above=above)
        ordered = sorted(node.children, key=lambda child: (child.position, child.key))
        place.children = [self._placed(child, place.line) for child in ordered]
        return place

    def _all(self, place):
        yield place
        for child in place.children:
            yield from self._all(child)

    def is_waived(self, place):
        keys = {one.key for one in place.line}
        return any(isinstance(one, audit_exceptions.Waiver) and one.key in keys for one in self.exceptions)

    def fits(self, place, entry):
        """Whether the entry may be applied to the leaf."""
        keys = {one.key for one in place.line if one.key}
        mine = [one for one in self.exceptions if getattr(one, "entry_id", None) == entry.id]
        if self.is_waived(place):
            return False
        if any(isinstance(one, audit_exceptions.Forbid) and one.key in keys for one in mine):
            return False
        forced = [one.key for one in mine if isinstance(one, audit_exceptions.Force)]
        if forced:
            return bool(keys.intersection(forced))
        if any(isinstance(one, audit_exceptions.Substitution) and one.key in keys for one in mine):
            return True
        if entry.pinned_key in self.places and entry.pinned_key not in keys:
            return False
        return self._matches(place.node, entry.course) is not None and self._is_good_enough(place, entry)

    def is_preferred(self, place, entry):
        keys = {one.key for one in place.line}
        if any(
            isinstance(one, audit_exceptions.Force | audit_exceptions.Substitution)
            and one.key in keys
            and one.entry_id == entry.id
            for one in self.exceptions
        ):
            return True
        return bool(self._matches(place.node, entry.course))

    def _matches(self, node, course):
        """None where no option takes the course, else whether a preferred one does."""
        if node.is_residual:
            return None if course.level == 0 or course.institution_id != self.here else False
        matching = [option for option in node.options if self._takes(option, course)]
        if not matching or any(option.is_excluded for option in matching):
            return None
        return any(option.is_preferred for option in matching)

    def _takes(self, option, course):
        if isinstance(option, requirements.CourseOption):
            return option.course_id == course.id
        listing = course.listings[0]
        number = int("".join(symbol for symbol in listing.number if symbol.isdigit()))
        return (
            course.level != 0
            and course.institution_id == (option.institution_id or self.here)
            and (option.subject is None or option.subject in listing.subjects)
            and (option.number_from is None or number >= int(option.number_from))
            and (option.number_to is None or number <= int(option.number_to))
            and (option.level_from is None or course.level >= option.level_from)
            and (option.level_to is None or course.level <= option.level_to)
            and (option.attribute is None or option.attribute in course.attributes.tags)
        )

    def _is_good_enough(self, place, entry):
        for above in place.line:
            node, amount = above.node, entry.amount
            if node.min_credits_per_course is not None and amount < node.min_credits_per_course:
                return False
            if node.max_credits_per_course is not None and amount > node.max_credits_per_course:
                return False
            asked = [] if node.min_grade is None else [node.min_grade]
            asked += [one.grade for one in node.constraints if one.grade is not None and in_scope(one.scope, entry)]
            if not all(reaches(entry, minimum) for minimum in asked):
                return False
        return True


def joins(pair, one, other):
    """Whether a pair of keys lets both leaves count the same entry."""
    mine, theirs = {place.key for place in one.line}, {place.key for place in other.line}
    first, second = sorted(pair)
    return (first in mine and second in theirs) or (second in mine and first in theirs)
