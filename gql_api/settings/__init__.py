"""The environment, read once into one frozen object; `docs/settings.md` has every name in a table.

>>> settings = load()                # reads os.environ and, in development, the file .env
>>> settings.port
8000

A wrong or unsafe value raises ConfigurationError; its message names every problem with its remedy.
"""

from gql_api.settings.loading import load, production_problems
from gql_api.settings.made_secrets import file_of as secrets_file
from gql_api.settings.made_secrets import made_admin_token
from gql_api.settings.values import Profile, Settings, names

__all__ = ["Profile", "Settings", "load", "made_admin_token", "names", "production_problems", "secrets_file"]
