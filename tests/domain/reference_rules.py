"""A second opinion on articulation: every way to follow single-award rules, as the plan that each one makes."""

import itertools
from dataclasses import replace

from gql_api.domain import entries


def ways(taken, rules):
    """Every plan that rules can make of the entries: each entry is used up by one award, each target is awarded once.

    Sources are one course a group. Ways that leave out an award which could still be given are left out.
    """
    possible = [(rule, used) for rule in rules for used in _sources(taken, rule)]
    found = []
    for size in range(len(possible), -1, -1):
        for chosen in itertools.combinations(possible, size):
            ids = [entry.id for _, used in chosen for entry in used]
            targets = [rule.awards[0].course.id for rule, _ in chosen]
            is_allowed = len(set(ids)) == len(ids) and len(set(targets)) == len(targets)
            if is_allowed and not any(set(chosen) < set(larger) for larger in found):
                found.append(chosen)
    return [_plan(taken, chosen) for chosen in found]


def _sources(taken, rule):
    """The entries that a rule can be followed with: one for each of its groups."""
    for used in itertools.permutations(taken, len(rule.groups)):
        if all(
            entry.course.id in {one.course_id for one in group} for entry, group in zip(used, rule.groups, strict=True)
        ):
            yield used


def _plan(taken, chosen):
    used_up = {entry.id for _, used in chosen for entry in used}
    awarded = []
    for number, (rule, used) in enumerate(chosen, 1):
        course = rule.awards[0].course
        last = max(used, key=lambda entry: entry.view.rank)
        amount = min(course.credits_min, sum(entry.amount for entry in used))
        awarded.append(replace(last, id=1_000 + number, course=course, credits=amount))
    return [entry for entry in taken if entry.id not in used_up] + awarded


def best(tree, taken, rules, judge_of, view=entries.View.PLANNED):
    """The most that any way meets: the version, required and then optional top-level requirements."""
    return max(
        judge.met(held) for plan in ways(taken, rules) for judge in [judge_of(tree, plan)] for held in judge.ways(view)
    )
