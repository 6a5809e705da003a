"""Loops that a program writes itself are followed truly, at no price, and leave no trace."""

from __future__ import annotations

import gc
import sys
import weakref

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402 - only where PyTorch is installed
from torch._dynamo.utils import counters  # noqa: E402
from torch.utils.data import (  # noqa: E402
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    Subset,
    TensorDataset,
    WeightedRandomSampler,
)

from ai_power_export.evidence_names import KIND_OPEN  # noqa: E402
from ai_power_export.observe.data.shape import describe_data  # noqa: E402
from ai_power_export.observe.observation import Doing  # noqa: E402
from ai_power_export.observe.watch import Watch  # noqa: E402

pytestmark = pytest.mark.slow


class Net(nn.Module):
    def __init__(self, inputs=4, outputs=3):
        super().__init__()
        self.head = nn.Sequential(nn.Linear(inputs, 8), nn.ReLU(), nn.Linear(8, outputs))

    def forward(self, x):
        return self.head(x)


def classes(count=40, inputs=4):
    return TensorDataset(torch.randn(count, inputs), torch.randint(0, 3, (count,)))


def loop(model, loader, optimizer, epochs=1, accumulate=1, stop_after=None):
    criterion = nn.CrossEntropyLoss()
    steps = 0
    for _ in range(epochs):
        for number, (x, y) in enumerate(loader, 1):
            criterion(model(x), y).backward()
            if number % accumulate == 0:
                optimizer.step()
                optimizer.zero_grad()
                steps += 1
            if steps == stop_after:
                return


def watched(job, *arguments, **options):
    """Return what is observed of a job, the watch having met no fault."""
    with Watch() as watch:
        job(*arguments, **options)
        observed = watch.stop()
        assert watch.warnings == []
    return [each for each in observed if each.method == "step"]


def sgd(model, **options):
    return torch.optim.SGD(model.parameters(), lr=0.1, **options)


# ---- what is seen --------------------------------------------------------------------------------


def test_a_loop_is_one_training():
    model = Net()
    (seen,) = watched(loop, model, DataLoader(classes(), batch_size=8), sgd(model, momentum=0.9), epochs=2)

    (part,) = seen.parts
    assert part.class_path.endswith("Net")
    assert part.kind == "classification"
    assert part.said["optimizer"] == "sgd"
    assert part.said["epochsNumber"] == 2
    assert part.parameters["momentum"] == 0.9
    assert part.parameters["batch_size"] == 8
    assert "weight_decay" in part.defaults
    assert "momentum" not in part.defaults
    assert (seen.count, seen.does) == (1, Doing.TRAINS)
    assert seen.seconds > 0
    assert seen.place.startswith("test_pytorch_calls.py:")
    assert (seen.data.rows, seen.data.data_type) == (40, "tabular")


@pytest.mark.parametrize(
    ("options", "epochs"),
    [
        ({"stop_after": 4}, None),
        ({"epochs": 2, "stop_after": 7}, 1),
        ({"epochs": 3, "accumulate": 2}, 3),
        ({"epochs": 1, "accumulate": 5}, 1),
    ],
)
def test_only_complete_passes_are_epochs(options, epochs):
    model = Net()
    (seen,) = watched(loop, model, DataLoader(classes(), batch_size=8), sgd(model), **options)

    assert seen.parts[0].said.get("epochsNumber") == epochs


def test_a_pass_without_steps_is_no_epoch():
    def job():
        model = Net()
        optimizer, training = sgd(model), DataLoader(classes(), batch_size=8)
        for _ in range(2):
            loop(model, training, optimizer)
            for _ in DataLoader(classes(16), batch_size=4):
                pass

    (seen,) = watched(job)
    assert seen.parts[0].said["epochsNumber"] == 2
    assert seen.data.rows == 40


def test_windows_share_a_loop():
    model, loader = Net(), DataLoader(classes(), batch_size=8)
    optimizer = sgd(model)
    with Watch() as watch:
        loop(model, loader, optimizer, epochs=2)
        (first,) = watch.cut()
        assert watch.cut() == []
        loop(model, loader, optimizer, epochs=1)
        (shown,) = watch.snapshot()
        (second,) = watch.stop()

    assert first.parts[0].said["epochsNumber"] == 2
    assert second.parts[0].said["epochsNumber"] == shown.parts[0].said["epochsNumber"] == 1
    assert first.end <= second.begin


