"""Networks are measured truly, or not at all, and nothing of the user's is run."""

from __future__ import annotations

import gc
import weakref

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402 - only where PyTorch is installed

from ai_power_export.observe.frameworks.models import measure, network_part, unwrap  # noqa: E402
from ai_power_export.observe.frameworks.networks import UNMEASURED  # noqa: E402

pytestmark = pytest.mark.slow


class Tied(nn.Module):
    """Its head shares the weights of its embedding."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10, 4)
        self.norm = nn.LayerNorm(4)
        self.head = nn.Linear(4, 10, bias=False)
        self.head.weight = self.embedding.weight


def test_a_network_is_described():
    part = network_part(nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 4)))

    assert part.class_path == "torch.nn.modules.container.Sequential"
    assert part.bases == ("torch.nn.modules.module.Module",)
    assert part.said == {
        "parametersNumber": (8 * 3 * 9 + 8 + 4 * 8 + 4) / 1e9,
        "layersNumber": 2,
        "quantization": "fp32",
    }
    assert part.layers["torch.nn.modules.conv.Conv2d"] == 1
    assert part.is_model


def test_shared_weights_count_once():
    network = measure(Tied())

    assert network.parameters == 10 * 4 + 2 * 4
    assert network.layers_number == 2


@pytest.mark.parametrize(
    ("make", "layers"),
    [
        (lambda: nn.LSTM(4, 4, num_layers=3), 3),
        (lambda: nn.TransformerEncoderLayer(8, 2), 3),
        (lambda: nn.utils.parametrizations.weight_norm(nn.Linear(4, 4)), 1),
        (lambda: nn.Sequential(nn.Flatten(), nn.BatchNorm1d(4)), 0),
    ],
)
def test_layers_are_what_holds_a_matrix(make, layers):
    assert measure(make()).layers_number == layers


def test_frozen_weights_are_told_from_trained_ones():
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))
    model[0].requires_grad_(False)

    assert measure(model).parameters == 30
    assert measure(model).trainable == 10


@pytest.mark.parametrize(
    "wrap", [torch.compile, nn.DataParallel, lambda net: torch.compile(nn.DataParallel(net))]
)
def test_carriers_are_taken_off(wrap):
    network = nn.Linear(4, 2)

    assert unwrap(wrap(network)) is network
    assert network_part(wrap(network)) == network_part(network)


def test_one_linear_layer_is_no_perceptron():
    assert network_part(nn.Linear(4, 1)).layers == {}
    assert network_part(nn.Sequential(nn.Linear(4, 2), nn.Linear(2, 1))).layers


def test_the_format_is_that_of_most_weights():
    mixed = nn.Sequential(nn.Linear(64, 64).bfloat16(), nn.LayerNorm(64))

    assert measure(mixed).number_format == "bf16"
    assert measure(nn.Linear(4, 4).half()).number_format == "fp16"
    assert measure(nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4).half())).number_format == ""


def test_what_cannot_be_counted_is_not():
    packed = nn.Linear(4, 4)
    packed.weight = nn.Parameter(torch.zeros(8, 1, dtype=torch.uint8), requires_grad=False)
    buffered = nn.Linear(4, 4)
    buffered.register_buffer("qweight", torch.zeros(2, 4, dtype=torch.int32))

    for model in (nn.LazyLinear(3), packed, buffered, torch.jit.script(nn.Linear(4, 4))):
        assert measure(model).parameters is None
        assert measure(model).layers_number is None
        assert network_part(model).said == {}
    assert measure(object()) is UNMEASURED


def test_a_network_that_changed_is_measured_again():
    model = nn.LazyLinear(3)
    assert measure(model).parameters is None

    model(torch.ones(1, 4))
    assert measure(model).parameters == 15
    assert measure(model.half()).number_format == "fp16"


def test_weights_without_memory_are_counted():
    assert measure(nn.Linear(1000, 1000, device="meta")).parameters == 1_001_000


def test_no_code_of_the_users_runs():
    class Trap(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Linear(2, 2)
            self.armed = True

        def refuse(self, *_args, **_kwargs):
            raise AssertionError("the user's code was run")

        parameters = named_parameters = children = modules = named_modules = state_dict = refuse
        __repr__ = __eq__ = __len__ = __iter__ = __bool__ = refuse
        __hash__ = nn.Module.__hash__

        @property
        def weight(self):
            return self.refuse()

        def __getattr__(self, name):
            if "armed" in self.__dict__ and name not in ("_modules", "_parameters"):
                self.refuse()
            return super().__getattr__(name)

    assert network_part(Trap()).said["parametersNumber"] == 6 / 1e9


def test_the_functions_of_tensors_are_not_called():
    class Spy(torch.Tensor):
        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):
            raise AssertionError("the user's code was run")

    model = nn.Linear(2, 2)
    with torch._C.DisableTorchFunctionSubclass():
        model._parameters["weight"] = torch.zeros(2, 2).as_subclass(Spy)

    assert measure(model).parameters == 6


def test_no_network_is_kept_alive():
    model = nn.Sequential(nn.Linear(2, 2))
    gone = weakref.ref(model)
    network_part(model)

    del model
    gc.collect()
    assert gone() is None
