"""Trains a network in the ranks of a process group: `torch_distributed.py DATA [tracker|decorator|spawn]`."""

import os
import sys

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torch.utils.data.distributed import DistributedSampler

ROWS, EPOCHS = 96, 3
TRACKER = {"country_iso_code": "FRA", "save_to_file": False, "log_level": "critical", "measure_power_secs": 1}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 3))

    def forward(self, inputs):
        return self.body(inputs)


class Own(Dataset):
    def __init__(self, inputs, targets):
        self.inputs, self.targets = inputs, targets

    def __len__(self):
        return len(self.inputs)

    def __getitem__(self, index):
        return self.inputs[index], self.targets[index]


def loader_of(data, rank, ranks):
    torch.manual_seed(0)
    inputs, targets = torch.randn(ROWS, 8), torch.randint(0, 3, (ROWS,))
    if data == "shards":
        inputs, targets = inputs[rank::ranks].clone(), targets[rank::ranks].clone()
    kind = Own if data.startswith("own") else TensorDataset
    dataset = kind(inputs, targets)
    sampler = DistributedSampler(dataset, ranks, rank) if data.endswith("sampler") else None
    return DataLoader(dataset, batch_size=8, sampler=sampler)


def train(data):
    dist.init_process_group("gloo")
    rank, ranks = dist.get_rank(), dist.get_world_size()
    loader, model, loss_of = (
        loader_of(data, rank, ranks),
        DistributedDataParallel(Net()),
        nn.CrossEntropyLoss(),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(EPOCHS):
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss_of(model(inputs), targets).backward()
            optimizer.step()
        if data == "crash" and rank == 1:
            raise ValueError("rank 1 has crashed")
    dist.destroy_process_group()


def spawned(rank, data, port):
    os.environ.update(RANK=str(rank), WORLD_SIZE="2", MASTER_ADDR="127.0.0.1", MASTER_PORT=port)
    train(data)


def spawn(data):
    import socket

    import torch.multiprocessing as mp

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    mp.spawn(spawned, args=(data, port), nprocs=2)


def tracked(work, data):
    from ai_power_export import OfflinePowerTracker

    with OfflinePowerTracker(**TRACKER):
        work(data)


def decorated(work, data):
    from ai_power_export import track_power

    track_power(offline=True, **TRACKER)(work)(data)


if __name__ == "__main__":
    torch.set_num_threads(1)
    work = spawn if "spawn" in sys.argv else train
    if "tracker" in sys.argv:
        tracked(work, sys.argv[1])
    elif "decorator" in sys.argv:
        decorated(work, sys.argv[1])
    else:
        work(sys.argv[1])
