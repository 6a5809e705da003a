"""Accuracies that torchmetrics computes are told, and nothing that only looks like one."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
metrics = pytest.importorskip("torchmetrics.classification")


RIGHT, WRONG = torch.tensor([0, 1, 1, 0]), torch.tensor([1, 1, 1, 0])
"""Three of four agree."""


@pytest.fixture
def watch(watch):
    yield watch
    assert watch.warnings == []


def accuracies(watch):
    return [(seen.accuracy, seen.seen_before) for seen in watch.cut() if seen.accuracy is not None]


@pytest.mark.parametrize(
    "make",
    [
        lambda: metrics.BinaryAccuracy(),
        lambda: metrics.MulticlassAccuracy(num_classes=2, average="micro"),
        lambda: __import__("torchmetrics").Accuracy(task="multiclass", num_classes=2),
    ],
    ids=["binary", "multiclass", "by task"],
)
def test_accuracy_over_all_batches_is_told(watch, make):
    metric = make()
    with torch.no_grad():
        metric.update(RIGHT, RIGHT)
        metric.update(WRONG, RIGHT)
        value = metric.compute()

    assert float(value) == 0.875
    assert accuracies(watch) == [(0.875, "")]


def test_where_gradients_are_on_it_may_be_on_the_data_of_the_training(watch):
    metric = metrics.BinaryAccuracy()
    metric.update(WRONG, RIGHT)
    metric.compute()

    assert accuracies(watch) == [(0.75, "alike")]


def test_value_of_a_batch_is_none(watch):
    metric = metrics.BinaryAccuracy()
    metric(RIGHT, RIGHT)
    metric(WRONG, RIGHT)

    assert accuracies(watch) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: metrics.MulticlassAccuracy(num_classes=2),
        lambda: metrics.MulticlassAccuracy(num_classes=2, average="none"),
        lambda: metrics.BinaryF1Score(),
    ],
    ids=["mean over classes", "one a class", "F1"],
)
def test_other_metrics_are_none(watch, make):
    metric = make()
    metric.update(WRONG, RIGHT)
    metric.compute()

    assert accuracies(watch) == []


def test_a_metric_is_not_kept_alive(watch):
    import gc
    import weakref

    metric = metrics.BinaryAccuracy()
    metric.update(RIGHT, RIGHT)
    metric.compute()
    gone = weakref.ref(metric)
    del metric
    gc.collect()

    assert gone() is None
