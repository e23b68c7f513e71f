"""SELECTs: a connection and keys in, rows or domain values out.

Every edge of the schema has one batch function here: all keys of a level in, values in the same order out, one
statement however many keys. Rows are named tuples of exactly the selected columns; no entities, no lazy loading.
"""
