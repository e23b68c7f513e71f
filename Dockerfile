# The image of production: small, not root, with a health check. `docker compose up` runs the same image.

# --- GraphiQL's bundle, built with the commands of `make graphiql` ---
FROM node:24-slim AS graphiql
WORKDIR /src/gql_api/web/graphiql
COPY tests/documents /src/tests/documents
COPY gql_api/web/graphiql ./
RUN npm ci --no-audit --no-fund && npm run build

# --- the environment: pinned packages with hashes, then the project as a wheel ---
FROM python:3.13-slim AS build
WORKDIR /src
RUN python3 -m venv .venv
COPY requirements.txt requirements-build.txt ./
RUN .venv/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --requirement requirements.txt --requirement requirements-build.txt
COPY LICENSE README.md pyproject.toml alembic.ini ./
COPY .ci/hatch_build.py .ci/
COPY alembic alembic
COPY gql_api gql_api
COPY --from=graphiql /src/gql_api/web/graphiql/dist gql_api/web/graphiql/dist
RUN .venv/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation .

# --- what runs ---
FROM python:3.13-slim
ENV GQL_API_HOME=/tmp/gql_api \
    GQL_API_PROFILE=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
COPY --from=build /src/.venv /src/.venv
USER 10001:10001
WORKDIR /
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["/src/.venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
ENTRYPOINT ["/src/.venv/bin/gql-api"]
CMD ["serve"]
