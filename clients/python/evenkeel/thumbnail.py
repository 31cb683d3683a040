"""A picture as 64 × 36 grey points: small enough to compare at every frame, the same bytes in every language."""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import Any, Callable, List, Optional, Tuple

#: Points of a thumbnail across and down: 16 to 9, as most screens.
THUMBNAIL_WIDTH = 64
THUMBNAIL_HEIGHT = 36

#: Bytes of a thumbnail, one a point, row by row.
THUMBNAIL_BYTES = THUMBNAIL_WIDTH * THUMBNAIL_HEIGHT


def thumbnail(
    pixels: Any,
    width: Optional[int] = None,
    height: Optional[int] = None,
    channels: Optional[int] = None,
    order: str = "rgb",
) -> Optional[bytes]:
    """The point in the middle of each of 64 × 36 cells, as grey of 0 to 255: (77 R + 150 G + 29 B) >> 8, the weights
    of ITU-R BT.601 in 256ths.

    ``pixels``: bytes (or any buffer of bytes) in rows from the top without gaps, pixels from the left, channels side
    by side; or an array of numpy of the shape (height, width) or (height, width, channels), which needs none of the
    next three. ``width`` and ``height`` in pixels. ``channels``: 1 is grey, 3 is colour, 4 is colour and one that is
    not looked at (alpha). ``order``: ``rgb``, or ``bgr`` as screen captures and OpenCV give it.

    None for what is no picture of this layout, such as a capture that failed: ``FrameChange.look`` takes it. Raises
    TypeError for a layout that is none.
    """
    shape = getattr(pixels, "shape", None)
    if isinstance(shape, tuple) and len(shape) in (2, 3) and not isinstance(pixels, memoryview):
        return _of_array(pixels, shape, order)
    _check_order(order)
    if pixels is None:
        return None
    layout = _checked(width, height, channels, order)
    data = _bytes_in(pixels)
    if data is None or len(data) != layout[0] * layout[1] * layout[2]:
        return None
    parts = [take(data) for take in _takers(*layout)]
    if len(parts) == 1:
        return bytes(parts[0])
    return bytes([(77 * red + 150 * green + 29 * blue) >> 8 for red, green, blue in zip(*parts)])


def _bytes_in(pixels: Any) -> "bytes | bytearray | memoryview | None":
    if isinstance(pixels, (bytes, bytearray)):
        return pixels
    try:
        view = memoryview(pixels)
        return view.cast("B") if view.itemsize == 1 else None
    except TypeError:
        # No buffer, or one with gaps.
        return None


def _of_array(pixels: Any, shape: Tuple[int, ...], order: str) -> Optional[bytes]:
    """The same by numpy's own arithmetic; without importing it, because who has an array has it."""
    depth = shape[2] if len(shape) == 3 else 1
    _check_order(order)
    height, width, channels = shape[0], shape[1], depth
    if not height or not width or channels not in (1, 3, 4) or str(pixels.dtype) != "uint8":
        return None
    small = pixels[_middles(height, THUMBNAIL_HEIGHT)][:, _middles(width, THUMBNAIL_WIDTH)]
    if channels == 1:
        return bytes(small.tobytes())
    # A byte times 150 is beyond a byte.
    wide = small.astype("uint32")
    red, blue = (0, 2) if order == "rgb" else (2, 0)
    grey = (77 * wide[..., red] + 150 * wide[..., 1] + 29 * wide[..., blue]) >> 8
    return bytes(grey.astype("uint8").tobytes())


def _checked(width: Any, height: Any, channels: Any, order: str) -> Tuple[int, int, int, str]:
    for side in (width, height):
        if isinstance(side, bool) or not isinstance(side, int) or side < 1:
            raise TypeError(f"expected width and height in whole pixels from 1, got {width} × {height}")
    if channels not in (1, 3, 4):
        raise TypeError(f"expected 1, 3 or 4 channels, got {channels}")
    return width, height, channels, order


def _check_order(order: Any) -> None:
    if order not in ("rgb", "bgr"):
        raise TypeError(f"expected the order rgb or bgr, got {order!r}")


def _middles(pixels: int, cells: int) -> List[int]:
    """The pixel in the middle of each cell: floor((2 cell + 1) × pixels ÷ (2 cells))."""
    return [(2 * cell + 1) * pixels // (2 * cells) for cell in range(cells)]


@lru_cache(maxsize=8)
def _takers(width: int, height: int, channels: int, order: str) -> Tuple[Callable[[Any], Tuple[int, ...]], ...]:
    """For red, green and blue (or grey alone) what takes all points of it from the bytes; made once for each layout,
    since a bot's frames rarely change theirs."""
    points = [
        (row * width + column) * channels
        for row in _middles(height, THUMBNAIL_HEIGHT)
        for column in _middles(width, THUMBNAIL_WIDTH)
    ]
    if channels == 1:
        return (itemgetter(*points),)
    places = (0, 1, 2) if order == "rgb" else (2, 1, 0)
    return tuple(itemgetter(*(point + place for point in points)) for place in places)
