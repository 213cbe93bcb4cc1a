"""Settings from the environment and a `.env` file; whatever is wrong with them is told at once."""

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "GRIDBOT_"
TELEGRAM = "https://api.telegram.org"
HIDDEN = "***"


@dataclass(frozen=True)
class Problem:
    """Something wrong with one setting: its name in the environment, what is wrong, and what helps."""

    name: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.name}: {self.what}; {self.remedy}"


class SettingsError(Exception):
    """Settings that cannot be used, with every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class _WrongError(ValueError):
    """A value that cannot be used; never quotes a secret."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"{what}; {remedy}")


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise _WrongError("is no web address", "write https://host or http://host:port")
    return value.rstrip("/")


class Settings(BaseSettings):
    """Everything the environment decides. Made by `load_settings`, which also checks what must fit together."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    token: SecretStr | None = None
    telegram_url: str = TELEGRAM
    database_url: str = "sqlite+aiosqlite:///gridbot.db"
    district: Path = Path("district.yaml")
    http_listen: str = "127.0.0.1:8090"
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    model: Path | None = None
    clock_url: str | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from `load_settings` alone: it compares the names, which the usual sources do not."""
        return (init_settings,)

    @field_validator("token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]{30,}", value.get_secret_value()):
            raise _WrongError(
                "does not look like a bot token", "copy it from @BotFather: digits, a colon, 35 characters"
            )
        return value

    @field_validator("telegram_url", "clock_url", "webhook_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        return None if value is None else _web_address(value)

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        forms = "write sqlite+aiosqlite:///gridbot.db or postgresql+asyncpg://user:password@host/name"
        scheme, colon, rest = value.partition("://")
        if not colon or scheme not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
            raise _WrongError("is no database gridbot can use", forms)
        if scheme == "sqlite+aiosqlite" and (not rest.startswith("/") or rest.partition("?")[0] in ("/", "/:memory:")):
            raise _WrongError("names no file", "write sqlite+aiosqlite:/// and the file, such as gridbot.db")
        if scheme == "postgresql+asyncpg" and not rest.partition("?")[0].rpartition("@")[2].partition("/")[2]:
            raise _WrongError("names no database", forms)
        return value

    @field_validator("http_listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        host, colon, port = value.rpartition(":")
        if value and not (colon and host and re.fullmatch(r"[0-9]{1,5}", port) and int(port) < 65536):
            raise _WrongError(
                f"{value!r} is no address to listen on", "write 127.0.0.1:8090, or leave it empty for none"
            )
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise _WrongError("cannot be sent by Telegram", "use 1 to 256 letters, digits, _ and -")
        return value

    @property
    def listen(self) -> tuple[str, int] | None:
        """Host and port of our own HTTP server, None for none."""
        host, _, port = self.http_listen.rpartition(":")
        return (host.strip("[]"), int(port)) if self.http_listen else None

    @property
    def bot_token(self) -> str:
        """The token in the clear; raise `SettingsError` where there is none."""
        if self.token is None:
            raise SettingsError([Problem(f"{PREFIX}TOKEN", "is missing", "put in the token that @BotFather gave you")])
        return self.token.get_secret_value()

    def masked(self) -> dict[str, str]:
        """Return every setting under its name in the environment, fit to be printed: secrets are hidden."""
        return {_name(field): _masked(field, getattr(self, field)) for field in type(self).model_fields}

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={value}' for name, value in self.masked().items())})"

    __str__ = __repr__


def _name(field: str) -> str:
    return PREFIX + field.upper()


def _masked(field: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        # The digits before the colon are the bot's public id: they tell which bot this is.
        return f"{value.get_secret_value().partition(':')[0]}:{HIDDEN}" if field == "token" else HIDDEN
    text = re.sub(r"(://[^:/?#@]*:).*@", rf"\1{HIDDEN}@", str(value))
    return re.sub(r"([?&][^=&]*(?:password|secret|token|key)[^=&]*=)[^&]*", rf"\1{HIDDEN}", text, flags=re.IGNORECASE)


def _unknown(names: Iterable[str]) -> list[Problem]:
    known = [_name(field) for field in Settings.model_fields]
    problems = []
    for name in sorted(set(names)):
        if name.upper().startswith(PREFIX) and name not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.75)
            remedy = f"did you mean {close[0]}?" if close else f"remove it; known: {', '.join(known)}"
            problems.append(Problem(name, "is unknown", remedy))
    return problems


def _dotenv(path: Path) -> dict[str, str]:
    try:
        # No interpolation: a `$` in a password is a `$`.
        found = dotenv_values(path, interpolate=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            [Problem(str(path), f"cannot be read ({error})", "make it a readable UTF-8 file")]
        ) from None
    return {name: value for name, value in found.items() if value is not None}


def _told(error: ValidationError) -> list[Problem]:
    problems = []
    for detail in error.errors(include_input=False, include_url=False):
        name = _name(str(detail["loc"][0]))
        wrong = detail.get("ctx", {}).get("error")
        if isinstance(wrong, _WrongError):
            problems.append(Problem(name, wrong.what, wrong.remedy))
        else:
            expected = detail.get("ctx", {}).get("expected", "see the table in the README")
            problems.append(Problem(name, "cannot be used", f"write one of: {expected}"))
    return problems


def _unfit(values: Mapping[str, Any]) -> list[Problem]:
    """Check what must fit together, on raw values, so that it is told together with everything else."""

    def given(field: str) -> str:
        value = values.get(field, Settings.model_fields[field].default)
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")

    try:
        host = (urlsplit(given("telegram_url")).hostname or "").rstrip(".")
    except ValueError:
        host = ""  # told as no web address
    telegrams_own = host == "telegram.org" or host.endswith(".telegram.org")
    problems = []
    if given("clock_url") and telegrams_own:
        what = "is for practice and cannot be used with Telegram's own server"
        remedy = f"remove it, or point {PREFIX}TELEGRAM_URL at a rehearsal server"
        problems.append(Problem(f"{PREFIX}CLOCK_URL", what, remedy))
    if bool(given("webhook_url")) != bool(given("webhook_secret")):
        missing, there = ("SECRET", "URL") if given("webhook_url") else ("URL", "SECRET")
        what, remedy = f"is missing beside {PREFIX}WEBHOOK_{there}", "set both, or neither for long polling"
        problems.append(Problem(f"{PREFIX}WEBHOOK_{missing}", what, remedy))
    if given("webhook_url") and telegrams_own and not given("webhook_url").startswith("https://"):
        problems.append(Problem(f"{PREFIX}WEBHOOK_URL", "is not https", "Telegram calls https addresses only"))
    if given("webhook_url") and not given("http_listen"):
        what = "is empty, so nobody would hear the webhook"
        problems.append(Problem(f"{PREFIX}HTTP_LISTEN", what, "write an address such as 127.0.0.1:8090"))
    return problems


def load_settings(
    environ: Mapping[str, str] | None = None, *, env_file: Path | None = None, **overrides: object
) -> Settings:
    """Return the settings; raise `SettingsError` with all problems at once.

    `environ` is the process's own environment if left out, and only then `.env` is read without being named in
    `env_file`. The environment wins over the file, `overrides` (by field name; None is left out) over both.
    """
    if environ is None:
        environ, env_file = os.environ, env_file or Path(".env")
    texts = {**(_dotenv(env_file) if env_file else {}), **environ}
    values: dict[str, Any] = {}
    for field in Settings.model_fields:
        text = texts.get(_name(field), "").strip()
        # An empty value is as good as none, but for the one where empty means something.
        if text or (field == "http_listen" and _name(field) in texts):
            values[field] = text.lower() if field in ("log_level", "log_format") else text
    values |= {field: value for field, value in overrides.items() if value is not None}
    problems = _unknown(texts) + _unfit(values)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise SettingsError([*problems, *_told(error)]) from None
    if problems:
        raise SettingsError(problems)
    return settings
