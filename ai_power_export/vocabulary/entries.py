"""What the catalogue can say of a class, a function or a data loader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Role(str, Enum):
    """What a class or function does in a machine-learning program. A closed vocabulary."""

    MODEL = "model"
    """Is the algorithm: it is trained, or it answers."""
    REDUCER = "reducer"
    """Reduces dimensions: a step in front of a model, the algorithm where it stands alone."""
    NETWORK = "network"
    """Base class of a user's own network, such as `torch.nn.Module`."""
    TRAIN = "train"
    """A function that trains a model by itself, such as `xgboost.train`."""
    ANSWER = "answer"
    """A function that asks a model by itself, such as `ollama.chat`."""
    LAYER = "layer"
    """A part that networks are built of."""
    OPTIMIZER = "optimizer"
    LOSS = "loss"
    SCHEDULER = "scheduler"
    TRAINER = "trainer"
    """Runs the training of a model handed to it, such as `transformers.Trainer`."""
    CONFIG = "config"
    """Carries settings of a model, a trainer or an adapter."""
    SEARCH = "search"
    """Looks for hyperparameters of the model handed to it."""
    WRAPPER = "wrapper"
    """Holds a model and is none itself, such as `OneVsRestClassifier`."""
    PIPELINE = "pipeline"
    """Chains steps; the last one is the algorithm."""
    RUNNER = "runner"
    """A function that fits the model handed to it, such as `cross_val_score`."""
    HELPER = "helper"
    """Scaler, encoder, selector, display: never the algorithm."""
    TOKENIZER = "tokenizer"
    """Tokenizer, processor or feature extractor of a pretrained model."""
    SPLITTER = "splitter"
    METRIC = "metric"
    BATCHES = "batches"
    """Serves data in batches, such as `torch.utils.data.DataLoader`."""
    ENVIRONMENT = "environment"
    """A world that an agent learns in, such as one made by `gymnasium.make`."""


@dataclass(frozen=True)
class ClassEntry:
    """One class or function of a framework."""

    path: str
    """Canonical import path, `sklearn.ensemble.RandomForestClassifier`."""
    role: Role
    framework: str
    """Name for the report's `framework`, `scikit-learn`."""
    distribution: str = ""
    """Installed distribution that holds it, for its version."""
    algorithm_name: str = ""
    algorithm_type: str = ""
    training_type: str = ""
    kind: str = ""
    """What it is for: `classification`, `regression`, ... or a task of its own, `objectDetection`."""
    modality: str = ""
    """Type of the data that it works on, in the words of the report's `dataType`."""
    uri: str = ""
    """Public documentation page."""
    parameters: tuple[str, ...] = ()
    """Names of the positional parameters in order, without `self`."""
    takes: tuple[str, ...] = ()
    """Parameters that models come in by; `*` stands for all positional ones."""
    varies: tuple[str, ...] = ()
    """Parameters of a search that name the hyperparameters it varies."""
    trains: tuple[str, ...] = ()
    """Methods that train it."""
    infers: tuple[str, ...] = ()
    """Methods that let it answer; `__call__` for a call of the object itself."""
    foundation: str = ""
    """Parameter that names the foundation model; `weights` where the class itself names it."""
    pretrained_by_default: bool = False
    """Whether weights are loaded where `weights` is not given."""
    hub: str = ""
    """Pattern of a foundation model's URI, `{name}` being its name."""
    epochs: str = ""
    """Parameter that counts complete passes through the data."""
    task: str = ""
    """Parameter that names the task, as in `transformers.pipeline`."""
    method: str = ""
    """Key of a search's settings that names how it searches."""
    remote: bool = False
    """Whether the model works on another machine, whose energy is not measured."""


@dataclass(frozen=True)
class LoaderEntry:
    """One way to get a data set."""

    path: str
    data_type: str = ""
    quantity: int | None = None
    """Rows, images, texts: number of items where the loader fixes it."""
    shape: str = ""
    source: str = ""
    """`public`, `private` or `other`, as in the report."""
    uri: str = ""
    owner: str = ""
    format: str = ""
    name: str = ""
    kind: str = ""
    """What the data set is usually for: `classification`, `regression`, ..."""
    parameters: tuple[str, ...] = ()
    named_by: str = ""
    """Parameter that names the data set or the file."""
    uri_by: str = ""
    """Pattern of the URI, `{name}` being the value of `named_by`."""
    rows: str = ""
    """Parameter that counts the rows."""
    columns: str = ""
    """Parameter that counts the columns."""
    rows_default: int | None = None
    columns_default: int | None = None
    columns_fixed: int | None = None


@dataclass
class Framework:
    """One catalogue file: everything known about one import root."""

    root: str
    classes: dict[str, ClassEntry] = field(default_factory=dict)
    """By canonical path; a path that ends in `*` stands for all others below it."""
    loaders: dict[str, LoaderEntry] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other import paths of the same class."""
    reexported: str = ""
    """Package whose classes are all imported from the root: `transformers.models`."""
    methods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Positional parameters of methods by path, `keras.Model.fit`."""
