"""The rules that a scheme can name: how letters become one, and which faults of older systems it keeps."""

from __future__ import annotations

INDEX_MEAN = "index mean"
ROUNDED_MEAN = "rounded mean"

MODES = (
    "optimistic median",
    "pessimistic median",
    "optimistic mean",
    "pessimistic mean",
    "best",
    "worst",
    "majority",
    ROUNDED_MEAN,
    INDEX_MEAN,
)
"""How letters become one: the seven modes of ELEx, GAISSALabel's mean with ties to even, and STREP's mean
of indices, which is cut by boundaries of its own."""

ELEX_ARITHMETIC = "elex-arithmetic"
MISSING_IS_E, ZERO_IS_E, ABOVE_10000_IS_E = "missing-is-e", "zero-is-e", "above-10000-is-e"
MISSING_IS_A, TIES_ARE_E, FEW_ARE_RATED = "missing-is-a", "ties-are-e", "few-are-rated"
ZERO_EMPTIES = "zero-empties-the-group"

FAULTS = {
    ELEX_ARITHMETIC: "weights are rounded to doubles, so that means fall short of whole numbers; the "
    "median is the letter before the one where half the weight is reached, and hangs on the order of equals",
    MISSING_IS_E: "a missing value is rated E and its weight counts",
    ZERO_IS_E: "a zero, or one in the reference, has the index 0 and is rated E",
    ABOVE_10000_IS_E: "an index above 10,000 falls out of the best interval and is rated E",
    MISSING_IS_A: "a missing value is rated A, and counts as the worst in the compound",
    TIES_ARE_E: "where all boundaries are equal, what reaches them is rated E and what does not is rated A",
    FEW_ARE_RATED: "groups of any size, and of runs that are all alike, get letters",
    ZERO_EMPTIES: "a zero that is the best of its group has no index, and that of the others is 0",
}
"""Faults of the systems before, by name: a scheme keeps them to give the same letters as they do."""
