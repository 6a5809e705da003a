"""What following a PyTorch loop costs: paired ratios in one run, compiled graphs, and MLflow beside it.

    python benchmarks/observe_torch.py [--steps 127] [--rounds 30] [--engine wrapping]

Watched steps stand between bare ones, so that all meet the same moods of the machine; a ratio is the median
over the rounds. Steps are timed by the processor, so that other programs on the machine do not count.
"""

from __future__ import annotations

import argparse
import statistics
import time
from importlib.util import find_spec
from itertools import islice

import torch
from torch import nn
from torch._dynamo.utils import counters
from torch.optim import optimizer
from torch.utils.data import DataLoader, TensorDataset

from ai_power_export.observe.watch import Watch

HIGHEST_RATIO = 1.01
"""A watched training step may take so much of a bare one."""
LONGEST_US = 20
"""Microseconds that a callback may take."""


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(128, 512), nn.ReLU(), nn.Linear(512, 10))

    def forward(self, x):
        return self.layers(x)


def training(most):
    """Return a function that takes so many steps on one thread, and returns its seconds of processor time."""
    torch.manual_seed(0)
    model, criterion = Network(), nn.CrossEntropyLoss()
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    data = TensorDataset(torch.randn(64 * most, 128), torch.randint(0, 10, (64 * most,)))
    loader = DataLoader(data, batch_size=64)

    def run(steps):
        begin = time.process_time()
        for x, y in islice(loader, steps):
            adam.zero_grad()
            criterion(model(x), y).backward()
            adam.step()
        return time.process_time() - begin

    return run


def watched_steps(run, steps, engine):
    """Return seconds of watched steps, and milliseconds of the first callback, which reads the network."""
    with Watch(engine=engine) as watch:
        run(1)
        first = watch._observers["pytorch"].spent
        seconds = run(steps)
        assert all(each.complete for each in watch.cut())
        return seconds, first * 1e3


def compare_steps(steps, rounds, engine):
    """Print watched steps beside the bare ones before and after them, and what a callback takes."""
    run = training(steps)
    run(steps)
    before = run(steps)
    ratios, noises, bares, firsts, callbacks = [], [], [], [], []
    for _ in range(rounds):
        seen, first = watched_steps(run, steps, engine)
        after = run(steps)
        bare = (before + after) / 2
        ratios.append(seen / bare)
        noises.append(max(before, after) / min(before, after) - 1)
        bares.append(bare / steps * 1e6)
        firsts.append(first)
        callbacks.append(callback(run, steps, engine))
        before = run(steps)
    bare, ratio, noise, first, took = map(statistics.median, (bares, ratios, noises, firsts, callbacks))
    print(f"step: bare {bare:.0f} µs, watched/bare {ratio:.3f} (target {HIGHEST_RATIO}; noise {noise:.1%})")
    print(f"callback of a step: {took:.1f} µs (target {LONGEST_US}); of the first step {first:.1f} ms")


def callback(run, steps, engine):
    """Return the microseconds that a step's callback takes at the median: what it adds between two hooks."""
    bare = hooks_apart(run, steps)
    with Watch(engine=engine):
        run(1)
        return hooks_apart(run, steps) - bare


def hooks_apart(run, steps):
    """Return the microseconds, at the median, from the first hook on a step to the last."""
    hooks, first, apart = optimizer._global_optimizer_post_hooks, [0.0], []
    last = optimizer.register_optimizer_step_post_hook(
        lambda *_: apart.append(time.perf_counter() - first[0])
    )
    begin = optimizer.register_optimizer_step_post_hook(lambda *_: first.__setitem__(0, time.perf_counter()))
    hooks.move_to_end(begin.id, last=False)
    try:
        run(steps)
    finally:
        begin.remove()
        last.remove()
    return statistics.median(apart) * 1e6


def graphs(part):
    """Return graphs and breaks of a compiled model, or of a whole compiled step."""
    torch._dynamo.reset()
    counters.clear()
    model = Network()
    adam = torch.optim.Adam(model.parameters())
    x, y = torch.randn(8, 128), torch.randint(0, 10, (8,))
    if part == "model":
        model = torch.compile(model, backend="eager", fullgraph=True)

    def step():
        adam.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        adam.step()

    run = torch.compile(step, backend="eager") if part == "step" else step
    for _ in range(3):
        run()
    return counters["stats"]["unique_graphs"], sum(counters["graph_break"].values())


def compare_graphs(engine):
    for part in ("model", "step"):
        bare = graphs(part)
        with Watch(engine=engine):
            seen = graphs(part)
        print(f"torch.compile of the {part}: graphs and breaks {bare} bare, {seen} watched")


# ---- beside MLflow -------------------------------------------------------------------------------


def fits():
    """Return seconds of 20 small fits of scikit-learn."""
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    data, target = load_iris(return_X_y=True)
    begin = time.perf_counter()
    for _ in range(20):
        LogisticRegression(max_iter=200).fit(data, target)
    return time.perf_counter() - begin


def lightning_fit():
    """Return seconds of a small training with Lightning."""
    import lightning.pytorch as pl

    class Module(pl.LightningModule):
        def __init__(self):
            super().__init__()
            self.network = Network()

        def training_step(self, batch, index):
            return nn.functional.cross_entropy(self.network(batch[0]), batch[1])

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters())

    data = TensorDataset(torch.randn(1280, 128), torch.randint(0, 10, (1280,)))
    quiet = dict.fromkeys(
        ("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False
    )
    trainer = pl.Trainer(max_epochs=3, accelerator="cpu", **quiet)
    begin = time.perf_counter()
    trainer.fit(Module(), DataLoader(data, batch_size=64))
    return time.perf_counter() - begin


def autologged(job):
    """Return seconds of a job under MLflow's autologging, without its model logging."""
    import tempfile

    import mlflow

    with tempfile.TemporaryDirectory() as folder:
        mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
        mlflow.autolog(log_models=False, silent=True)
        try:
            return job()
        finally:
            mlflow.autolog(disable=True, silent=True)


def compare_with_mlflow(rounds, engine):
    for job, needs in ((fits, "sklearn"), (lightning_fit, "lightning")):
        if not find_spec(needs):
            print(f"{job.__name__}: skipped, {needs} is not installed")
            continue
        job()
        bare = statistics.median(job() for _ in range(rounds))
        with Watch(engine=engine):
            seen = statistics.median(job() for _ in range(rounds))
        line = f"{job.__name__}: bare {bare * 1e3:.0f} ms, watched {seen * 1e3:.0f} ms"
        if find_spec("mlflow"):
            logged = statistics.median(autologged(job) for _ in range(rounds))
            print(f"{line}, MLflow autologging {logged * 1e3:.0f} ms")
        else:
            print(f"{line}, MLflow skipped: it is not installed")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--steps", type=int, default=127, help="steps in one loop")
    parser.add_argument("--rounds", type=int, default=30, help="loops of each kind")
    parser.add_argument("--engine", choices=["monitoring", "wrapping"])
    options = parser.parse_args()
    torch.set_num_threads(1)
    compare_steps(options.steps, options.rounds, options.engine)
    compare_graphs(options.engine)
    compare_with_mlflow(3, options.engine)


if __name__ == "__main__":
    main()
