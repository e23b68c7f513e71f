"""`python -m gql_api` is the console script `gql-api`."""

from gql_api.cli import app

if __name__ == "__main__":
    app.main()
