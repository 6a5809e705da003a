"""The catalogue is data: every entry is sound, and classes are found under all their paths."""

import json
import re

import pytest

from ai_power_export.errors import BadInput
from ai_power_export.vocabulary.catalogue import FOLDER, Catalogue, import_root, load_catalogue, plugin_files
from ai_power_export.vocabulary.describe import describe, public_path
from ai_power_export.vocabulary.entries import Role
from ai_power_export.vocabulary.families import RULES, task_family
from ai_power_export.vocabulary.formats import FORMAT_OF_SUFFIX, TABULAR_FORMATS, TYPE_OF_FORMAT
from ai_power_export.vocabulary.generate import positional_parameters
from ai_power_export.vocabulary.naming import camel_case

ROOTS = sorted(file.stem for file in FOLDER.glob("*.toml") if file.stem != "index")
DATA_TYPES = {"tabular", "audio", "boolean", "image", "video", "object", "text", "token", "word", "other", ""}
CAMEL = re.compile(r"[a-z][A-Za-z0-9]*")
FOREST = "sklearn.ensemble.RandomForestClassifier"


@pytest.fixture(scope="module")
def catalogue():
    return Catalogue()


@pytest.mark.parametrize("root", ROOTS)
def test_every_entry_is_sound(catalogue, root):
    assert catalogue.knows(root)
    for path in catalogue.paths(root):
        entry, loader = catalogue.entry(path), catalogue.loader(path)
        assert entry or loader, path
        if entry:
            assert isinstance(entry.role, Role)
            assert entry.modality in DATA_TYPES
            for word in (entry.algorithm_name, entry.algorithm_type, entry.kind, entry.training_type):
                assert not word or CAMEL.fullmatch(word), (path, word)
            assert entry.role is not Role.MODEL or entry.framework, path
        if loader:
            assert loader.data_type in DATA_TYPES
            assert loader.source in {"public", "private", "other", ""}
            assert not loader.uri or re.fullmatch(r"https?://\S+", loader.uri), path


@pytest.mark.parametrize(
    "path, canonical",
    [
        (FOREST, FOREST),
        ("sklearn.ensemble._forest.RandomForestClassifier", FOREST),
        ("sklearn.ensemble.forest.RandomForestClassifier", FOREST),
        ("xgboost.sklearn.XGBClassifier", "xgboost.XGBClassifier"),
        ("tensorflow.keras.models.Sequential", "keras.Sequential"),
        ("keras.src.models.sequential.Sequential", "keras.Sequential"),
        ("pytorch_lightning.Trainer", "lightning.Trainer"),
        ("torch.optim.adam.Adam", "torch.optim.Adam"),
        ("statsmodels.api.OLS", "statsmodels.regression.linear_model.OLS"),
        ("fbprophet.Prophet", "prophet.Prophet"),
    ],
)
def test_one_class_under_several_paths(catalogue, path, canonical):
    assert catalogue.entry(path).path == canonical


def test_patterns(catalogue):
    bert = catalogue.entry("transformers.BertForSequenceClassification")
    assert (bert.kind, bert.algorithm_name, bert.role) == ("textClassification", "bert", Role.MODEL)
    assert catalogue.entry("sklearn.preprocessing.StandardScaler").role is Role.HELPER
    assert catalogue.entry("sklearn.nowhere.Thing") is None
    assert catalogue.entry("my.own.Thing") is None


def test_loader(catalogue):
    digits = catalogue.loader("sklearn.datasets.load_digits")
    assert (digits.quantity, digits.shape, digits.source) == (1797, "(1797, 64)", "public")
    assert catalogue.loader("sklearn.datasets.make_blobs").rows == "n_samples"


def test_scikit_learn_signatures_agree_with_the_installed_one(catalogue):
    pytest.importorskip("sklearn")
    for path in ("sklearn.svm.SVC", "sklearn.cluster.KMeans", "sklearn.pipeline.Pipeline", FOREST):
        installed = positional_parameters(path)
        assert list(catalogue.entry(path).parameters) == (installed or [])


def test_scikit_learn_data_sets_are_as_large_as_the_catalogue_says(catalogue):
    datasets = pytest.importorskip("sklearn.datasets")
    for name in ("iris", "digits", "wine", "breast_cancer", "diabetes", "linnerud"):
        rows, columns = getattr(datasets, f"load_{name}")().data.shape
        entry = catalogue.loader(f"sklearn.datasets.load_{name}")
        assert (entry.quantity, entry.shape) == (rows, f"({rows}, {columns})")


def test_every_scikit_learn_estimator_has_a_role(catalogue):
    discovery = pytest.importorskip("sklearn.utils.discovery")
    unknown = [
        cls
        for _, cls in discovery.all_estimators()
        if catalogue.entry(f"{cls.__module__}.{cls.__qualname__}") is None
    ]
    assert unknown == []


