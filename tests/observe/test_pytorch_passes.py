"""Passes over several loaders are told apart: what trains, what only validates, and how often each came."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402 - only where PyTorch is installed
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from ai_power_export.observe.watch import Watch  # noqa: E402

pytestmark = pytest.mark.slow


def loader(items, batch_size=8, **options):
    data = TensorDataset(torch.randn(items, 4), torch.randn(items, 1))
    return DataLoader(data, batch_size=batch_size, **options)


class Job:
    """A network with an optimizer, and the ways in which loops train it."""

    def __init__(self):
        self.model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)

    def step(self, x, y):
        nn.functional.mse_loss(self.model(x), y).backward()
        self.optimizer.step()

    def validate(self, batches):
        with torch.no_grad():
            for x, _y in batches:
                self.model(x)


def watched(run):
    """Return what is observed of the one training of a job, the watch having met no fault."""
    with Watch() as watch:
        run(Job())
        observed = watch.stop()
        assert watch.warnings == []
    (seen,) = [each for each in observed if each.method == "step"]
    return seen


def told(run):
    """Return the epochs and the number of items that are told of a job."""
    seen = watched(run)
    return seen.parts[0].said.get("epochsNumber"), seen.data and seen.data.rows


# ---- validations whose iterators live on ---------------------------------------------------------


def with_kept_iterators(job):
    training, validation = loader(48), loader(16)
    for _ in range(3):
        rows = enumerate(training)
        for _number, (x, y) in rows:
            job.step(x, y)
        others = enumerate(validation)
        job.validate(batch for _number, batch in others)


def with_persistent_workers(job):
    training, validation = loader(48), loader(16, num_workers=1, persistent_workers=True)
    for _ in range(3):
        for x, y in training:
            job.step(x, y)
        job.validate(validation)


def within_the_pass(job):
    training, validation = loader(48), loader(16, num_workers=1, persistent_workers=True)
    for _ in range(3):
        for number, (x, y) in enumerate(training):
            if number % 2 == 0:
                job.validate(validation)
            job.step(x, y)


def broken_off(job):
    training, validation = loader(48), loader(16)
    for _ in range(3):
        for number, (x, y) in enumerate(training):
            job.step(x, y)
            if number == 2:
                others = iter(validation)
                job.validate([next(others)])


def in_one_batch(job):
    training, validation = loader(48, batch_size=48), loader(16, batch_size=16)
    for _ in range(3):
        rows = iter(training)
        job.step(*next(rows))
        others = iter(validation)
        job.validate(others)


@pytest.mark.parametrize(
    "run", [with_kept_iterators, with_persistent_workers, within_the_pass, broken_off, in_one_batch]
)
def test_a_validation_is_no_epoch_though_its_iterator_lives_on(run):
    assert told(run) == (3, 48)


# ---- several data sets ---------------------------------------------------------------------------


def zipped(job):
    first, second = loader(48), loader(48)
    for _ in range(4):
        for (x, y), (other, _y) in zip(first, second, strict=True):
            job.step(x + other, y)


def in_turn(job):
    loaders = [loader(48) for _ in range(3)]
    for _ in range(4):
        for batches in loaders:
            for x, y in batches:
                job.step(x, y)


def test_data_sets_that_take_turns_have_each_its_epochs():
    assert told(zipped) == (4, None)
    assert told(in_turn) == (4, None)


def test_what_all_data_sets_share_is_told():
    seen = watched(in_turn)

    assert seen.parts[0].parameters["batch_size"] == 8
    assert (seen.data.data_type, seen.data.nbytes) == ("tabular", None)


def one_after_the_other(job):
    loaders = [loader(48), loader(48)]
    for batches in loaders:
        for _ in range(3):
            for x, y in batches:
                job.step(x, y)


def of_other_lengths(job):
    first, second = loader(48), loader(96)
    for _ in range(3):
        for (x, y), (other, _y) in zip(first, second, strict=False):
            job.step(x + other, y)


@pytest.mark.parametrize("run", [one_after_the_other, of_other_lengths])
def test_where_data_sets_do_not_agree_no_epochs_are_told(run):
    assert told(run) == (None, None)


def by_growing_batches(job):
    data = TensorDataset(torch.randn(48, 4), torch.randn(48, 1))
    for size in (8, 8, 16):
        for x, y in DataLoader(data, batch_size=size):
            job.step(x, y)


def made_anew(job):
    for _ in range(3):
        for x, y in loader(48):
            job.step(x, y)


@pytest.mark.parametrize("run", [by_growing_batches, made_anew])
def test_one_data_set_may_come_by_many_loaders(run):
    assert told(run) == (3, 48)
