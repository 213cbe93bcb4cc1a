"""Asks the process beside it whether it is well, for a container's health check: exit 0 = yes.

`python -m handlers.web.probe [/healthz | /readyz]` asks where GRIDBOT_HTTP_LISTEN says; empty = nobody answers there
by choice, which is well. The standard library alone: it is started every half minute.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

PATIENCE = 4.0
LISTEN = "127.0.0.1:8090"
"""What the process listens on unless told otherwise."""

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not bound


def ask(listen: str, page: str) -> tuple[bool, str]:
    """Return whether it is well, and what it said."""
    if not listen:
        return True, "GRIDBOT_HTTP_LISTEN is empty: no health to ask for"
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    connection = HTTPConnection(ANYWHERE.get(host, host), int(port), timeout=PATIENCE)
    try:
        connection.request("GET", page)
        answer = connection.getresponse()
        return answer.status == 200, answer.read(4096).decode("utf-8", "replace")
    except (OSError, HTTPException) as error:
        return False, f"{listen} does not answer: {error or type(error).__name__}"
    finally:
        connection.close()


def main() -> int:
    """Ask, say what was answered, return the exit code."""
    listen = os.environ.get("GRIDBOT_HTTP_LISTEN", LISTEN).strip()
    well, said = ask(listen, sys.argv[1] if len(sys.argv) > 1 else "/healthz")
    sys.stdout.write(said + "\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
