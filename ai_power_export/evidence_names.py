"""Names of what is kept beside a report, in its evidence, where more than one room needs them."""

from __future__ import annotations

EVIDENCE = "evidence."
"""What they all begin with."""

SECONDARY = "evidence.secondaryAlgorithms"
"""Class paths of algorithms that ran for too little of the time to be named in the report."""

WHOLLY_SEEN = "evidence.whollySeen"
"""Import roots of the frameworks none of whose calls can have gone unobserved."""

NOT_RUN = "evidence.source.notRun"
"""Calls that stand in the source and were seen not to happen."""

OWN_WEIGHTS = "evidence.ownWeights"
"""Says of an algorithm that its pretrained weights were seen to come from files of the user's own."""

LIVE_MODEL = "evidence.liveModel"
"""Number of the object that a call was about: what it says later counts, not what it said before."""

CUT_SHORT = "evidence.cutShort"
"""Says of an algorithm that no epoch of its training was completed, and how far it came: one of the next."""
IN_FIRST_STEP, IN_FIRST_EPOCH = "in the first step", "in the first epoch"

KIND_OPEN = "evidence.kindOpen"
"""Says of an algorithm that its training was looked at, and that its loss may serve several ends there."""
BY_COMPILED_LOSS, BY_COMPUTED_LOSS = "loss it was compiled with", "loss that the program computes"
BY_DATASET = "what the data set is for"
"""What the source goes by, as its notes say, where it tells a task by a loss or the data alone."""

DEFAULTS = "evidence.hyperparameters.defaults"
"""Names of hyperparameters whose value is the default of the class."""

VARIED = "evidence.hyperparameters.varied"
"""Values, by name, of hyperparameters that were not the same in all calls."""
