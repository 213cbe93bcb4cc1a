"""Pictures that were sent as files: they still carry where they were taken, so they are sent anew, as photos."""

from telegram import Bot
from telegram.error import BadRequest

LARGEST = 10 * 1024 * 1024
"""Bytes of a photo that a bot may upload."""


async def fetched(bot: Bot, file_id: str) -> bytes:
    """Return the bytes of a picture that is sent anew: uploaded as a photo, Telegram keeps nothing but the picture.

    BadRequest where it is too large for a photo, or gone.
    """
    file = await bot.get_file(file_id)
    if (file.file_size or 0) > LARGEST:
        raise BadRequest("file is too big for a photo")
    return bytes(await file.download_as_bytearray())
