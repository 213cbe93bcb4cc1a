"""getMe, updates, webhooks and files."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from rehearsal.errors import ApiError, bad_request
from rehearsal.files import DOWNLOAD_BYTES
from rehearsal.model import JsonDict

from .context import Context

WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}$")
PORTS = frozenset({443, 80, 88, 8443})


def get_me(ctx: Context) -> JsonDict:
    """getMe."""
    return {
        **ctx.bot.user.wire(),
        "can_join_groups": True,
        "can_read_all_group_messages": ctx.bot.can_read_all_group_messages,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_join_request_queries": False,
    }


def _allowed(ctx: Context) -> list[str] | None:
    """An unreadable list is as good as none: the old one stays."""
    try:
        names = ctx.params.structure("allowed_updates")
    except ApiError:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return names


async def get_updates(ctx: Context) -> list[JsonDict]:
    """getUpdates."""
    if ctx.state.webhooks.url(ctx.bot.id):
        raise ApiError(409, WEBHOOK_ACTIVE)
    ctx.bot.queue.allow(_allowed(ctx))
    limit = ctx.params.integer("limit", 100) or 100
    found = await ctx.bot.queue.poll(
        ctx.params.integer("offset") or 0,
        min(max(limit, 1), 100),
        max(ctx.params.integer("timeout") or 0, 0),
    )
    if found:
        ctx.state.touch()
    return found


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def set_webhook(ctx: Context) -> bool:
    """setWebhook. Loopback addresses need neither https nor one of the four ports."""
    url = ctx.params.text("url")
    if not url:
        return delete_webhook(ctx)
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not _loopback(host):
        if parts.scheme != "https":
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in PORTS:
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        raise bad_request("bad webhook: the rehearsal delivers to loopback only")
    secret = ctx.params.text("secret_token")
    if secret and not _SECRET.match(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = ctx.params.integer("max_connections", 40) or 40
    if not 1 <= connections <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    ctx.bot.queue.allow(_allowed(ctx))
    if ctx.params.boolean("drop_pending_updates"):
        ctx.bot.queue.drop_all()
    ctx.state.webhooks.set(ctx.bot, url, secret, connections)
    return True


def delete_webhook(ctx: Context) -> bool:
    """deleteWebhook."""
    if ctx.params.boolean("drop_pending_updates"):
        ctx.bot.queue.drop_all()
    ctx.state.webhooks.remove(ctx.bot)
    return True


def get_webhook_info(ctx: Context) -> JsonDict:
    """getWebhookInfo."""
    info: JsonDict = {
        **ctx.state.webhooks.info(ctx.bot.id),
        "has_custom_certificate": False,
        "pending_update_count": len(ctx.bot.queue),
    }
    if ctx.bot.queue.explicit_allowed:
        info["allowed_updates"] = ctx.bot.queue.explicit_allowed
    return info


def get_file(ctx: Context) -> JsonDict:
    """getFile; beyond 20 MB it is refused."""
    file_id = ctx.params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = ctx.state.files.get(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "file_path": file.path,
    }


def log_out(ctx: Context) -> bool:
    """logOut; nothing changes, for there is no other server to move to."""
    return bool(ctx.bot)


def close(ctx: Context) -> Any:
    """close."""
    return bool(ctx.bot)
