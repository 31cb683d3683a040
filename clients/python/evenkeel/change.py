"""Whether a frame's scene moves and whether its interface changed: two of the flags that frame skipping weighs."""

from __future__ import annotations

import sys
from operator import itemgetter
from typing import Any, Callable, Dict, List, Sequence, Tuple

from .importance import to_thousandths
from .thumbnail import THUMBNAIL_BYTES, THUMBNAIL_HEIGHT, THUMBNAIL_WIDTH

#: A rectangle in shares of the frame, 0 to 1: left, top, width, height.
ShareRect = Sequence[float]


class FrameChange:
    """Compares each thumbnail with the one at which a change was last told, not with the one before: a slow drift
    adds up until it is told.

    A part has changed when at least one of its points, and at least the given share of them, differ by more than the
    threshold. The first look tells both. Shares are taken as integer thousandths, so that all languages agree. The
    defaults are choices, not measurements.
    """

    def __init__(
        self,
        interface: Sequence[ShareRect] = (),
        pixel_threshold: int = 16,
        motion_share: float = 0.02,
        interface_share: float = 0.01,
    ) -> None:
        """``interface``: the parts of the frame that are interface (chat, inventory), as (left, top, width, height)
        in shares of the frame; all else is the scene. ``pixel_threshold``: a point differs when its grey, 0 to 255,
        moved by more than this. ``motion_share`` and ``interface_share``: the share, 0 to 1, of the points of scene
        and interface that must differ. Raises TypeError for a share, threshold or rectangle that is none.
        """
        if isinstance(pixel_threshold, bool) or not isinstance(pixel_threshold, int) or not 0 <= pixel_threshold <= 255:
            raise TypeError(f"pixel_threshold: expected a whole number from 0 to 255, got {pixel_threshold!r}")
        #: Why the newest look could not be judged, in one sentence; None when it could.
        self.problem: "str | None" = None
        inside = _interface_points(interface)
        points = range(THUMBNAIL_BYTES)
        self._scene = _Part(
            [point for point in points if not inside[point]], _share("motion_share", motion_share), pixel_threshold
        )
        self._interface = _Part(
            [point for point in points if inside[point]], _share("interface_share", interface_share), pixel_threshold
        )

    def look(self, thumbnail: Any) -> Dict[str, bool]:
        """What has changed since it was last told, as flags for ``bot.should_skip(**flags)``.

        ``thumbnail``: the 64 × 36 grey bytes that ``thumbnail`` makes. What is none counts as changed, so that no frame
        is skipped that cannot be judged, and ``problem`` says so; it is compared with nothing.
        """
        data = _bytes_of(thumbnail)
        if data is None or len(data) != THUMBNAIL_BYTES:
            came = type(thumbnail).__name__ if data is None else len(data)
            self.problem = f"look: expected a thumbnail of {THUMBNAIL_BYTES} bytes, got {came}; it counts as changed"
            return {"motion_detected": True, "ui_changes": True}
        self.problem = None
        return {"motion_detected": self._scene.has_changed(data), "ui_changes": self._interface.has_changed(data)}


def _bytes_of(thumbnail: Any) -> "bytes | None":
    try:
        return None if isinstance(thumbnail, int) else bytes(thumbnail)
    except (TypeError, ValueError):
        return None


class _Part:
    """The points of one part of the frame, and what they were when a change was last told."""

    def __init__(self, points: List[int], least_thousandths: int, threshold: int) -> None:
        self._take: Callable[[bytes], bytes] = _taker(points)
        self._least = least_thousandths * len(points)
        self._threshold = threshold
        self._before: "bytes | None" = None

    def has_changed(self, data: bytes) -> bool:
        now = self._take(data)
        changed = 0 if self._before is None else _count_beyond(now, self._before, self._threshold)
        is_told = self._before is None or (changed > 0 and changed * 1000 >= self._least)
        if is_told:
            self._before = now
        return is_told


def _taker(points: List[int]) -> Callable[[bytes], bytes]:
    if len(points) == THUMBNAIL_BYTES:
        return bytes
    if len(points) < 2:
        return lambda data: bytes([data[point] for point in points])
    take = itemgetter(*points)
    return lambda data: bytes(take(data))


def _count_beyond(now: bytes, before: bytes, threshold: int) -> int:
    """How many bytes differ by more than the threshold; by numpy where the bot has loaded it, a tenth of the time."""
    if now == before:
        return 0
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return sum(1 for new, old in zip(now, before) if new - old > threshold or old - new > threshold)
    new = numpy.frombuffer(now, dtype="uint8").astype("int16")
    return int(numpy.count_nonzero(abs(new - numpy.frombuffer(before, dtype="uint8")) > threshold))


def _interface_points(rects: Sequence[ShareRect]) -> List[bool]:
    """For each point whether its middle lies in one of the rectangles; their right and lower edges are outside."""
    if isinstance(rects, (str, bytes)) or not hasattr(rects, "__iter__"):
        raise TypeError(f"interface: expected a list of (left, top, width, height), got {rects!r}")
    edges = [_edges(rect) for rect in rects]
    inside = []
    for point in range(THUMBNAIL_BYTES):
        x = (2 * (point % THUMBNAIL_WIDTH) + 1) * 1000
        y = (2 * (point // THUMBNAIL_WIDTH) + 1) * 1000
        inside.append(
            any(
                left * 2 * THUMBNAIL_WIDTH <= x < right * 2 * THUMBNAIL_WIDTH
                and top * 2 * THUMBNAIL_HEIGHT <= y < bottom * 2 * THUMBNAIL_HEIGHT
                for left, top, right, bottom in edges
            )
        )
    return inside


def _edges(rect: ShareRect) -> Tuple[int, int, int, int]:
    if isinstance(rect, (str, bytes)) or not hasattr(rect, "__len__") or len(rect) != 4:
        raise TypeError(f"interface: expected (left, top, width, height), got {rect!r}")
    left, top, width, height = (_share("interface", share) for share in rect)
    return left, top, left + width, top + height


def _share(name: str, share: Any) -> int:
    try:
        if 0 <= share <= 1 and not isinstance(share, bool):
            return to_thousandths(float(share))
    except (TypeError, ValueError):
        pass
    raise TypeError(f"{name}: expected a share from 0 to 1, got {share!r}")