def test_describe():
    words = describe("sklearn.ensemble._forest.RandomForestClassifier")
    assert words == {
        "algorithmName": "randomForest",
        "algorithmType": "treeEnsemble",
        "trainingType": "supervisedLearning",
        "framework": "scikit-learn",
        "classPath": FOREST,
        "algorithmUri": f"https://scikit-learn.org/stable/modules/generated/{FOREST}.html",
    }
    assert describe("my.own.Net") == {"classPath": "my.own.Net"}
    assert describe("sklearn.preprocessing.StandardScaler") == {
        "classPath": "sklearn.preprocessing.StandardScaler"
    }


def test_public_path():
    assert public_path("sklearn.ensemble._forest", "RandomForestClassifier") == FOREST
    assert public_path("library._private.module", "Thing") == "library.Thing"
    assert public_path("__main__", "Net") == "__main__.Net"


@pytest.mark.parametrize(
    "name, expected",
    [
        ("RandomForest", "randomForest"),
        ("text-classification", "textClassification"),
        ("k nearest neighbors", "kNearestNeighbors"),
        ("SGD", "sgd"),
        ("adam", "adam"),
        ("", ""),
    ],
)
def test_camel_case(name, expected):
    assert camel_case(name) == expected


def test_families():
    assert task_family("classification", "tabular") == "tabularClassification"
    assert task_family("classification", None) == "classification"
    assert task_family("clustering", "tabular") == "clustering"
    assert task_family(None) is None
    assert all(CAMEL.fullmatch(family) for _, _, family in RULES)


def test_formats_are_words_of_the_report():
    from ai_power_export.report.format.boamps import DataFormat

    words = set(DataFormat.__args__)
    assert {*FORMAT_OF_SUFFIX.values(), *TABULAR_FORMATS, *TYPE_OF_FORMAT} <= words


def test_a_users_folder_wins(tmp_path):
    (tmp_path / "mylib.toml").write_text(
        'framework = "mylib"\ntrains = ["learn"]\n[[group]]\nrole = "model"\nkind = "ranking"\n'
        '[group.names]\n"Sorter" = "sorter"\n'
    )
    entry = Catalogue(tmp_path).entry("mylib.Sorter")
    assert (entry.framework, entry.kind, entry.trains) == ("mylib", "ranking", ("learn",))


@pytest.mark.parametrize(
    "text", ["no toml", '[[group]]\nrole = "king"\n[group.names]\n"A" = ""\n', "[[group]]\n"]
)
def test_a_broken_file_is_one_line(tmp_path, text):
    (tmp_path / "mylib.toml").write_text(text)
    with pytest.raises(BadInput):
        Catalogue(tmp_path).entry("mylib.A")


def test_signatures_are_for_classes_of_the_catalogue(catalogue):
    for file in (FOLDER / "signatures").glob("*.json"):
        listed = set(catalogue.paths(file.stem))
        assert {f"{file.stem}.{path}" for path in json.loads(file.read_text())} <= listed


def test_a_plug_in_adds_a_framework(tmp_path, monkeypatch):
    (tmp_path / "plug").mkdir()
    (tmp_path / "plug" / "__init__.py").write_text("")
    (tmp_path / "plug" / "plugged.toml").write_text(
        'framework = "plugged"\n[[group]]\nrole = "model"\nkind = "clustering"\n[group.names]\n"Maker" = "maker"\n'
    )
    info = tmp_path / "plug-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plug\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[ai_power_export.catalogue]\nplugged = plug\nbroken = no_such_module\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    plugin_files.cache_clear()
    try:
        assert Catalogue().entry("plugged.Maker").kind == "clustering"
    finally:
        plugin_files.cache_clear()


def test_classes_of_a_package_that_is_reexported_go_by_the_name_that_they_are_imported_by():
    module = "transformers.models.bert.modeling_bert"
    assert (
        public_path(module, "BertForSequenceClassification") == "transformers.BertForSequenceClassification"
    )
    assert public_path(module, "BertForNothingKnown") == "transformers.BertForNothingKnown"
    entry = Catalogue().entry(f"{module}.BertForSequenceClassification")
    assert entry is not None
    assert (entry.algorithm_name, entry.kind) == ("bert", "textClassification")


@pytest.mark.parametrize(
    ("framework", "root"),
    [
        ("pytorch", "torch"),
        ("scikit-learn", "sklearn"),
        ("sentence-transformers", "sentence_transformers"),
        ("keras", "keras"),
    ],
)
def test_a_framework_is_imported_by_its_root(framework, root):
    assert import_root(framework) == root


def test_every_framework_of_the_catalogue_is_imported_by_the_name_of_its_file():
    catalogue = load_catalogue()
    for root in (
        "sklearn",
        "torch",
        "keras",
        "xgboost",
        "lightgbm",
        "catboost",
        "statsmodels",
        "transformers",
        "diffusers",
        "stable_baselines3",
        "sentence_transformers",
        "imblearn",
        "umap",
        "torch_geometric",
    ):
        frameworks = {
            catalogue.entry(path).framework for path in catalogue.paths(root)[:50] if catalogue.entry(path)
        }
        assert frameworks and {import_root(framework) for framework in frameworks} == {root}
