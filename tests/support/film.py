"""A moving picture, made of screenshots of a page: how long each is shown is directed, however long taking it took."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.async_api import FloatRect, Locator, Page

LARGEST_PICTURE = 1_500_000  # bytes of one in the README: a page of pictures has to load
TYPED_AT_ONCE = 4  # letters
TYPED_IN = 0.07  # seconds


@dataclass(slots=True)
class Film:
    """What a part of a page shows, frame after frame."""

    page: Page
    clip: FloatRect
    frames: list[bytes] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    async def shot(self, seconds: float) -> None:
        """Show for so long what the page shows now; what has not changed is the same frame."""
        frame = await self.page.screenshot(clip=self.clip, animations="disabled")
        if self.frames and frame == self.frames[-1]:
            self.seconds[-1] += seconds
        else:
            self.frames.append(frame)
            self.seconds.append(seconds)

    async def type(self, field: Locator, text: str) -> None:
        """Film how a text is written into a field."""
        await field.focus()
        for start in range(0, len(text), TYPED_AT_ONCE):
            await field.press_sequentially(text[start : start + TYPED_AT_ONCE])
            await self.shot(TYPED_IN)

    def develop(self, path: Path) -> None:
        """Write it down as an animated WebP, which a README can show, and which plays again and again."""
        first, *rest = [Image.open(io.BytesIO(frame)).convert("RGB") for frame in self.frames]
        times = [round(1000 * seconds) for seconds in self.seconds]
        first.save(path, save_all=True, append_images=rest, duration=times, loop=0, lossless=True, quality=60, method=4)


def running_time(path: Path) -> float:
    """Return how long a moving picture takes, in seconds."""
    with Image.open(path) as image:
        milliseconds = 0
        for n in range(getattr(image, "n_frames", 1)):
            image.seek(n)
            image.load()
            milliseconds += image.info.get("duration", 0)
    return milliseconds / 1000
