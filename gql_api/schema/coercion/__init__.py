"""What clients and documents say, as the values that resolvers take: by functions that are made once.

`values` makes them: for types what coerces a variable, for literals what reads them, for Strawberry's types what makes
their objects; `arguments` puts those of a field together. It is no part of executing operations: `operations` uses
it for variables before anything runs, `execution` for the arguments of fields; it knows neither, nor this project.
"""
