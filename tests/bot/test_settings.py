"""Settings: every mistake at once, no secret ever shown."""

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings

TOKEN = "123456789:AAExampleExampleExampleExample12345"


def problems(environ: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    return {problem.name: f"{problem.what}; {problem.remedy}" for problem in caught.value.problems}


def test_the_defaults_are_those_of_the_documentation() -> None:
    settings = load_settings({})
    assert settings.masked() == {
        "GRIDBOT_TOKEN": "",
        "GRIDBOT_TELEGRAM_URL": "https://api.telegram.org",
        "GRIDBOT_DATABASE_URL": "sqlite+aiosqlite:///gridbot.db",
        "GRIDBOT_DISTRICT": "district.yaml",
        "GRIDBOT_HTTP_LISTEN": "127.0.0.1:8090",
        "GRIDBOT_WEBHOOK_URL": "",
        "GRIDBOT_WEBHOOK_SECRET": "",
        "GRIDBOT_MODEL": "",
        "GRIDBOT_CLOCK_URL": "",
        "GRIDBOT_LOG_LEVEL": "info",
        "GRIDBOT_LOG_FORMAT": "console",
    }
    assert settings.listen == ("127.0.0.1", 8090)


def test_the_environment_wins_over_the_file_and_overrides_over_both(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "POSTGRES_PASSWORD=other\nGRIDBOT_DISTRICT=file.yaml\nGRIDBOT_LOG_LEVEL=error\nGRIDBOT_LOG_FORMAT=json\n",
        encoding="utf-8",
    )
    settings = load_settings(
        {"GRIDBOT_DISTRICT": "environment.yaml", "GRIDBOT_LOG_LEVEL": "WARNING"},
        env_file=file,
        log_level="debug",
        model=None,
    )
    assert (settings.district, settings.log_level, settings.log_format) == (Path("environment.yaml"), "debug", "json")


def test_the_process_reads_its_own_environment_and_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("GRIDBOT_LOG_FORMAT=json\n", encoding="utf-8")
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GRIDBOT_{name.upper()}", raising=False)
    monkeypatch.setenv("GRIDBOT_LOG_LEVEL", "debug")
    settings = load_settings()
    assert (settings.log_level, settings.log_format) == ("debug", "json")
    assert load_settings({}).log_format == "console"


def test_unknown_names_are_refused_all_at_once_with_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("GRIDBOT_DATABSE_URL=x\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings({"GRIDBOT_TOKN": "1", "gridbot_district": "x", "GRIDBOT_COFFEE": "1", "HOME": "/"}, env_file=file)
    told = {problem.name: problem.remedy for problem in caught.value.problems}
    assert told["GRIDBOT_TOKN"] == "did you mean GRIDBOT_TOKEN?"
    assert told["GRIDBOT_DATABSE_URL"] == "did you mean GRIDBOT_DATABASE_URL?"
    assert told["gridbot_district"] == "did you mean GRIDBOT_DISTRICT?"
    assert told["GRIDBOT_COFFEE"].startswith("remove it; known: GRIDBOT_TOKEN")
    assert len(told) == 4


def test_problems_of_every_kind_come_together() -> None:
    told = problems(
        {
            "GRIDBOT_TOKN": "1",
            "GRIDBOT_TOKEN": "nonsense",
            "GRIDBOT_LOG_LEVEL": "loud",
            "GRIDBOT_CLOCK_URL": "http://127.0.0.1:1/clock",
            "GRIDBOT_HTTP_LISTEN": "8090",
        }
    )
    assert set(told) == {
        "GRIDBOT_TOKN",
        "GRIDBOT_TOKEN",
        "GRIDBOT_LOG_LEVEL",
        "GRIDBOT_CLOCK_URL",
        "GRIDBOT_HTTP_LISTEN",
    }
    assert "'debug', 'info', 'warning' or 'error'" in told["GRIDBOT_LOG_LEVEL"]


@pytest.mark.parametrize("token", ["123:short", "abc:" + "x" * 35, TOKEN + "!", "bot" + TOKEN, TOKEN + "\n1"])
def test_a_bad_token_is_refused_and_not_echoed(token: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"GRIDBOT_TOKEN": token})
    text = str(caught.value)
    assert text.startswith("GRIDBOT_TOKEN: does not look like a bot token; ")
    assert token not in text
    assert caught.value.__suppress_context__


def test_the_token_is_missing_only_for_those_who_need_it() -> None:
    assert load_settings({}, token=TOKEN).bot_token == TOKEN
    with pytest.raises(SettingsError, match="GRIDBOT_TOKEN: is missing; "):
        _ = load_settings({}).bot_token


def test_nothing_printed_holds_a_secret() -> None:
    settings = load_settings(
        {
            "GRIDBOT_TOKEN": TOKEN,
            "GRIDBOT_DATABASE_URL": "postgresql+asyncpg://grid:pa@ss/wo:rd@db/grid?sslpassword=hush&x=1",
            "GRIDBOT_WEBHOOK_URL": "https://bot.example/hook",
            "GRIDBOT_WEBHOOK_SECRET": "whisper",
        }
    )
    shown = settings.masked()
    assert shown["GRIDBOT_TOKEN"] == "123456789:***"
    assert shown["GRIDBOT_DATABASE_URL"] == "postgresql+asyncpg://grid:***@db/grid?sslpassword=***&x=1"
    assert shown["GRIDBOT_WEBHOOK_SECRET"] == "***"
    for text in (repr(settings), str(settings), str(shown)):
        assert not any(secret in text for secret in ("AAExample", "wo:rd", "hush", "whisper"))


@pytest.mark.parametrize(
    "url", ["https://api.telegram.org", "https://API.telegram.org/", "https://api.telegram.org.:443", None]
)
def test_the_practice_clock_is_refused_with_telegrams_own_server(url: str | None) -> None:
    environ = {"GRIDBOT_CLOCK_URL": "http://127.0.0.1:9/clock"} | ({"GRIDBOT_TELEGRAM_URL": url} if url else {})
    assert set(problems(environ)) == {"GRIDBOT_CLOCK_URL"}


def test_the_practice_clock_is_for_the_rehearsal_server() -> None:
    settings = load_settings({}, clock_url="http://127.0.0.1:9/clock", telegram_url="http://127.0.0.1:9/")
    assert (settings.clock_url, settings.telegram_url) == ("http://127.0.0.1:9/clock", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///gridbot.db",
        "postgres://u:hush@h/d",
        "postgresql://u:hush@h/d",
        "postgresql+asyncpg://u:hush@h",
        "postgresql+asyncpg://u:hush@h/?x=1",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///",
        "sqlite+aiosqlite:///:memory:",
        "gridbot.db",
    ],
)
def test_a_database_that_cannot_serve_is_refused(url: str) -> None:
    told = problems({"GRIDBOT_DATABASE_URL": url})["GRIDBOT_DATABASE_URL"]
    assert "write " in told
    assert "hush" not in told


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite:////var/lib/grid.db",
        "postgresql+asyncpg://u:p@h:5432/d",
        "postgresql+asyncpg://postgres:@/postgres?host=/run/pg",
    ],
)
def test_both_databases_are_accepted(url: str) -> None:
    assert load_settings({"GRIDBOT_DATABASE_URL": url}).database_url == url


