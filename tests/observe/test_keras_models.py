"""What goes wrong, or could mislead, around live Keras models."""

from __future__ import annotations

import gc
import os
import weakref
from importlib.util import find_spec

import pytest

if not (find_spec("keras") and find_spec("torch")):
    pytest.skip("Keras on PyTorch is not here", allow_module_level=True)
os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np

from ai_power_export.evidence_names import CUT_SHORT, KIND_OPEN
from ai_power_export.observe.gather import observed_facts
from ai_power_export.observe.observation import Doing
from ai_power_export.observe.watch import Watch

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 6)).astype("float32")
LABELS = (X[:, 0] > 0).astype("int32")
IMAGES = RANDOM.normal(size=(4, 32, 32, 3)).astype("float32")


@pytest.fixture
def watch():
    watch = Watch()
    watch.start()
    yield watch
    watch.disarm()
    assert [observer.errors for observer in watch._observers.values() if observer.name == "keras"] == [0]


def dense(units=1, activation="sigmoid", **compiled):
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(units, activation=activation)])
    model.compile(**{"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["accuracy"], **compiled})
    return model


def only(observations, method="fit"):
    (found,) = [seen for seen in observations if seen.method == method]
    return found


def value(observations, field):
    return observed_facts(observations, measured_seconds=1.0).value(field)


def test_no_model_is_kept_alive(watch):
    model = dense()
    model.fit(X, LABELS, verbose=0)
    alive = weakref.ref(model)
    del model
    gc.collect()

    assert alive() is None


def test_a_model_given_back_its_input_reconstructs_it(watch):
    dense(6, None, loss="mse", metrics=None).fit(X, X, verbose=0)

    assert only(watch.stop()).parts[0].kind == "reconstruction"


@pytest.mark.parametrize(
    ("compiled", "target"),
    [
        ({"units": 6, "loss": "mse", "metrics": None}, X + 1),  # noise that is taken away?
        ({"loss": "mse"}, LABELS),  # classes that are learnt as numbers?
        ({"loss": lambda truth, answer: (truth - answer) ** 2}, LABELS),
    ],
)
def test_nothing_is_said_of_the_task_where_it_could_be_another(watch, compiled, target):
    dense(**compiled).fit(X, target, verbose=0)

    assert only(watch.stop()).parts[0].kind == ""


def test_a_training_step_of_the_users_is_not_judged_by_its_loss(watch):
    class Own(keras.Sequential):
        def train_step(self, data):
            return super().train_step(data)

    model = Own([keras.Input((6,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, LABELS, verbose=0)

    assert only(watch.stop()).parts[0].kind == ""


def test_an_accuracy_on_the_training_data_is_told_from_one_on_others(watch):
    model = dense()
    model.fit(X, LABELS, verbose=0)
    model.evaluate(X, LABELS, verbose=0)
    model.evaluate(X[:10].copy(), LABELS[:10].copy(), verbose=0)
    seen = watch.stop()

    assert only(seen).seen_before == "same"
    assert [each.seen_before for each in seen if each.method == "evaluate"] == ["same", ""]
    assert all(0 <= each.accuracy <= 1 for each in seen)


class OwnStep(keras.Sequential):
    def compute_loss(self, *given, **named):
        return super().compute_loss(*given, **named)


def pairs(wanted):
    """Return pieces of data in the way of a generator, whose targets cannot be looked at."""
    while True:
        yield X, wanted


@pytest.mark.parametrize(
    ("build", "wanted", "is_open"),
    [
        pytest.param(keras.Sequential, X, True, id="as many numbers as go in"),
        pytest.param(keras.Sequential, X[:, :2], False, id="a few numbers"),
        pytest.param(OwnStep, X[:, :2], True, id="a step of its own"),
    ],
)
def test_a_training_is_open_to_several_tasks_or_tells_one(watch, build, wanted, is_open):
    model = build([keras.Input((6,)), keras.layers.Dense(wanted.shape[1])])
    model.compile("adam", "mse")
    model.fit(pairs(wanted), steps_per_epoch=2, verbose=0)
    seen = watch.stop()

    assert bool(value(seen, KIND_OPEN)) is is_open
    assert bool(value(seen, "task.taskFamily")) is not is_open


def test_an_accuracy_that_was_never_validated_is_not_said(watch):
    dense().fit(X, LABELS, validation_split=0.5, validation_freq=2, verbose=0)

    assert only(watch.stop()).accuracy is None


def test_epochs_of_one_model_add_up_also_after_one_that_failed(watch):
    class Alarm(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                raise RuntimeError

    model = dense()
    model.fit(X, LABELS, epochs=2, verbose=0)
    with pytest.raises(RuntimeError):
        model.fit(X, LABELS, epochs=5, callbacks=[Alarm()], verbose=0)
    model.fit(X, LABELS, epochs=3, verbose=0)

    last = [seen for seen in watch.stop() if seen.method == "fit"][-1]
    assert last.parts[0].said["epochsNumber"] == 2 + 1 + 3


class Stop(keras.callbacks.Callback):
    """Breaks a training off where Keras calls a method of that name, the given time that it does."""

    def __init__(self, method, time):
        super().__init__()
        self.left = time
        setattr(self, method, self.count)

    def count(self, number, logs=None):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("stop", "stage", "epochs"),
    [
        pytest.param(Stop("on_epoch_begin", 3), "training", 2, id="after 2 epochs"),
        pytest.param(Stop("on_train_batch_end", 3), "training", None, id="in the first epoch"),
        pytest.param(Stop("on_train_batch_begin", 1), "inference", None, id="before the first step"),
    ],
)
def test_a_training_that_was_broken_off_at_once_trained_as_far_as_it_came(watch, stop, stage, epochs):
    model = dense()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, LABELS, epochs=100, batch_size=8, callbacks=[stop], verbose=0)
    model.predict(X, verbose=0)
    seen = watch.stop()

    assert value(seen, "task.taskStage").partition("+")[0] == stage
    assert value(seen, "task.algorithms.epochsNumber") == epochs
    assert bool(value(seen, CUT_SHORT)) is (epochs is None)


def test_batches_say_nothing_of_how_much_data_there_is(watch):
    model = dense()
    for _ in range(3):
        model.train_on_batch(X, LABELS)

    seen = only(watch.stop(), "train_on_batch")
    assert seen.count == 3
    assert seen.data.rows is seen.data.shape is None
    assert "batch_size" not in seen.parts[0].parameters


def test_a_data_set_of_the_users_is_neither_counted_nor_asked(watch):
    class Batches(keras.utils.PyDataset):
        asked = 0

        def __len__(self):
            return 2

        def __getitem__(self, index):
            return X[:8], LABELS[:8]

        def __repr__(self):
            raise ValueError

    dense().fit(Batches(), verbose=0)

    seen = only(watch.stop())
    assert seen.data is None
    assert "batch_size" not in seen.parts[0].parameters


# ---- known networks --------------------------------------------------------------------------


def known(**options):
    return keras.applications.MobileNet(alpha=0.25, input_shape=(32, 32, 3), **options)


@pytest.fixture
def published(tmp_path, monkeypatch):
    """Let Keras find its published weights in a file that was made here."""
    path = str(tmp_path / "published.weights.h5")
    known(weights=None, include_top=False).save_weights(path)
    from keras.src.applications import mobilenet

    monkeypatch.setattr(mobilenet.file_utils, "get_file", lambda *_, **__: path)
    return path


def headed(base):
    hidden = keras.layers.GlobalAveragePooling2D()(base.output)
    model = keras.Model(base.input, keras.layers.Dense(3, activation="softmax")(hidden))
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def test_a_model_on_published_weights_is_finetuned_even_when_its_base_is_gone(watch, published):
    model = headed(known(weights="imagenet", include_top=False))
    gc.collect()
    model.fit(IMAGES, np.zeros(4), verbose=0)
    seen = watch.stop()

    assert only(seen).does is Doing.FINETUNES
    assert value(seen, "task.taskStage") == "finetuning"
    assert value(seen, "task.algorithms.foundationModelName") == "MobileNet"
    assert value(seen, "task.algorithms.trainingType") == "transferLearning"
    assert value(seen, "task.algorithms.classPath") == "keras.Model"


def test_weights_of_a_file_have_no_public_name(watch, published):
    base = known(weights=published, include_top=False)
    model = keras.Sequential([base, keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(IMAGES, np.zeros(4), verbose=0)
    seen = watch.stop()

    assert only(seen).does is Doing.FINETUNES
    assert value(seen, "task.algorithms.foundationModelName") is None
    assert published not in str([each.to_json() for each in seen])


def test_random_weights_are_trained_and_the_network_has_its_name(watch):
    model = known(weights=None, classes=3)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(IMAGES, np.zeros(4), verbose=0)
    seen = watch.stop()

    assert only(seen).does is Doing.TRAINS
    assert value(seen, "task.algorithms.foundationModelName") is None
    assert value(seen, "task.algorithms.classPath") == "keras.applications.MobileNet"


def test_a_network_without_its_classifier_gives_features(watch):
    known(weights=None, include_top=False).predict(IMAGES, verbose=0)

    assert value(watch.stop(), "task.taskFamily") == "imageEmbedding"


def test_a_model_in_a_loop_of_pytorch_has_the_layers_of_its_summary(watch):
    torch = pytest.importorskip("torch")
    model = keras.Sequential([keras.Input((6,)), *map(keras.layers.Dense, (4, 4, 1))])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for _ in range(3):
        model(torch.from_numpy(X)).mean().backward()
        optimizer.step()

    (part,) = next(each.parts for each in watch.stop() if each.method == "step")
    assert part.said["layersNumber"] == 3
    assert part.said["parametersNumber"] == model.count_params() / 1e9
    assert part.layers == {"keras.src.layers.core.dense.Dense": 3}
