"""Files become rows of the database: read, previewed, committed as one, or not at all.

==========  ==============================================================================================
`files`     bytes in, rows with their numbers out (`records` cuts them, `headers` understands the first row)
`findings`  errors, warnings and skipped rows
`contract`  what a kind of import is, and what it is given
`staging`   rows of files into temporary tables
`jobs`      preview and commit
==========  ==============================================================================================

The kinds stand beside them: `institutions`, `courses`, `equivalencies` …; docs/imports.md has their columns.
"""
