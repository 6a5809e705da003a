"""Models that are tracked: their passes are timed, each moment once, and nothing is left on them."""

from __future__ import annotations

import copy
import io
import json
import re
import threading
import time
from types import SimpleNamespace

import pytest

from ai_power_export import OfflinePowerTracker
from ai_power_export.observe.frameworks import torch_hooks

torch = pytest.importorskip("torch")
from torch.nn import Parameter, Sequential  # noqa: E402 - there only where PyTorch is
from torch.utils.checkpoint import checkpoint  # noqa: E402 - there only where PyTorch is

QUIET = {"country_iso_code": "FRA", "log_level": "critical", "save_to_file": False}
X = torch.ones(3)


class Clock:
    """A clock that only goes on when the work says so: what is measured is exact."""

    def __init__(self):
        self.now = 0.0

    def work(self, seconds):
        self.now += seconds


CLOCK = Clock()


class Taking(torch.autograd.Function):
    """Takes so many seconds forward and backward."""

    @staticmethod
    def forward(ctx, x, forward, backward):
        CLOCK.work(forward)
        ctx.backward = backward
        return x * 1.0

    @staticmethod
    def backward(ctx, gradient):
        CLOCK.work(ctx.backward)
        return gradient * 1.0, None, None


class Net(torch.nn.Module):
    """A layer whose passes take known times."""

    def __init__(self, forward=1.0, backward=10.0):
        super().__init__()
        self.weight = Parameter(torch.ones(3))
        self.takes = forward, backward

    def forward(self, x):
        return Taking.apply(x * self.weight, *self.takes)


class Layers(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = torch.nn.Linear(3, 3), torch.nn.Linear(3, 3)

    def forward(self, x):
        return self.last(self.first(x).relu())


class Failing(torch.nn.Module):
    def forward(self, x, error=None):
        CLOCK.work(1.0)
        if error:
            raise error
        return x


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def tracker(monkeypatch):
    CLOCK.now = 0.0
    monkeypatch.setattr(torch_hooks, "time", SimpleNamespace(perf_counter=lambda: CLOCK.now))
    made = OfflinePowerTracker(**QUIET)
    made.start()
    yield made
    made.stop()


def seconds(tracker, name, stage=""):
    found = tracker.model_times[stage][name]
    return found.forward, found.backward, found.calls


def hooks_of(module) -> int:
    found = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(each, name)) for each in module.modules() for name in found)


def test_passes_are_timed_by_stage_and_the_hooks_go_with_the_run(tracker, tmp_path):
    net = Net()
    tracker.track_model(net)
    net(X)
    for stage, times in (("training", 2), ("finetuning", 1)):
        with tracker.stage(stage):
            for _ in range(times):
                net(X).sum().backward()
    with tracker.stage("inference"), torch.inference_mode():
        net(X)
    tracker.stop()
    assert hooks_of(net) == 0
    assert seconds(tracker, "Net", "training") == (2.0, 20.0, 2)
    assert seconds(tracker, "Net", "finetuning") == (1.0, 10.0, 1)
    assert seconds(tracker, "Net", "inference") == (1.0, 0.0, 1)
    assert seconds(tracker, "Net") == (5.0, 30.0, 5)
    found = [json.loads(path.read_text()) for path in tmp_path.glob("power-reports/*.evidence.json")]
    stages = {each["name"]: each["models"]["Net"] for each in found[0]["run"]["stages"]}
    assert stages["training"] == {"forward": 2.0, "backward": 20.0, "calls": 2}
    assert found[0]["run"]["models"]["Net"]["calls"] == 5


def test_the_summary_tells_the_passes_of_each_stage(tracker, capsys):
    net = Net(0.001, 0.002)
    tracker.track_model(net)
    with tracker.stage("training"):
        for _ in range(3):
            net(X).sum().backward()
        time.sleep(0.05)
    tracker.stop()
    said = capsys.readouterr().err
    (row,) = [line.split() for line in said.splitlines() if line.startswith("aipower: training ")]
    assert row[-4:] == ["3", "ms", "6", "ms"]
    assert re.search(
        r"model Net +3 ms forward \(\S+ [mµ]?Wh by its time\), 6 ms backward \(.*\), 3 calls", said
    )


