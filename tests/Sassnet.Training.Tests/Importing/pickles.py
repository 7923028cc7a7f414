"""Writes what Pickles.cs reads, with Python 3.11, NumPy 1.24 and PyTorch 1.13: pickles.py FOLDER.

objects.txt: objects that training scripts save beside a state dict, each as the pickle of {"before": 1, "object": object, "after": 2}. older.txt: what torch.save writes in the
form before PyTorch 1.6, of a state dict and a configuration. A line has a name, the protocol and the pickle or file in base64.
"""

import argparse
import array
import base64
import collections
import copyreg
import dataclasses
import datetime
import decimal
import enum
import fractions
import io
import pathlib
import pickle
import re
import sys
import types
import uuid

import numpy
import torch


def of(module, cls):
    """The class as one of a module that is not installed where the pickle is read."""
    parent, _, name = module.partition(".")
    for known in [parent, module]:
        sys.modules.setdefault(known, types.ModuleType(known))
    if name:
        setattr(sys.modules[parent], name, sys.modules[module])
    cls.__module__ = module
    cls.__qualname__ = cls.__name__
    setattr(sys.modules[module], cls.__name__, cls)
    return cls


class CfgNode(dict):
    """As in yacs: a dictionary with attributes of its own."""

    def __init__(self, items):
        super().__init__({name: CfgNode(item) if isinstance(item, dict) else item for name, item in items.items()})
        self.__dict__["__immutable__"] = False


class EasyDict(dict):
    """As in easydict: each item is an attribute too."""

    def __init__(self, items):
        for name, item in items.items():
            setattr(self, name, item)

    def __setattr__(self, name, item):
        super().__setattr__(name, item)
        super().__setitem__(name, item)


class History(list):
    pass


class Names(set):
    pass


class Empty:
    pass


class Slots:
    __slots__ = ("rate", "steps")


class Stateful:
    def __getstate__(self):
        return [1, 2]

    def __setstate__(self, state):
        pass


class Reconstructed:
    def __reduce__(self):
        return copyreg._reconstructor, (Reconstructed, object, None), {"rate": 0.1}


class ByKeyword:
    def __new__(cls, *, rate):
        return super().__new__(cls)

    def __getnewargs_ex__(self):
        return (), {"rate": 0.1}


class Outer:
    class Inner(dict):
        pass


class Phase(enum.Enum):
    LATE = 2


class Sides(enum.IntFlag):
    LEFT = 1
    RIGHT = 2


@dataclasses.dataclass
class Settings:
    rate: float = 0.1


Point = collections.namedtuple("Point", "x y")

of("yacs.config", CfgNode)
of("easydict", EasyDict)
for cls in [History, Names, Empty, Slots, Stateful, Reconstructed, ByKeyword, Outer, Phase, Sides, Settings, Point]:
    of("project.settings", cls)
Outer.Inner.__module__ = "project.settings"
Outer.Inner.__qualname__ = "Outer.Inner"

config = {"solver": {"rate": 0.1, "steps": [1, 2, 3]}, "name": "la"}
slots = Slots()
slots.rate, slots.steps = 0.1, 3
itself = CfgNode(config)
itself["itself"] = itself
noted = collections.OrderedDict(rate=0.1)
noted._metadata = {"version": 1}
objects = {
    "cfg-node": CfgNode(config),
    "cfg-node-empty": CfgNode({}),
    "cfg-node-of-itself": itself,
    "easy-dict": EasyDict(config),
    "namespace": argparse.Namespace(root=pathlib.PurePosixPath("/data"), rate=0.1),
    "simple-namespace": types.SimpleNamespace(rate=0.1),
    "dataclass": Settings(),
    "default-dict": collections.defaultdict(list, dice=[0.1, 0.2]),
    "counter": collections.Counter("abb"),
    "ordered-dict": noted,
    "deque": collections.deque([1, 2, 3], maxlen=8),
    "named-tuple": Point(1, 2),
    "list-subclass": History([1, 2, 3]),
    "set": {1, 2},
    "set-empty": set(),
    "set-subclass": Names([1, 2]),
    "frozenset": frozenset([1, 2]),
    "empty": Empty(),
    "slots": slots,
    "list-as-state": Stateful(),
    "reconstructor": Reconstructed(),
    "by-keyword": ByKeyword(rate=0.1),
    "nested-class": Outer.Inner(rate=0.1),
    "enum": Phase.LATE,
    "flag": Sides.LEFT | Sides.RIGHT,
    "path": pathlib.PurePosixPath("/data/la"),
    "datetime": datetime.datetime(2024, 1, 2, 3, 4, 5, 6, datetime.timezone.utc),
    "date": datetime.date(2024, 1, 2),
    "timedelta": datetime.timedelta.max,
    "decimal": decimal.Decimal("NaN"),
    "fraction": fractions.Fraction(1, 3),
    "complex": 1 + 2j,
    "uuid": uuid.UUID(int=7),
    "pattern": re.compile("a+"),
    "bytes": b"\x00\xff",
    "bytearray": bytearray(b"\x00\xff"),
    "array": array.array("d", [0.5]),
    "range": range(3),
    "exception": ValueError("rate"),
    "class": dict,
    "function": print,
    "none-as-key": {None: 1, (1, 2): 3},
    "numbers": [0, 255, 65535, -1, 2**31, -(2**63), 2**80, 0.1, float("nan"), True, False, None],
    "numpy-array": numpy.arange(3),
    "numpy-objects": numpy.array([1, "a", None], dtype=object),
    "numpy-records": numpy.zeros(1, dtype=[("x", "f4"), ("y", "i8")]),
    "numpy-scalar": numpy.float64(0.9),
    "numpy-dtype": numpy.dtype("float32"),
    "torch-size": torch.Size([112, 112, 80]),
    "torch-device": torch.device("cuda", 0),
    "torch-dtype": torch.float16,
}


def line(name, protocol, content):
    return f"{name} {protocol} {base64.b64encode(content).decode()}\n"


folder = sys.argv[1]
with open(f"{folder}/objects.txt", "w") as file:
    for name, made in objects.items():
        for protocol in range(2, 6):
            file.write(line(name, protocol, pickle.dumps({"before": 1, "object": made, "after": 2}, protocol)))

with open(f"{folder}/older.txt", "w") as file:
    for protocol in range(1, 6):
        saved = io.BytesIO()
        numbers = torch.tensor([[0.5, -1.0, 2.0]])
        torch.save({"cfg": CfgNode(config), "net": {"out_conv.weight": numbers}}, saved, pickle_protocol=protocol, _use_new_zipfile_serialization=False)
        file.write(line("config-and-state-dict", protocol, saved.getvalue()))
