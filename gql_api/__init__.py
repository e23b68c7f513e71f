"""gql_api: which courses transfer, what a program requires, how far a plan is — over GraphQL.

A directory is a layer, a file is a feature, and calls only go down::

    __main__ → cli → web → schema → ingest → writes → reads → tables | database | embedded → domain | access → settings | errors

==============  ===========================================================================================
`cli`           the console commands: serve, migrate, import, …
`web`           HTTP in, HTTP out: the app, the endpoint, the GraphiQL page, auth, health. No SQL, no rules.
`schema`        GraphQL: context, ids, pages, types, queries, mutations
`ingest`        files → validated rows → preview → commit
`writes`        use cases: read, decide, write; they flush and never commit
`reads`         SELECTs: a connection and keys in, rows or domain values out; one statement per edge
`tables`        SQLModel tables: columns, constraints, indexes; no behaviour
`database`      engine, pool, transactions, locks
`embedded`      a PostgreSQL server of our own where no DATABASE_URL is set
`domain`        the rules, as pure functions on frozen values
`access`        who may do what
`settings`      the environment, read once
`errors`        the error tree
==============  ===========================================================================================

The arrows are enforced by import-linter (see `pyproject.toml`).
"""
