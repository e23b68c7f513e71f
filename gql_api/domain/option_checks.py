"""What the options of a pool must be before they are stored."""

from collections.abc import Iterator

from gql_api.domain import codes, requirements

_LEVEL_STEP = 1000


def problems(node: requirements.Requirement) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with the node's options: the path beneath the node, and why."""
    seen: set[tuple[int | None, str]] = set()
    for index, option in enumerate(node.options):
        here = ("options", str(index))
        match option:
            case requirements.CourseOption():
                identity = (option.institution_id, option.code)
                if not option.code.strip() or len(option.code) > codes.LONGEST:
                    yield here, f"a course code has 1 to {codes.LONGEST} characters."
                elif identity in seen:
                    yield here, f"{option.code} is in the pool twice."
                seen.add(identity)
            case requirements.PatternOption():
                yield from ((here, message) for message in _pattern(option))


def _pattern(option: requirements.PatternOption) -> Iterator[str]:
    levels = (option.level_from, option.level_to)
    words = (option.institution_id, option.subject, option.number_from, option.number_to, option.attribute)
    if not any(words) and all(level is None for level in levels):
        yield "a pattern says nothing; give a subject, a number, a level, an attribute or an institution."
    if option.attribute is None and option.attribute_value is not None:
        yield "a pattern has a value of no attribute."
    if (option.number_from is not None or option.number_to is not None) and option.subject is None:
        yield "a pattern with numbers names its subject."
    for level in levels:
        if level is not None and (level < 0 or level % _LEVEL_STEP):
            yield f"the level {level} is not a multiple of {_LEVEL_STEP}."
    if option.level_from is not None and option.level_to is not None and option.level_from > option.level_to:
        yield f"the level {option.level_from} is above {option.level_to}."
