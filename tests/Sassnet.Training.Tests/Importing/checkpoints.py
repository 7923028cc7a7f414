"""Writes checkpoints as torch.save does, of the network that docs/weights.md shows: checkpoints.py docs/weights.md FOLDER FILTERS [STRUCTURES].

The weights follow a rule that needs no PyTorch to be checked: element i of the tensor that is the k-th by name is ((7919 i + 104729 k) mod 2048) / 1024 - 1, and one
more for a running variance. The files beside this one were made with two filters: parallel.pth and older.pth, and of two
structures structures.pth, which is the older.pth of such a run.
"""

import argparse
import collections
import datetime
import enum
import pathlib
import random
import re
import sys

import numpy
import torch

page, folder = sys.argv[1:3]
blocks = re.findall(r"```python\n(.*?)```", open(page).read(), re.DOTALL)
exec(blocks[0])
network = VNet(*map(int, sys.argv[3:])).eval()
with torch.no_grad():
    for k, (name, tensor) in enumerate(sorted(network.state_dict().items())):
        if tensor.is_floating_point():
            numbers = ((7919 * torch.arange(tensor.numel()) + 104729 * k) % 2048).float() / 1024 - 1
            tensor.copy_(numbers.reshape(tensor.shape) + (1 if name.endswith("running_var") else 0))
state = network.state_dict()
before = {name: tensor.clone() for name, tensor in state.items()}
parallel = torch.nn.DataParallel(network).state_dict()
optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)

# A view of a larger storage, with other strides than its own.
turned = dict(state)
name = "block_two.conv.0.weight"
both = torch.stack([torch.zeros_like(state[name]), state[name]]).permute(0, 5, 4, 3, 2, 1).contiguous()
turned[name] = both[1].permute(4, 3, 2, 1, 0)

torch.save(state, f"{folder}/plain.pth")
torch.save({"net": parallel, "opt": optimizer.state_dict(), "epoch": 3}, f"{folder}/parallel.pth")
torch.save({name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in state.items()}, f"{folder}/older.pth", _use_new_zipfile_serialization=False)
torch.save({"state_dict": state, "best": 0.9}, f"{folder}/wrapped-older.pth", _use_new_zipfile_serialization=False)
torch.save(turned, f"{folder}/turned.pth")
torch.save({"student": state, "teacher": state}, f"{folder}/two.pth")
torch.save(network, f"{folder}/network.pth")
torch.save(network, f"{folder}/network-older.pth", _use_new_zipfile_serialization=False)
torch.save({"state_dict": state, "recent": collections.deque([1, 2])}, f"{folder}/list.pth")

# The names that torch.compile of 2.0 and later gives, of the network and of a part; and of a compiled one that is trained in parallel.
torch.save({"_orig_mod." + name: tensor for name, tensor in state.items()}, f"{folder}/compiled.pth")
torch.save({"module._orig_mod." + name.replace("block_one.", "block_one._orig_mod."): tensor for name, tensor in state.items()}, f"{folder}/compiled-parallel.pth")
torch.save(torch.optim.swa_utils.AveragedModel(network).state_dict(), f"{folder}/averaged.pth")


class Phase(enum.Enum):
    LATE = 2


class Config(dict):
    """As configuration packages have it: a dictionary with attributes."""


# What training scripts save beside the state dict.
network.train()
sum(map(torch.sum, network(torch.rand(1, 1, 32, 32, 32)))).backward()
adam = torch.optim.Adam(network.parameters())
adam.step()
network.eval()
training = {
    "epoch": 3,
    "state_dict": {name: tensor.clone() for name, tensor in before.items()},
    "optimizer": adam.state_dict(),
    "scheduler": torch.optim.lr_scheduler.StepLR(adam, 1).state_dict(),
    "args": argparse.Namespace(root=pathlib.Path("/data/la"), device=torch.device("cpu"), dtype=torch.float16, patch=torch.Size([112, 112, 80]), lr=1e-3),
    "best": torch.tensor(0.9),
    "score": numpy.float64(0.9),
    "curve": numpy.arange(3),
    "history": collections.defaultdict(list, dice=[0.1, 0.2]),
    "seen": {1, 2},
    "kept": frozenset([3]),
    "when": datetime.datetime(2024, 1, 2),
    "phase": Phase.LATE,
    "config": Config(lr=0.1, patch=[112, 112, 80]),
    "loss": torch.nn.CrossEntropyLoss(),
    "rng": (torch.get_rng_state(), numpy.random.get_state(), random.getstate()),
    "torch_rng": torch.get_rng_state(),
}
torch.save(training, f"{folder}/training.pth")
torch.save(training, f"{folder}/training-older.pth", _use_new_zipfile_serialization=False)
for protocol in [3, 4, 5]:
    torch.save(training, f"{folder}/training-{protocol}.pth", pickle_protocol=protocol)
    torch.save(training, f"{folder}/training-older-{protocol}.pth", pickle_protocol=protocol, _use_new_zipfile_serialization=False)
noted = {name: torch.nn.Parameter(tensor) if tensor.is_floating_point() else tensor for name, tensor in before.items()}
noted["out_conv.bias"].note = "kept apart"
noted["out_conv.weight"] = before["out_conv.weight"].clone()
noted["out_conv.weight"].note = "kept apart"
torch.save(noted, f"{folder}/noted.pth")
network.load_state_dict(before)

size = (1, 1, 32, 16, 16)
scan = (torch.arange(32 * 16 * 16) % 97).float().reshape(size) / 48 - 1
with torch.no_grad():
    sdm, probability = network(scan)
with open(f"{folder}/maps.bin", "wb") as file:
    file.write(sdm.numpy().tobytes() + probability.numpy().tobytes())
