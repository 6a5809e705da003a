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

EARLY_MEDIAN, ROUNDED_WEIGHTS = "early-median", "rounded-weights"
MISSING_IS_E, ZERO_IS_E, ABOVE_10000_IS_E = "missing-is-e", "zero-is-e", "above-10000-is-e"
MISSING_IS_A, TIES_ARE_E, ZERO_EMPTIES = "missing-is-a", "ties-are-e", "zero-empties-the-group"

FAULTS = {
    EARLY_MEDIAN: "the median is the letter before the one where half the weight is reached",
    ROUNDED_WEIGHTS: "weights and means are rounded to doubles, so that a whole number can fall short",
    MISSING_IS_E: "a missing value is rated E and its weight counts",
    ZERO_IS_E: "a zero, or one in the reference, has the index 0 and is rated E",
    ABOVE_10000_IS_E: "an index above 10,000 falls out of the best interval and is rated E",
    MISSING_IS_A: "a missing value is rated A, and counts as the worst in the compound",
    TIES_ARE_E: "where all boundaries are equal, what reaches them is rated E and what does not is rated A",
    ZERO_EMPTIES: "a zero that is the best of its group has no index, and the others' is 0",
}
"""Faults of the systems before, by name: a scheme keeps them to give the same letters as they do."""