def test_iterations_in_the_live_log_have_their_passes(tracker, tmp_path):
    net = Net()
    tracker.track_model(net)
    for _ in range(3):
        tracker.update_stage("training")
        net(X).sum().backward()
    tracker.stop()
    (log,) = tmp_path.glob("power-reports/live_*.jsonl")
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    turns = [row["models"]["Net"] for row in rows if row["row"] == "iteration" and row["settled"]]
    assert turns == [{"forward": 1.0, "backward": 10.0, "calls": 1}] * 3


def test_energy_by_time_is_told_where_the_passes_fit_into_the_time(tmp_path):
    net = torch.nn.Linear(64, 64)
    with OfflinePowerTracker(**QUIET) as tracker:
        tracker.track_model(net)
        for _ in range(5):
            net(torch.ones(8, 64)).sum().backward()
        time.sleep(0.1)
    (path,) = tmp_path.glob("power-reports/*.evidence.json")
    run = json.loads(path.read_text())["run"]
    shown = run["models"]["Linear"]
    share = shown["forward"] / run["interval"]["seconds"]
    assert shown["forwardKwhByTime"] == pytest.approx(run["interval"]["kwh"] * share)


def test_of_nested_models_and_of_one_that_is_tracked_twice_the_outermost_counts(tracker):
    inner, other = Net(), Net()
    outer = Sequential(inner, other)
    for model, name in ((outer, "outer"), (inner, "inner"), (outer, "again")):
        tracker.track_model(model, name)
    outer(X).sum().backward()
    assert seconds(tracker, "outer") == (2.0, 20.0, 1)
    assert seconds(tracker, "inner") == seconds(tracker, "again") == (0.0, 0.0, 0)
    inner(X).sum().backward()
    assert seconds(tracker, "inner") == (1.0, 10.0, 1)


def test_a_loss_over_two_models_gives_each_its_own(tracker):
    first, second, untracked = Net(1, 10), Net(2, 20), Net(4, 40)
    tracker.track_model(first, "first")
    tracker.track_model(second, "second")
    second(untracked(first(X))).sum().backward()
    assert (seconds(tracker, "first"), seconds(tracker, "second")) == ((1, 10, 1), (2, 20, 1))
    (first(X) * second(X)).sum().backward()
    assert (seconds(tracker, "first"), seconds(tracker, "second")) == ((2, 20, 2), (4, 40, 2))


def test_several_forwards_before_one_backward_and_two_backwards_of_one_forward(tracker):
    net = Net()
    tracker.track_model(net)
    (net(X) + net(X)).sum().backward()
    assert seconds(tracker, "Net") == (2.0, 20.0, 2)
    loss = net(net(net(X))).sum()
    loss.backward(retain_graph=True)
    loss.backward()
    assert seconds(tracker, "Net") == (5.0, 80.0, 5)


@pytest.mark.parametrize("reentrant", [False, True])
def test_what_checkpoints_compute_again_belongs_to_the_backward_pass(tracker, reentrant):
    x, net, last = torch.ones(3, requires_grad=True), Net(), Net(4, 40)
    tracker.track_model(net)
    checkpoint(lambda x: last(net(x)), x, use_reentrant=reentrant).sum().backward()
    assert seconds(tracker, "Net") == (1.0, 11.0, 1)

    class Outer(torch.nn.Module):
        def forward(self, x):
            return checkpoint(net, x, use_reentrant=reentrant)

    outer = Outer()
    tracker.track_model(outer)
    outer(x).sum().backward()
    # The newer way stops to compute again as soon as it has what it needs.
    assert seconds(tracker, "Outer") == (1.0, 11.0 if reentrant else 10.0, 1)
    assert seconds(tracker, "Net") == (1.0, 11.0, 1)


