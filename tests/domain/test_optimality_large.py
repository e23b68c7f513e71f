"""The engine beside a plain 0/1 program, on programs that are too large for trying every assignment."""

from hypothesis import assume, given

from gql_api.domain import entries
from tests.domain import reference, reference_model, reference_programs
from tests.domain.literals import audit
from tests.domain.reference_programs import MANY, examples

View = entries.View


def first_goals(result, tree):
    tops = {node.key: node.is_optional for node in tree.requirements}
    met = [
        tops[one.key]
        for one in result.requirements
        if one.depth == 0 and one.in_view(View.COMPLETED).status.name in {"MET", "WAIVED"}
    ]
    return result.in_view(View.COMPLETED).status.name == "MET", met.count(False), met.count(True)


@examples(25)
@given(
    reference_programs.trees(most=5, codes=MANY),
    reference_programs.plans(least=8, most=20, codes=MANY),
    reference_programs.constraints,
)
def test_a_plain_program_meets_as_much_of_a_large_version_as_the_engine(tree, taken, constraints):
    judge = reference.Judge(tree, taken, (), constraints)
    expected = reference_model.Program(judge).most_met()
    assert first_goals(audit(tree, *taken, constraints=constraints), tree) == expected


@examples(30)
@given(reference_programs.trees(), reference_programs.plans(), reference_programs.constraints)
def test_both_opinions_agree_where_every_assignment_can_be_tried(tree, taken, constraints):
    judge = reference.Judge(tree, taken, (), constraints)
    try:
        best = max(judge.met(held) for held in judge.ways(View.COMPLETED, 300))
    except reference.TooManyWays:
        assume(False)
    assert reference_model.Program(judge).most_met() == best
