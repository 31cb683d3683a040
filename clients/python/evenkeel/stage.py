"""What times a stage of a frame."""

from __future__ import annotations

from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, List, Optional, Tuple

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Type


class Stage:
    """Times what is done within ``with frame.stage(name):``, whether it ends well or not."""

    __slots__ = ("_parts", "_name", "_start_ns")

    def __init__(self, parts: List[Tuple[Any, Any]], name: Any) -> None:
        self._parts = parts
        self._name = name

    def __enter__(self) -> None:
        self._start_ns = perf_counter_ns()

    def __exit__(
        self,
        kind: "Optional[Type[BaseException]]",
        error: Optional[BaseException],
        trace: "Optional[TracebackType]",
    ) -> None:
        self._parts.append((self._name, (perf_counter_ns() - self._start_ns) / 1e6))


class UntimedStage(Stage):
    """Stands for a stage of a frame that is not timed."""

    __slots__ = ()

    def __enter__(self) -> None:
        return

    def __exit__(
        self,
        kind: "Optional[Type[BaseException]]",
        error: Optional[BaseException],
        trace: "Optional[TracebackType]",
    ) -> None:
        return


#: One for all, because it keeps nothing.
UNTIMED = UntimedStage([], "")
