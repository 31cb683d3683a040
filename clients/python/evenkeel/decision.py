"""The newest value of every knob, as a value that never changes: a new decision is a new object."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Mapping, Tuple

from .names import camel
from .offer import KnobValue


class Decision(Mapping[str, KnobValue]):
    """Knob to value, read as ``decision.model`` or ``decision["model"]``.

    ``decision.frame_skip`` reads ``frameSkip``. A knob that bears the name of a method of a mapping (``values``) is
    read by its item alone. A knob that was not offered raises AttributeError or KeyError.
    """

    def __init__(self, values: Mapping[str, KnobValue]) -> None:
        own = dict(values)
        members = {name: value for name, value in own.items() if not hasattr(Decision, name)}
        self.__dict__.update(members)
        self.__dict__["_values"] = own

    def __getattr__(self, name: str) -> Any:
        # Reached only where no knob has this very name.
        values: Dict[str, KnobValue] = self.__dict__.get("_values", {})
        knob = camel(name)
        if knob in values:
            return values[knob]
        raise AttributeError(f"expected one of the offered knobs ({', '.join(values) or 'none'}), got {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a decision does not change; {name} is the agent's to decide")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a decision does not change; {name} is the agent's to decide")

    def __getitem__(self, knob: str) -> KnobValue:
        values: Dict[str, KnobValue] = self.__dict__["_values"]
        return values[knob]

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__["_values"])

    def __len__(self) -> int:
        return len(self.__dict__["_values"])

    def __repr__(self) -> str:
        return f"Decision({self.__dict__['_values']!r})"

    def __reduce__(self) -> Tuple[Any, ...]:
        return Decision, (self.__dict__["_values"],)
