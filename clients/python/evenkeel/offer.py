"""The short forms of a ``connect`` call, checked and written out as the wire wants them."""

from __future__ import annotations

import math
import operator
import re
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

#: What a knob can be set to: a model's name, a side in pixels, a share, a count.
KnobValue = Union[str, int, float]

#: A knob as the wire has it, always with ``value`` and ``safe``.
KnobOffer = Dict[str, Any]

#: The share of frames that a bot can be asked to skip at most.
LARGEST_SKIP = 0.8

#: bot-hello.schema.json.
MOST_KNOBS = 32
KNOB_NAME = re.compile(r"[a-z][A-Za-z0-9]{0,47}")
IN_CAMEL = {"switch_gap_ms": "switchGapMs"}
KEYS = ("values", "range", "value", "safe", "switchGapMs")


def expand_knobs(specs: Mapping[str, Any]) -> Dict[str, KnobOffer]:
    """Every knob with its value and its safe value. Raises TypeError for a spec that offers nothing."""
    if not isinstance(specs, Mapping):
        raise TypeError(f"knobs: expected a mapping of knob to values, got {type(specs).__name__}")
    if len(specs) > MOST_KNOBS:
        raise TypeError(f"knobs: expected {MOST_KNOBS} at most, got {len(specs)}")
    return {_knob_name(name): _expand(name, spec) for name, spec in specs.items()}


def expand_models(specs: Optional[Sequence[Any]], knobs: Mapping[str, KnobOffer]) -> List[Dict[str, Any]]:
    """The models as the wire wants them; without any, those that the knob ``model`` names."""
    if specs is None:
        specs = knobs.get("model", {}).get("values", [])
    if isinstance(specs, (str, Mapping)):
        raise TypeError(f"models: expected a list of names, got {type(specs).__name__}")
    models = []
    for spec in specs or []:
        if isinstance(spec, Mapping) and isinstance(spec.get("name"), str):
            model = dict(spec)
            if "sizes" in model:
                model["sizes"] = [_value("models: sizes", size) for size in model["sizes"]]
            models.append(model)
        elif isinstance(spec, Mapping):
            raise TypeError(f"models: expected a name in each, got {dict(spec)!r}")
        else:
            models.append({"name": str(spec)})
    return models


def kept_models(models: Sequence[Mapping[str, Any]], knobs: Mapping[str, KnobOffer]) -> List[Dict[str, Any]]:
    """The models that a knob still names, with their sizes where those are known; all of them without such a knob."""
    known = {model["name"]: dict(model) for model in models}
    values = knobs.get("model", {}).get("values")
    if values is None:
        return list(known.values())
    return [known.get(str(name), {"name": str(name)}) for name in values]


def said_in(specs: Mapping[str, Any]) -> List[str]:
    """The knobs of which a call says what is in force now."""
    return [name for name, spec in specs.items() if isinstance(spec, Mapping) and "value" in spec]


def take_offered(offer: KnobOffer, value: Any) -> Optional[KnobValue]:
    """The value as the bot itself wrote it when it is one that was offered; else None."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    if "values" in offer:
        values = offer["values"]
        return values[values.index(value)] if value in values else None
    low, high = offer["range"]
    return value if not isinstance(value, str) and low <= value <= high else None


def _knob_name(name: Any) -> str:
    if isinstance(name, str) and KNOB_NAME.fullmatch(name):
        return name
    raise TypeError(f"knobs: expected a name such as resolution or frameSkip, got {name!r}")


def _expand(name: str, spec: Any) -> KnobOffer:
    if spec is True:
        if name != "frameSkip":
            raise TypeError(f"knob {name}: expected its values or range; True is for frameSkip")
        return {"range": [0, LARGEST_SKIP], "value": 0, "safe": 0}
    if isinstance(spec, Mapping):
        given: Dict[Any, Any] = {IN_CAMEL.get(key, key): value for key, value in spec.items()}
    elif isinstance(spec, (list, tuple, range)):
        given = {"values": spec}
    else:
        raise TypeError(f"knob {name}: expected a list of values or a dict, got {spec!r}")
    unknown = [key for key in given if key not in KEYS]
    if unknown:
        raise TypeError(f"knob {name}: expected the keys {', '.join(KEYS)}, got {unknown[0]!r}")
    return _complete(name, given)


def _complete(name: str, given: Mapping[str, Any]) -> KnobOffer:
    if ("values" in given) == ("range" in given):
        raise TypeError(f"knob {name}: expected either values or range")
    key = "values" if "values" in given else "range"
    if isinstance(given[key], (str, Mapping)) or not hasattr(given[key], "__iter__"):
        raise TypeError(f"knob {name}: expected a list as {key}, got {given[key]!r}")
    ends = [_value(f"knob {name}", end) for end in given[key]]
    if not ends or (key == "range" and (len(ends) != 2 or any(isinstance(end, str) for end in ends))):
        raise TypeError(f"knob {name}: expected a list of values, or a range [lowest, highest], got {ends!r}")
    offer: KnobOffer = {key: ends}
    offer["value"] = _value(f"knob {name}: value", given.get("value", offer[key][0]))
    offer["safe"] = _value(f"knob {name}: safe", given.get("safe", offer["value"]))
    for which in ("value", "safe"):
        if take_offered(offer, offer[which]) is None:
            raise TypeError(f"knob {name}: expected {which} within {offer[key]}, got {offer[which]!r}")
    if "switchGapMs" in given:
        offer["switchGapMs"] = _value(f"knob {name}: switchGapMs", given["switchGapMs"])
    return offer


def _value(what: str, value: Any) -> KnobValue:
    """A plain number or string of Python; those of numpy become one."""
    if isinstance(value, str):
        return str(value)
    if not isinstance(value, bool):
        try:
            return operator.index(value)
        except TypeError:
            pass
        try:
            number = float(value)
            if math.isfinite(number):
                return number
        except (TypeError, ValueError):
            pass
    raise TypeError(f"{what}: expected a number or a string, got {value!r}")
