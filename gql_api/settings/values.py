"""The settings' names, types and ranges."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

DATABASE_SCHEMES = ("postgresql+psycopg://", "postgresql://", "postgres://")


class Profile(StrEnum):
    """Where the server runs. Production refuses unsafe values and hides what only developers need."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Everything that can be set from outside. The alias is the name in the environment."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    profile: Profile = Field(Profile.DEVELOPMENT, alias="GQL_API_PROFILE")
    home: Path = Field(alias="GQL_API_HOME")
    host: str = Field("127.0.0.1", alias="HOST", min_length=1)
    port: int = Field(8000, alias="PORT", ge=0, le=65535)
    database_url: SecretStr | None = Field(None, alias="DATABASE_URL")
    database_replica_url: SecretStr | None = Field(None, alias="DATABASE_REPLICA_URL")
    pool_size: int = Field(8, alias="POOL_SIZE", ge=1, le=1000)
    admin_token: SecretStr = Field(alias="ADMIN_TOKEN")
    secret_key: SecretStr = Field(alias="SECRET_KEY")
    secret_key_previous: SecretStr | None = Field(None, alias="SECRET_KEY_PREVIOUS")
    metrics_token: SecretStr | None = Field(None, alias="METRICS_TOKEN", min_length=16)
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field((), alias="CORS_ORIGINS")
    body_limit: int = Field(262_144, alias="BODY_LIMIT", ge=1024)
    graphiql: bool = Field(alias="GRAPHIQL")
    introspection: bool = Field(alias="INTROSPECTION")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", alias="LOG_LEVEL")
    log_format: Literal["json", "console"] = Field(alias="LOG_FORMAT")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what `load` hands over, so that a test's environment is the whole environment."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("host", mode="before")
    @classmethod
    def _trimmed(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("log_level", "log_format", "profile", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            scheme, _, rest = origin.partition("://")
            if origin != "*" and (scheme not in ("http", "https") or not rest or "/" in rest):
                raise ValueError("is no list of web origins: each is http:// or https:// and a host, or all is *")
        return value

    @field_validator("database_url", "database_replica_url")
    @classmethod
    def _scheme(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(DATABASE_SCHEMES):
            raise ValueError(f"is no address of PostgreSQL: it must begin with {' or '.join(DATABASE_SCHEMES)}")
        return value

    @model_validator(mode="after")
    def _two_secrets(self) -> Self:
        if self.profile is Profile.PRODUCTION and self.admin_token == self.secret_key:
            raise ValueError("ADMIN_TOKEN and SECRET_KEY must differ; make one of them anew")
        return self


def names() -> tuple[str, ...]:
    """Every name that `load` reads, in the order of the documentation."""
    return tuple(str(field.alias) for field in Settings.model_fields.values())
