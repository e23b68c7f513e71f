"""The console commands. Each module is one command or one family of them; `app` puts them together.

A command imports what it needs when it runs, so that the start stays quick.
"""
