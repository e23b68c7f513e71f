"""Which root fields need which viewer, for the checks that are made before anything runs."""

from gql_api.schema import mutation, query

administrator_fields = query.ADMINISTRATOR_FIELDS | mutation.ADMINISTRATOR_FIELDS
"""Refused with 401 before execution unless an administrator asks."""
plan_fields = query.PLAN_FIELDS | mutation.PLAN_FIELDS
"""They touch plans: not answered by GET, never stored by caches."""
