"""Model and size where not every model runs at every size: they are changed as one, in the order that has no gap."""

from __future__ import annotations

from typing import Any, Mapping, Sequence, Tuple

from .offer import KnobValue

#: The knobs that are changed as one.
PAIR = ("model", "resolution")

#: A model and a size, in the order of ``PAIR``.
Pair = Tuple[KnobValue, KnobValue]


def other_of(knob: str) -> str:
    """The other one of the two."""
    return "resolution" if knob == "model" else "model"


def lists_sizes(models: Sequence[Mapping[str, Any]]) -> bool:
    """Whether some model does not run at every size."""
    return any("sizes" in model for model in models)


def runs_at(models: Sequence[Mapping[str, Any]], pair: Pair) -> bool:
    """Whether a model that lists its sizes runs at this one; a model that lists none runs at every size."""
    name, size = pair
    sizes = next((model.get("sizes") for model in models if model.get("name") == name), None)
    return sizes is None or size in sizes


def first_of(models: Sequence[Mapping[str, Any]], in_force: Pair, wanted: Pair) -> str:
    """The one to change first, of two that differ: the size where the model in force runs at it, for that is soon
    done, else the model. Where neither way leads over a pair that was offered, the size follows its model at once."""
    return "resolution" if runs_at(models, (in_force[0], wanted[1])) else "model"