def test_the_rate_is_the_first_one():
    model = Net()
    optimizer = sgd(model)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.1)

    def job():
        for _ in range(3):
            loop(model, DataLoader(classes(), batch_size=20), optimizer)
            scheduler.step()

    assert watched(job)[0].parts[0].parameters["lr"] == 0.1


def test_rates_of_their_own_are_no_rate():
    model = Net()
    groups = [{"params": model.head[0].parameters(), "lr": 0.5}, {"params": model.head[2].parameters()}]
    optimizer = torch.optim.SGD(groups, lr=0.1)

    (seen,) = watched(loop, model, DataLoader(classes(), batch_size=20), optimizer)
    assert "lr" not in seen.parts[0].parameters
    assert seen.parts[0].class_path.endswith("Net")


def settings_of(model, optimizer):
    (seen,) = watched(loop, model, DataLoader(classes(), batch_size=20), optimizer)
    return seen.parts[0].parameters


def test_settings_of_their_own_are_no_setting():
    model = Net()
    decayed = [each for each in model.parameters() if each.dim() > 1]
    others = [each for each in model.parameters() if each.dim() == 1]
    groups = [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]

    seen = settings_of(model, torch.optim.AdamW(groups, betas=(0.8, 0.9)))
    assert "weight_decay" not in seen
    assert seen["betas"] == [0.8, 0.9]


def test_a_setting_that_all_groups_were_given_is_the_one():
    model = Net()
    groups = [{"params": each.parameters(), "weight_decay": 0.1} for each in model.head[::2]]

    assert settings_of(model, torch.optim.AdamW(groups))["weight_decay"] == 0.1


def test_a_momentum_that_a_scheduler_turns_is_not_told():
    model = Net()
    optimizer = sgd(model, momentum=0.9, weight_decay=0.2)
    torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.4, total_steps=10)

    seen = settings_of(model, optimizer)
    assert "momentum" not in seen
    assert seen["weight_decay"] == 0.2


def test_the_whole_network_is_named_where_only_its_head_is_trained():
    model = Net()
    optimizer = torch.optim.Adam(model.head[2].parameters())

    (seen,) = watched(loop, model, DataLoader(classes(), batch_size=20), optimizer)
    assert seen.parts[0].class_path.endswith("Net")


def test_a_network_without_a_name_is_known_by_its_optimizer():
    def job():
        models = {number: Net() for number in range(100)}  # too many to be looked through
        optimizer = torch.optim.Adam(models[99].parameters())
        loop(models[99].forward, DataLoader(classes(), batch_size=20), optimizer)

    (seen,) = watched(job)
    assert seen.parts[0].class_path.endswith("Net")


def test_weights_that_no_network_holds_have_none():
    weights = torch.zeros(4, 3, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr=0.1)

    (seen,) = watched(loop, lambda x: x @ weights, DataLoader(classes(), batch_size=20), optimizer)
    assert seen.parts == ()


def test_a_model_of_many_folds_is_one_observation():
    def job():
        for _ in range(3):
            model = Net()
            loop(model, DataLoader(classes(), batch_size=20), sgd(model), epochs=2)

    (seen,) = watched(job)
    assert seen.count == 3
    assert seen.parts[0].said["epochsNumber"] == 2


def test_a_loss_says_nothing_where_the_targets_do_not_fit():
    def reconstruct(model, loader):
        criterion, optimizer = nn.MSELoss(), sgd(model)
        for x, _ in loader:
            criterion(model(x), x).backward()
            optimizer.step()

    (seen,) = watched(reconstruct, Net(4, 4), DataLoader(classes(), batch_size=20))
    assert seen.parts[0].kind == ""
    assert KIND_OPEN in seen.parts[0].said


