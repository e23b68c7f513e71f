"""How many slots courses can fill when each fills only as many as it has parts: the largest matching."""

from collections.abc import Mapping, Sequence


def most(hits: Sequence[Sequence[int]], slots: Mapping[int, int], parts: Sequence[int]) -> int:
    """The most slots that are filled. `hits[n]` are the places course n fits, `slots` how many each place has.

    Augmenting paths; a course n fills at most `parts[n]` slots.
    """
    held: dict[int, list[int]] = {place: [] for place in slots}
    return sum(_filled(course, hits, slots, held, set()) for course, count in enumerate(parts) for _ in range(count))


def _filled(
    course: int,
    hits: Sequence[Sequence[int]],
    slots: Mapping[int, int],
    held: dict[int, list[int]],
    seen: set[int],
) -> bool:
    """Whether the course finds a slot, if need be by moving others."""
    for place in hits[course]:
        if place in seen:
            continue
        seen.add(place)
        here = held[place]
        if len(here) < slots[place]:
            here.append(course)
            return True
        for position, other in enumerate(here):
            if _filled(other, hits, slots, held, seen):
                here[position] = course
                return True
    return False
