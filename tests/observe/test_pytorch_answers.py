"""What a network answers in a loop of the user's own is counted truly, or not told."""

from __future__ import annotations

import copy
import gc
import weakref

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402 - only where PyTorch is installed
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from ai_power_export.observe.observation import Doing  # noqa: E402
from ai_power_export.observe.watch import Watch  # noqa: E402

pytestmark = pytest.mark.slow


def net():
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))


def loader(items=40, **options):
    data = TensorDataset(torch.randn(items, 4), torch.randint(0, 3, (items,)))
    return DataLoader(data, **{"batch_size": 16, **options})


def watched(job, *arguments):
    """What is observed of a job, the watch having met no fault."""
    with Watch() as watch:
        job(*arguments)
        observed = watch.stop()
        assert watch.warnings == []
    return observed


def evaluate(model, batches, passes=1):
    model.eval()
    for _ in range(passes):
        for x, _y in batches:
            model(x)


def test_a_loop_is_one_inference_of_as_many_requests_as_batches():
    (seen,) = watched(evaluate, net(), loader(), 2)

    assert (seen.method, seen.does, seen.count) == ("forward", Doing.ANSWERS, 6)
    assert seen.fed.rows == 80
    assert seen.fed.nbytes == 80 * (4 * 4 + 8)
    assert seen.data.data_type == "tabular"
    assert seen.seconds > 0
    assert seen.place.startswith("test_pytorch_answers.py:")
    (part,) = seen.parts
    assert part.class_path == "torch.nn.modules.container.Sequential"
    assert part.said["parametersNumber"] == 67e-9
    assert part.parameters["batch_size"] == 16


def test_without_gradients_a_network_answers_in_training_mode_too():
    def job(model):
        with torch.no_grad():
            for x, _y in loader():
                model.forward(x)

    assert [each.count for each in watched(job, net())] == [3]


class Runner:
    def __init__(self):
        self.model = net().eval()

    def in_a_method(self):
        for x, _y in loader():
            self.model(x)

    def in_a_comprehension(self):
        model = self.model
        return [model(x) for x, _y in loader()]

    def numbered(self):
        model = torch.compile(self.model, backend="eager")
        for _number, (x, _y) in enumerate(loader()):
            with torch.inference_mode():
                answer = model(x).argmax(1)
        return answer

    def with_workers_that_stay(self):
        model, batches = self.model, loader(num_workers=1, persistent_workers=True)
        for _ in range(2):
            for x, _y in batches:
                model(x)


@pytest.mark.parametrize(
    ("way", "count"),
    [("in_a_method", 3), ("in_a_comprehension", 3), ("numbered", 3), ("with_workers_that_stay", 6)],
)
def test_ways_to_ask(way, count):
    assert [each.count for each in watched(getattr(Runner(), way))] == [count]


class Unsure:
    """Loops of which it is not sure how often they ask a network, or whether it only answers."""

    def __init__(self):
        self.model, self.other = net().eval(), net().eval()

    def only_sometimes(self, model):
        for number, (x, _y) in enumerate(loader()):
            if number:
                model(x)

    def after_a_way_out(self, model):
        for number, (x, _y) in enumerate(loader()):
            if number == 1:
                break
            model(x)

    def twice(self, model):
        for x, _y in loader():
            model(x)
            model(-x)

    def not_at_all(self, model):
        return sum(x.mean() for x, _y in loader())

    def of_two_loaders(self, model):
        for (x, _), (_z, _) in zip(loader(), loader(), strict=True):
            model(x)

    def two_networks(self, model):
        for x, _y in loader():
            model(x)
            self.other(x)

    def by_hand_it_learns(self, model):
        model.train()
        for x, _y in loader():
            model(x).sum().backward()
            with torch.no_grad():
                for weight in model.parameters():
                    weight -= 0.01 * weight.grad

    def a_metric_without_weights(self, model):
        norm = nn.Flatten().eval()
        for x, _y in loader():
            norm(x)


@pytest.mark.parametrize("way", [name for name in vars(Unsure) if not name.startswith("_")])
def test_what_is_not_sure_is_not_told(way):
    job = Unsure()
    assert watched(getattr(job, way), job.model) == []


def train(model, optimizer, batches):
    model.train()
    for x, y in batches:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()


@pytest.mark.parametrize("first", ["training", "validation"])
def test_a_validation_is_no_inference(first):
    def job():
        model = net()
        optimizer = torch.optim.SGD(model.parameters())
        for turn in range(2):
            if turn or first == "training":
                train(model, optimizer, loader())
            evaluate(model, loader())
        train(model, optimizer, loader())

    assert [each.does for each in watched(job)] == [Doing.TRAINS]


@pytest.mark.parametrize("first", ["training", "validation"])
def test_a_validation_of_a_copy_is_no_inference(first):
    def job():
        model = net()
        average = torch.optim.swa_utils.AveragedModel(model) if first == "training" else copy.deepcopy(model)
        optimizer = torch.optim.SGD(model.parameters())
        if first == "validation":
            evaluate(average, loader())
        train(model, optimizer, loader())
        evaluate(average, loader())
        del model, optimizer
        evaluate(average, loader())

    assert [each.does for each in watched(job)] == [Doing.TRAINS]


def test_a_network_that_is_built_otherwise_than_the_trained_one_answers():
    def job():
        model = net()
        train(model, torch.optim.SGD(model.parameters()), loader())
        evaluate(nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3)), loader())

    assert [each.does for each in watched(job)] == [Doing.TRAINS, Doing.ANSWERS]


def test_a_frozen_part_of_what_is_trained_is_no_inference():
    def job():
        backbone, head = net().eval(), nn.Linear(3, 3)
        optimizer = torch.optim.SGD(head.parameters())
        for x, y in loader():
            features = backbone(x).detach()
            nn.functional.cross_entropy(head(features), y).backward()
            optimizer.step()

    assert [each.does for each in watched(job)] == [Doing.TRAINS]


def test_a_loss_that_the_loop_computes_tells_what_the_network_is_for():
    def job(model, criterion):
        for x, y in loader():
            criterion(model(x), y)

    ((part,),) = [each.parts for each in watched(job, net().eval(), nn.CrossEntropyLoss())]
    assert part.kind == "classification"


def counted_in_windows(model, watch):
    windows = []
    for number, (x, _y) in enumerate(loader()):
        model(x)
        if number == 1:
            windows = [watch.snapshot(), watch.cut()]
    return [[(each.count, each.fed.rows) for each in seen] for seen in [*windows, watch.stop()]]


def test_windows_share_a_pass():
    with Watch() as watch:
        assert counted_in_windows(net().eval(), watch) == [[(2, 32)], [(2, 32)], [(1, 8)]]


def test_nothing_is_kept_alive():
    model, batches = net(), loader()
    alive = [weakref.ref(model), weakref.ref(batches), weakref.ref(batches.dataset)]
    with Watch() as watch:
        evaluate(model, batches)
        del model, batches
        gc.collect()
        assert [each() for each in alive] == [None] * 3
        assert [each.count for each in watch.stop()] == [3]


def test_a_loop_that_is_left_counts_what_it_asked():
    def job(model):
        iterator = iter(loader())
        for x, _y in iterator:
            model(x)

    def broken_off(model):
        for number, (x, _y) in enumerate(loader()):
            model(x)
            if number == 1:
                return

    assert watched(job, net().eval()) == []  # where the loop is that an iterator goes to is not known
    assert [(each.count, each.fed.rows) for each in watched(broken_off, net().eval())] == [(2, 32)]