def test_the_webhook_needs_its_secret_https_and_ears() -> None:
    told = problems({"GRIDBOT_WEBHOOK_URL": "http://bot.example", "GRIDBOT_HTTP_LISTEN": ""})
    assert set(told) == {"GRIDBOT_WEBHOOK_SECRET", "GRIDBOT_WEBHOOK_URL", "GRIDBOT_HTTP_LISTEN"}
    assert set(problems({"GRIDBOT_WEBHOOK_SECRET": "s"})) == {"GRIDBOT_WEBHOOK_URL"}
    both = {"GRIDBOT_WEBHOOK_URL": "https://b.example", "GRIDBOT_WEBHOOK_SECRET": "no spaces"}
    assert set(problems(both)) == {"GRIDBOT_WEBHOOK_SECRET"}


@pytest.mark.parametrize("url", ["api.telegram.org", "ftp://host", "http://", "http://host:port", "http://[::1"])
def test_an_address_must_be_one(url: str) -> None:
    assert set(problems({"GRIDBOT_TELEGRAM_URL": url})) == {"GRIDBOT_TELEGRAM_URL"}


def test_empty_means_not_set_but_for_listening() -> None:
    settings = load_settings({"GRIDBOT_HTTP_LISTEN": "", "GRIDBOT_WEBHOOK_URL": "", "GRIDBOT_TOKEN": " "})
    assert (settings.listen, settings.webhook_url, settings.token) == (None, None, None)
    assert load_settings({"GRIDBOT_HTTP_LISTEN": "[::1]:0"}).listen == ("::1", 0)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings({}).log_level = "debug"  # type: ignore[misc]


def test_an_unreadable_dotenv_is_told(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"GRIDBOT_LOG_LEVEL=\xff\n")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings({}, env_file=file)
