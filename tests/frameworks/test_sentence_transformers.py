"""What is said of sentence transformers that answer, and of one that is trained."""

from __future__ import annotations

import gc
import sys
import weakref
from pathlib import Path

import pytest

sentence_transformers = pytest.importorskip("sentence_transformers")
pytest.importorskip("sentence_transformers.base", reason="sentence-transformers before version 6")

sys.path.append(str(Path(__file__).parent / "scripts"))

from tiny_sentence_transformer import tiny_model  # noqa: E402

from ai_power_export.observe.frameworks.sentence_transformers import describe_texts  # noqa: E402
from ai_power_export.observe.watch import Watch  # noqa: E402

pytestmark = pytest.mark.slow

MODEL = {
    "task.algorithms[0].algorithmName": "sentenceTransformer",
    "task.algorithms[0].algorithmType": "embeddingsCreation",
    "task.algorithms[0].framework": "sentence-transformers",
    "task.algorithms[0].frameworkVersion": sentence_transformers.__version__,
    "task.algorithms[0].classPath": "sentence_transformers.SentenceTransformer",
    "task.algorithms[0].parametersNumber": 3.648e-05,
    "task.algorithms[0].layersNumber": 2,
    "task.algorithms[0].quantization": "fp32",
    "task.algorithms[0].foundationModelName": None,
    "task.algorithms[0].foundationModelUri": None,
    "task.algorithms[1]": None,
    "task.taskFamily": "textEmbedding",
    "task.dataset[0].dataUsage": "input",
    "task.dataset[0].dataType": "text",
    "task.measuredAccuracy": None,
}

ENCODE = {
    **MODEL,
    "task.taskStage": "inference",
    "task.nbRequest": 1,
    "task.algorithms[0].trainingType": None,
    "task.dataset[0].dataQuantity": 40,
    "task.dataset[1].dataUsage": "output",
    "task.dataset[1].dataType": "other",
    "task.dataset[1].dataQuantity": 40,
    "task.dataset[1].shape": "(40, 32)",
    "task.dataset[1].dataSize": 40 * 32 * 4 / 1e9,
    "hyperparameters.batch_size": 8,
    "hyperparameters.normalize_embeddings": True,
    "hyperparameters.precision": "float32",
    "hyperparameters.prompt": None,
}

RANK = {
    "task.taskStage": "inference",
    "task.taskFamily": "reranking",
    "task.nbRequest": 3,
    "task.algorithms[0].algorithmName": "crossEncoder",
    "task.algorithms[0].classPath": "sentence_transformers.CrossEncoder",
    "task.algorithms[0].parametersNumber": 3.6513e-05,
    "task.algorithms[0].layersNumber": 2,
    "task.dataset[0].dataType": "text",
    "task.dataset[0].dataQuantity": 20,
    "task.dataset[1].dataUsage": "output",
    "task.dataset[1].dataQuantity": 20,
    "hyperparameters.batch_size": 32,
}

TRAIN = {
    **MODEL,
    # What is trained was loaded, from a folder whose content nobody knows.
    "task.taskStage": "finetuning",
    "task.nbRequest": None,
    "task.algorithms[0].optimizer": "adamW",
    "task.algorithms[0].epochsNumber": 2,
    "task.dataset[0].dataQuantity": 32,
    "task.dataset[1]": None,
    "hyperparameters.learning_rate": 1e-4,
    "hyperparameters.per_device_train_batch_size": 8,
    "hyperparameters.loss": "MultipleNegativesRankingLoss",
}


@pytest.mark.parametrize(
    ("script", "expected"),
    [("sentences_encode.py", ENCODE), ("sentences_rank.py", RANK), ("sentences_train.py", TRAIN)],
)
def test_the_report_of_an_untouched_script(said, script, expected):
    found = said(script)
    assert found.values(expected) == expected
    assert "secret" not in str(found)
    assert "/tmp" not in str(found.report)


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.mark.parametrize(
    ("asked", "options", "rows", "shape"),
    [
        ("one text", {}, 1, "(32,)"),
        (["one", "two"], {}, 2, "(2, 32)"),
        (["one", "two"], {"convert_to_tensor": True}, 2, "(2, 32)"),
        (["one", "two"], {"convert_to_numpy": False}, 2, None),
    ],
)
def test_answers_are_counted_whatever_they_come_in(model, asked, options, rows, shape):
    with Watch() as watch:
        model.encode(asked, **options)
        (seen,) = watch.cut()
    assert (seen.data.data_type, seen.data.rows) == ("text", rows)
    assert (seen.output.data_type, seen.output.rows, seen.output.shape) == ("other", rows, shape)


def test_a_call_that_calls_encode_is_one_request(model):
    with Watch() as watch:
        model.encode_query(["one", "two"], batch_size=2)
        model.encode_document(["three"], prompt="secret: ")
        seen = watch.cut()
    assert [(each.method, each.count, each.data.rows) for each in seen] == [
        ("encode_query", 1, 2),
        ("encode_document", 1, 1),
    ]
    assert "secret" not in str(seen)


def test_no_model_is_kept_alive_and_what_fails_gives_nothing_out():
    model = tiny_model()
    with Watch() as watch:
        with pytest.raises(Exception):
            model.encode([object()])
        gone = weakref.ref(model)
        del model
        gc.collect()
        assert gone() is None
        (seen,) = watch.cut()
    assert (seen.failed, seen.output) == (1, None)


@pytest.mark.parametrize(
    ("asked", "data_type", "rows"),
    [
        ([("a", "b"), ("c", "d"), ("e", "f")], "text", 3),
        ([["a", "b"]], "text", 1),
        ([(1, 2)], None, 1),
        ("a", "text", 1),
    ],
)
def test_pairs_of_texts_are_texts(asked, data_type, rows):
    described = describe_texts(asked)
    assert (described.data_type, described.rows) == (data_type, rows)


@pytest.mark.parametrize("asked", [None, object(), 3])
def test_what_is_no_text_is_not_called_one(asked):
    assert describe_texts(asked) is None
