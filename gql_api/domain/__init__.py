"""The rules, as pure functions on frozen values: no I/O, no clock, no framework.

Time is an argument (`on: date`), credits are `Decimal`, and what cannot be known is UNKNOWN, never silently yes or no.
"""
