"""Checks the GPUs of one replica before a model server takes them: every pair is linked by NVLink, and they add up.

torchrun runs it once for each GPU. A pair without NVLink serves at a fraction of the speed, and one whose peer
access is advertised but broken (IOMMU or ACS in a virtual machine) hangs instead of failing.
"""

import datetime
import os
import re
import subprocess
import sys

import torch
import torch.distributed as dist

RANK = int(os.environ["LOCAL_RANK"])
GPUS = int(os.environ["LOCAL_WORLD_SIZE"])
WORDS = 1 << 26


def unlinked(matrix, gpus):
    """Pairs that the topology matrix of nvidia-smi does not call NV<number of links>."""
    rows = [line.split() for line in matrix.splitlines() if re.match(r"GPU\d+\s", line)]
    cells = [row[1 : gpus + 1] for row in rows[:gpus]]
    if len(cells) < gpus or any(len(row) < gpus for row in cells):
        sys.exit(f"nvidia-smi shows fewer than {gpus} GPUs:\n{matrix}")
    pairs = [(a, b) for a in range(gpus) for b in range(a + 1, gpus)]
    return [f"GPU{a}-GPU{b}: {cells[a][b]}" for a, b in pairs if not re.fullmatch(r"NV\d+", cells[a][b])]


def check_topology():
    matrix = subprocess.run(["nvidia-smi", "topo", "-m"], check=True, capture_output=True, text=True).stdout
    print(matrix, flush=True)
    pairs = unlinked(re.sub(r"\x1b\[[0-9;]*m", "", matrix), GPUS)
    if pairs:
        sys.exit(f"not linked by NVLink: {', '.join(pairs)}")


def check_all_reduce():
    torch.cuda.set_device(RANK)
    dist.init_process_group("nccl", timeout=datetime.timedelta(seconds=60))
    tensor = torch.full((WORDS,), float(RANK + 1), device="cuda")
    dist.all_reduce(tensor)
    wrong = (tensor != GPUS * (GPUS + 1) / 2).sum().item()
    dist.destroy_process_group()
    if wrong:
        sys.exit(f"all-reduce over {GPUS} GPUs: {wrong} of {WORDS} sums are wrong on GPU{RANK}")
    if RANK == 0:
        print(f"all-reduce over {GPUS} GPUs: every sum is right", flush=True)


if __name__ == "__main__":
    if RANK == 0 and GPUS > 1:
        check_topology()
    check_all_reduce()
