"""What a network's own classes compute names it as its layers do: attention by hand is no perceptron."""

from __future__ import annotations

import gc
import weakref

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402 - only where PyTorch is installed

from ai_power_export.observe.frameworks.networks import measure  # noqa: E402
from ai_power_export.observe.frameworks.own_code import computed_by  # noqa: E402
from ai_power_export.vocabulary.architectures import network_of  # noqa: E402
from ai_power_export.vocabulary.own_layers import ATTENTION, CAUSAL, NORMALIZATION, PRODUCT  # noqa: E402

pytestmark = pytest.mark.slow


class Base(nn.Module):
    def __init__(self, *parts):
        super().__init__()
        self.parts = nn.ModuleList(parts)


class ByOperator(Base):
    def forward(self, x):
        return nn.functional.softmax(x @ x.transpose(-2, -1), dim=-1) @ x


class ByMethods(Base):
    def forward(self, x):
        return torch.einsum("bij,bjk->bik", torch.bmm(x, x).softmax(-1), x)


class Fused(Base):
    def forward(self, x):
        return nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True)


def weighed(x, y):
    return torch.matmul(torch.softmax(torch.matmul(x, y.mT), -1), y)


class ByFunction(Base):
    def forward(self, x):
        return (lambda y: weighed(y, y))(x)


class Inherited(ByOperator):
    pass


class Norm(nn.Module):
    def forward(self, x):
        return nn.functional.layer_norm(x, x.shape)


class Ordinary(Base):
    def forward(self, x):
        for part in self.parts:
            x = torch.relu(part(x))
        return x.softmax(-1)


class Weights(Base):
    def forward(self, x):
        return torch.spmm(x, x)


LINEAR, CONVOLUTION = (lambda: nn.Linear(4, 4)), (lambda: nn.Conv2d(1, 1, 1))

NETWORKS = [
    (lambda: Ordinary(LINEAR(), LINEAR()), "multilayerPerceptron"),
    (lambda: Ordinary(LINEAR(), Norm(), LINEAR()), "multilayerPerceptron"),
    (lambda: Ordinary(LINEAR()), ""),
    (lambda: Ordinary(CONVOLUTION(), LINEAR()), "cnn"),
    (lambda: Weights(LINEAR(), LINEAR()), ""),
    (lambda: Ordinary(Weights(CONVOLUTION())), "cnn"),
    (lambda: ByOperator(LINEAR(), nn.LayerNorm(4)), "transformer"),
    (lambda: Ordinary(ByMethods(LINEAR()), Norm()), "transformer"),
    (lambda: Ordinary(Fused(LINEAR()), nn.RMSNorm(4)), "transformer"),
    (lambda: Ordinary(ByFunction(LINEAR()), nn.LayerNorm(4)), "transformer"),
    (lambda: Ordinary(Inherited(LINEAR()), nn.LayerNorm(4)), "transformer"),
    (lambda: Ordinary(CONVOLUTION(), ByOperator(LINEAR()), nn.LayerNorm(4)), "transformer"),
    (lambda: ByOperator(LINEAR()), ""),
    (lambda: Ordinary(CONVOLUTION(), CONVOLUTION(), ByOperator(), nn.LayerNorm(4)), ""),
    (lambda: Ordinary(*(CONVOLUTION() for _ in range(3)), ByOperator()), "cnn"),
    (lambda: Ordinary(nn.GRU(4, 4), ByOperator(LINEAR()), nn.LayerNorm(4)), "gru"),
]


@pytest.mark.parametrize(("make", "name"), NETWORKS)
def test_a_network_is_named_by_what_it_computes(make, name):
    assert network_of(measure(make()).layers) == name


@pytest.mark.parametrize(
    ("cls", "words"),
    [
        (Ordinary, ()),
        (nn.MultiheadAttention, ()),
        (int, ()),
        (Norm, (NORMALIZATION,)),
        (ByOperator, (ATTENTION,)),
        (Fused, (ATTENTION, CAUSAL)),
        (Weights, (PRODUCT,)),
    ],
)
def test_only_the_programs_own_code_counts(cls, words):
    assert computed_by(cls) == words


def test_no_class_is_kept():
    cls = type("Passing", (ByOperator,), {})
    assert computed_by(cls) == (ATTENTION,)
    gone = weakref.ref(cls)
    del cls
    gc.collect()
    assert gone() is None
