"""A question with what the checker works out of it, once for all certificates about it that it is to check."""

from gql_api.domain import checker_conflicts, checker_pieces, checker_trees, checker_values, entries


class Question:
    """A case, its numbered tree, and for each view the pieces of credit and the requirements in bare numbers."""

    def __init__(self, case: checker_values.Case) -> None:
        self.case = case
        self.tree = checker_trees.Tree(case)
        self._pieces: dict[entries.View, tuple[checker_pieces.Piece, ...]] = {}
        self._problems: dict[entries.View, checker_conflicts.Problem] = {}

    def pieces(self, view: entries.View) -> tuple[checker_pieces.Piece, ...]:
        """Everything that could count in a view."""
        if view not in self._pieces:
            self._pieces[view] = checker_pieces.pieces(self.case, view)
        return self._pieces[view]

    def problem(self, view: entries.View) -> checker_conflicts.Problem:
        """What the search for conflicts works on in a view."""
        if view not in self._problems:
            self._problems[view] = checker_conflicts.Problem(self.case, self.tree, self.pieces(view))
        return self._problems[view]