@pytest.mark.parametrize(
    ("targets", "is_open"),
    [
        pytest.param(torch.randint(0, 3, (40, 4)), True, id="a word at each place"),
        pytest.param(torch.randint(0, 3, (40,)), False, id="a class each"),
        pytest.param(torch.randn(40, 1), False, id="a number each"),
    ],
)
def test_a_task_is_open_where_the_targets_are_known_and_no_class_or_number_each(targets, is_open):
    def go_on(model, loader):
        optimizer = sgd(model)
        for x, _ in loader:
            model(x).square().mean().backward()
            optimizer.step()

    (seen,) = watched(go_on, Net(), DataLoader(TensorDataset(torch.randn(40, 4), targets), batch_size=20))

    assert (KIND_OPEN in seen.parts[0].said) is is_open


def reconstruct(model, loader, optimizer):
    criterion = nn.BCEWithLogitsLoss()
    for x, _ in loader:
        criterion(model(x), x.sigmoid()).backward()
        optimizer.step()


def reconstruct_by_a_function(model, loader, optimizer):
    criterion = nn.CrossEntropyLoss()
    assert criterion
    for x, _ in loader:
        nn.functional.mse_loss(model(x), x).backward()
        optimizer.step()


@pytest.mark.parametrize("job", [reconstruct, reconstruct_by_a_function])
def test_a_loss_that_does_not_judge_by_the_targets_says_nothing(job):
    model = Net(4, 4)
    (seen,) = watched(job, model, DataLoader(classes(), batch_size=20), sgd(model))
    assert (seen.parts[0].kind, seen.parts[0].said.get("trainingType")) == ("", None)


def test_a_broken_off_loop_is_told():
    def job():
        model = Net()
        with pytest.raises(RuntimeError):
            loop(model, DataLoader([*classes(16), (torch.ones(7), 1)], batch_size=1), sgd(model))

    (seen,) = watched(job)
    assert seen.data.rows == 17
    assert "epochsNumber" not in seen.parts[0].said


def test_steps_inside_a_watched_call_are_its_own():
    skorch_like = pytest.importorskip("sklearn.base")

    class Classifier(skorch_like.BaseEstimator):
        def fit(self, X, y=None):
            model = Net()
            loop(model, DataLoader(classes(), batch_size=20), sgd(model))
            return self

    assert watched(Classifier().fit, [[1.0]]) == []


# ---- data ----------------------------------------------------------------------------------------


class Own(Dataset):
    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        return torch.randn(4), index % 3


class Stream(IterableDataset):
    def __iter__(self):
        return iter([(torch.randn(4), 1)] * 6)


@pytest.mark.parametrize(
    ("loader", "rows", "epochs"),
    [
        (lambda: DataLoader(Own(30), batch_size=4, shuffle=True), 30, 1),
        (lambda: DataLoader(Own(30), batch_size=4, drop_last=True), 30, 1),
        (lambda: DataLoader(Own(30), batch_size=4, sampler=WeightedRandomSampler([1.0] * 30, 12)), None, 1),
        (lambda: DataLoader(Subset(classes(), [1, 2, 3, 4]), batch_size=2), 4, 1),
        (lambda: DataLoader(ConcatDataset([classes(), classes(8)]), batch_size=6), 48, 1),
        (lambda: DataLoader(Own(8), batch_size=2, num_workers=1, persistent_workers=True), 8, 1),
    ],
)
def test_rows_and_passes_are_counted(loader, rows, epochs):
    model = Net()
    (seen,) = watched(loop, model, loader(), sgd(model))

    assert (seen.data.rows if seen.data else None) == rows
    assert seen.parts[0].said.get("epochsNumber") == epochs


def test_a_stream_has_no_epochs():
    model = Net()
    (seen,) = watched(loop, model, DataLoader(Stream(), batch_size=2), sgd(model))

    assert seen.data is None
    assert "epochsNumber" not in seen.parts[0].said


def test_tensors_tell_what_they_most_likely_are():
    assert describe_data(torch.rand(5, 3, 8, 8)).data_type == "image"
    assert describe_data(torch.rand(5, 7)).data_type == "tabular"
    assert describe_data(torch.randint(0, 9, (5, 7))).data_type is None
    assert describe_data(torch.rand(5, 7, 2)).data_type is None
    assert describe_data(torch.rand(5, 7)).nbytes == 5 * 7 * 4

    whole = TensorDataset(torch.rand(10, 3), torch.rand(10))
    assert describe_data(whole).nbytes == 10 * 3 * 4 + 10 * 4
    assert describe_data(Subset(whole, range(4))).shape == "(4, 3)"
    assert describe_data(Subset(whole, range(4))).nbytes == 4 * 4 * 4


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.lstm = nn.Embedding(9, 4), nn.LSTM(4, 4)
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        return self.head(self.lstm(self.embedding(x))[0][:, -1])


