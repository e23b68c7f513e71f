"""GraphQL: the types, the root fields, and what connects them to `reads`, `writes` and `domain`.

`gql_api.schema.root` assembles the schema; `schema.graphql` in the repository is its printed form.
"""
