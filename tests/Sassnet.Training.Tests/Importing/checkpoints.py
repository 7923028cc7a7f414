"""Writes checkpoints as torch.save does, of the network that docs/weights.md shows: checkpoints.py docs/weights.md FOLDER FILTERS [STRUCTURES].

The weights follow a rule that needs no PyTorch to be checked: element i of the tensor that is the k-th by name is ((7919 i + 104729 k) mod 2048) / 1024 - 1, and one
more for a running variance. The files beside this one were made with one filter: parallel.pth and older.pth, and of two
structures structures.pth, which is the older.pth of such a run.
"""

import re
import sys

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

size = (1, 1, 32, 16, 16)
scan = (torch.arange(32 * 16 * 16) % 97).float().reshape(size) / 48 - 1
with torch.no_grad():
    sdm, probability = network(scan)
with open(f"{folder}/maps.bin", "wb") as file:
    file.write(sdm.numpy().tobytes() + probability.numpy().tobytes())