class OfCategories(nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.embeddings = nn.ModuleList(nn.Embedding(9, 2) for _ in range(columns))
        self.attention, self.head = nn.MultiheadAttention(2, 1), nn.Linear(2, 3)

    def forward(self, x):
        columns = torch.stack([each(x[:, number]) for number, each in enumerate(self.embeddings)])
        return self.head(self.attention(columns, columns, columns)[0].mean(0))


class OfOneTable(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.head = nn.Embedding(9, 4), nn.Linear(4, 3)

    def forward(self, x):
        return self.head(self.embedding(x).mean(1))


class OfWaves(nn.Module):
    def __init__(self):
        super().__init__()
        self.filter, self.head = nn.Conv1d(1, 4, 3), nn.Linear(4, 3)

    def forward(self, x):
        return self.head(self.filter(x[:, None]).mean(-1))


@pytest.mark.parametrize(
    ("network", "inputs", "data_type"),
    [
        (Recurrent, torch.randint(0, 9, (40, 7)), "token"),
        (Recurrent, torch.randint(0, 9, (40, 2)), None),
        (lambda: OfCategories(7), torch.randint(0, 9, (40, 7)), None),
        (OfOneTable, torch.randint(0, 9, (40, 7)), None),
        (OfWaves, torch.randn(40, 7), None),
        (lambda: Net(7), torch.randn(40, 7), "tabular"),
    ],
)
def test_the_first_layer_tells_what_tensors_are(network, inputs, data_type):
    model, data = network(), TensorDataset(inputs, torch.randint(0, 3, (40,)))

    def job():
        loop(model, DataLoader(data, batch_size=20), sgd(model))

    (seen,) = watched(job)
    assert (seen.data.rows, seen.data.data_type) == (40, data_type)


# ---- the program is left as it is ----------------------------------------------------------------


def test_nothing_is_kept_alive_nor_left_behind():
    hooks = sys.modules["torch.optim.optimizer"]._global_optimizer_post_hooks
    before = dict(hooks)
    gone = []

    def job():
        model, loader, big = Net(), DataLoader(classes(), batch_size=20), torch.zeros(10)
        optimizer = sgd(model)
        loop(model, loader, optimizer)
        gone.extend(map(weakref.ref, (model, optimizer, loader, loader.dataset, big)))
        del big
        gc.collect()
        assert gone[-1]() is None  # although the function that had it still runs

    with Watch() as watch:
        job()
        gc.collect()
        assert [each() for each in gone] == [None] * 5
        (seen,) = watch.stop()

    assert seen.parts[0].said["parametersNumber"] > 0
    assert dict(hooks) == before


def test_locals_that_a_function_keeps_stay_as_they_were():
    def job():
        model = Net()
        kept = locals()
        optimizer = sgd(model)
        loop(model, DataLoader(classes(), batch_size=20), optimizer)
        assert "optimizer" not in kept

    (seen,) = watched(job)
    assert seen.parts[0].class_path.endswith("Net")


def compiled(part, job):
    """Return how many graphs and breaks compiling gave, watched by `job` or not."""
    torch._dynamo.reset()
    counters.clear()
    torch.manual_seed(0)
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    x, y = torch.randn(8, 4), torch.randint(0, 3, (8,))

    def step():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()

    if part == "model":
        model = torch.compile(model, backend="eager", fullgraph=True)
    run = torch.compile(step, backend="eager") if part == "step" else step
    job(lambda: [run() for _ in range(3)])
    return dict(counters["stats"]), sum(counters["graph_break"].values())


@pytest.mark.filterwarnings("error::UserWarning:torch._dynamo.variables")
@pytest.mark.parametrize("part", ["model", "step"])
def test_compiling_gives_the_same_graphs_and_breaks(part):
    bare = compiled(part, lambda run: run())
    observed = []
    watching = compiled(part, lambda run: observed.extend(watched(run)))

    assert watching == bare
    assert observed[0].parts[0].class_path.endswith("Net")