def test_exceptions_and_interrupts_go_through_and_later_calls_count(tracker):
    model = Failing()
    tracker.track_model(model)
    for error in (ValueError("mine"), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            model(X, error)
    model(X)
    assert seconds(tracker, "Failing") == (2.0, 0.0, 2)
    bad = Net()
    tracker.track_model(bad)
    weight = bad.weight.detach()
    loss = bad(X).sum()
    bad.weight.data = weight.clone()
    loss.register_hook(lambda gradient: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        loss.backward()
    bad(X).sum().backward()
    assert seconds(tracker, "Net") == (2.0, 10.0, 2)


def test_hooks_can_be_taken_off_before_the_end(tracker, capsys):
    net = Net()
    with tracker.track_model(net):
        late = net(X)
    assert hooks_of(net) == 0
    late.sum().backward()
    handle = tracker.track_model(net)
    handle.remove()
    handle.remove()
    net(X)
    assert seconds(tracker, "Net") == (1.0, 0.0, 1)


def test_a_model_can_be_changed_in_place_copied_and_saved_while_it_is_tracked(tracker):
    net = Net()
    tracker.track_model(net)
    x = torch.ones(3, requires_grad=True) * 1
    y = net(x)
    y += 1
    y[0] = 3
    y.sum().backward()
    assert seconds(tracker, "Net") == (1.0, 10.0, 1)
    saved = io.BytesIO()
    torch.save(net, saved)
    saved.seek(0)
    assert b"ai_power_export" not in saved.getvalue()
    for same in (copy.deepcopy(net), torch.load(saved, weights_only=False)):
        same(X).sum().backward()
    assert seconds(tracker, "Net") == (1.0, 10.0, 1)


def test_threads_are_timed_by_themselves(tracker):
    models = [torch.nn.Linear(3, 3) for _ in range(4)]
    for model in models:
        tracker.track_model(model, "thread")

    def work(model):
        for _ in range(50):
            model(X).sum().backward()

    threads = [threading.Thread(target=work, args=[model]) for model in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seconds(tracker, "thread")[2] == 200


@pytest.mark.slow
@pytest.mark.parametrize("way", ["wrapped", "in place", "of a whole step"])
def test_hooks_do_not_break_what_is_compiled(tracker, way, capsys):
    net, graphs = Layers(), []

    def counted(graph, example):
        graphs.append(graph)
        return graph.forward

    torch._dynamo.reset()
    how = {"backend": counted, "fullgraph": True}
    if way == "wrapped":
        called = model = torch.compile(net, **how)
    elif way == "in place":
        net.compile(**how)
        called = model = net
    else:
        model = net
        called = torch.compile(lambda x: net(x).relu(), **how)
    handle = tracker.track_model(model, "net")
    for _ in range(3):
        called(X).sum().backward()
    assert len(graphs) == 1
    assert seconds(tracker, "net")[2] == (0 if way == "of a whole step" else 3)
    handle.remove()
    called(X)
    # A step that was compiled with a hooked model in it is compiled once more without.
    assert len(graphs) == (2 if way == "of a whole step" else 1)
    tracker.stop()
    heard = "no call of the model net was heard" not in capsys.readouterr().err
    assert heard == (way != "of a whole step")


def test_models_in_wrappers_are_timed_once(tracker, tmp_path):
    net = Net()
    parallel = torch.nn.DataParallel(net)
    tracker.track_model(parallel)
    tracker.track_model(net)
    parallel(X).sum().backward()
    assert seconds(tracker, "DataParallel") == (1.0, 10.0, 1)
    assert seconds(tracker, "Net") == (0.0, 0.0, 0)
    torch.distributed.init_process_group("gloo", init_method=f"file://{tmp_path}/store", rank=0, world_size=1)
    try:
        ranked = torch.nn.parallel.DistributedDataParallel(net)
        tracker.track_model(ranked, "ddp")
        ranked(X).sum().backward()
        assert seconds(tracker, "ddp") == (1.0, 10.0, 1)
    finally:
        torch.distributed.destroy_process_group()


def test_what_cannot_be_timed_is_told_and_changes_nothing(tracker, capsys):
    for model in (object(), None, torch.nn.Linear(2, 2, device="meta")):
        with tracker.track_model(model) as handle:
            handle.remove()
    said = capsys.readouterr().err
    assert "object is no PyTorch module" in said
    assert "modules on meta cannot be timed" in said
    tracker.stop()
    with tracker.track_model(Net()):
        pass
    assert "track_model: the tracker is not running; no model is timed" in capsys.readouterr().err


def test_a_hook_that_fails_ends_the_timing_and_never_the_users_pass(tracker, capsys, monkeypatch):
    net = Net()
    tracker.track_model(net)
    monkeypatch.setattr(torch_hooks, "graph_nodes", lambda *_: 1 / 0)
    monkeypatch.setattr(torch_hooks, "_is_on_gpu", lambda *_: False)
    monkeypatch.setattr("ai_power_export.observe.frameworks.torch_times.graph_nodes", lambda *_: 1 / 0)
    for _ in range(2):
        net(X).sum().backward()
    assert capsys.readouterr().err.count("models are timed no more: ZeroDivisionError") == 1
