"""What a class of the program computes by itself, where no class of a framework says it.

Attention is mostly written by hand, from linear layers: by the classes of its layers a transformer looks like
a multilayer perceptron then. The names that a class's code uses tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

ATTENTION = "(attention)"
"""Weighs its inputs by each other: softmax of a product, or a function for both (arXiv:1706.03762, 3.2)."""
CAUSAL = "(causal attention)"
"""The same, of which each position sees only those before it."""
NORMALIZATION = "(layer normalization)"
"""Normalizes over the features of each position, or has a layer that does."""
PRODUCT = "(product)"
"""Multiplies or transforms its inputs in another way than by a layer of a framework."""

NORMALIZATIONS = ("layernorm", "rmsnorm")
"""How names of what normalizes so begin, in small letters and without underscores."""
_BOTH = frozenset(
    {"scaled_dot_product_attention", "dot_product_attention", "flex_attention", "memory_efficient_attention"}
    | {"flash_attn_func", "flash_attn_varlen_func", "flash_attn_qkvpacked_func"}
)
_PRODUCTS = frozenset({"matmul", "bmm", "baddbmm", "einsum", "mm", "spmm", "dot", "tensordot", "addmm"})
_TRANSFORMS = frozenset(
    {"rfft", "irfft", "fft", "ifft", "fft2", "rfft2", "conv1d", "conv2d", "scatter_add", "cdist"}
)
_BACKWARDS_ONLY = frozenset(
    {"is_causal", "tril", "triu", "generate_square_subsequent_mask", "use_causal_mask"}
)


def own_layers(names: Set[str], multiplies: bool) -> Iterator[str]:
    """Yield what the code of a class computes.

    Args:
        names: The names of functions, methods and arguments in it.
        multiplies: Whether it uses the operator `@`.
    """
    if any(name.lower().replace("_", "").startswith(NORMALIZATIONS) for name in names):
        yield NORMALIZATION
    has_product = multiplies or bool(names & _PRODUCTS)
    if names & _BOTH or (has_product and "softmax" in names):
        yield ATTENTION
        if names & _BACKWARDS_ONLY:
            yield CAUSAL
    elif has_product or names & _TRANSFORMS:
        yield PRODUCT
