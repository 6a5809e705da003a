"""What was watched and not called did not run, nor did what stands in the same block."""

from __future__ import annotations

import textwrap

import pytest

from ai_power_export.source.inspect import read_source
from ai_power_export.source.not_run import Unused

TORCH = """\
import sys
import torch
net = torch.nn.Sequential(torch.nn.Linear(4, 3))
optimizer = torch.optim.Adam(net.parameters())
"""
STEPS = Unused(silent=frozenset({"torch.step"}))
EVALUATION = textwrap.dedent("""\
    def main():
        if '--train' not in sys.argv:
            net(torch.randn(8, 4))
            return
        for _ in range(9):
            net(torch.randn(8, 4)).sum().backward()
            optimizer.step()
    main()
""")


def facts_of(tmp_path, text, unused):
    script = tmp_path / "script.py"
    script.write_text(text)
    facts = read_source(script, unused=unused)
    return facts.value("task.taskStage"), [each.value for each in facts.about("evidence.source.notRun")]


def test_what_led_to_a_step_that_was_not_taken_did_not_run_either(tmp_path):
    text = (
        TORCH + "if len(sys.argv) > 1:\n    net(torch.randn(8, 4)).sum().backward()\n    optimizer.step()\n"
    )
    assert facts_of(tmp_path, text, Unused()) == ("training", [])
    assert facts_of(tmp_path, text, STEPS) == (None, ["torch.optim.Adam.step"])


def test_what_runs_before_a_way_out_of_the_block_is_told(tmp_path):
    assert facts_of(tmp_path, TORCH + EVALUATION, Unused())[0] == "training"
    assert facts_of(tmp_path, TORCH + EVALUATION, STEPS) == ("inference", ["torch.optim.Adam.step"])


@pytest.mark.parametrize("way_out", ["sys.exit()", "raise SystemExit", "exit()", "parser.error('no')"])
def test_a_program_may_end_before(way_out, tmp_path):
    text = f"{TORCH}net(torch.randn(8, 4))\nif sys.argv[1:]:\n    {way_out}\noptimizer.step()\n"
    assert facts_of(tmp_path, text, STEPS)[0] == "inference"


def test_of_what_the_source_is_sure_of_and_nobody_saw_nothing_is_told(tmp_path):
    stage, not_run = facts_of(tmp_path, TORCH + "optimizer.step()\n", STEPS)
    assert (stage, not_run) == (None, ["torch.optim.Adam.step"])


def test_a_network_set_to_training_is_no_trainer_at_work(tmp_path):
    text = """\
import torch
from transformers import BertForSequenceClassification
model = BertForSequenceClassification.from_pretrained("bert-base-uncased")
optimizer = torch.optim.AdamW(model.parameters())
model.train()
for batch in batches:
    model(**batch).loss.backward()
    optimizer.step()
"""
    unused = Unused(silent=frozenset({"transformers.train", "transformers.Pipeline.__call__"}))
    assert facts_of(tmp_path, text, unused) == facts_of(tmp_path, text, Unused())
    assert facts_of(tmp_path, text, unused)[0] in ("training", "finetuning")


def test_a_pipeline_that_was_never_asked(tmp_path):
    text = """\
import sys
from transformers import pipeline
if len(sys.argv) > 1:
    classify = pipeline("text-classification", model="distilbert-base-uncased")
    classify("good")
"""
    unused = Unused(silent=frozenset({"transformers.Pipeline.__call__"}))
    assert facts_of(tmp_path, text, Unused())[0] == "inference"
    assert facts_of(tmp_path, text, unused)[0] == "other"


def test_what_was_never_imported_was_never_called(tmp_path):
    text = """\
import sys
from sklearn.svm import SVC
if len(sys.argv) > 1:
    import lightgbm
    lightgbm.train({}, lightgbm.Dataset([[1], [2]], [0, 1]))
SVC().fit([[1], [2]], [0, 1])
"""
    script = tmp_path / "script.py"
    script.write_text(text)

    def algorithms(imported):
        facts = read_source(script, unused=Unused(imported=frozenset(imported)))
        return [each.subject for each in facts.about("task.algorithms.algorithmName")]

    assert algorithms({"sys", "sklearn", "lightgbm"}) == ["lightgbm.train", "sklearn.svm.SVC"]
    assert algorithms({"sys", "sklearn"}) == ["sklearn.svm.SVC"]


CHOICE = """\
import sys
from sklearn.svm import SVC
from xgboost import XGBClassifier
X, y = [[1], [2]], [0, 1]
model = {"svc": SVC(), "xgb": XGBClassifier()}[sys.argv[1]]
model.fit(X, y)
"""


def test_of_models_that_it_may_be_only_those_that_were_called_are_told(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(CHOICE)

    def models(*silent):
        facts = read_source(script, unused=Unused(silent=frozenset(silent)))
        return [each.subject for each in facts.about("task.algorithms.algorithmName")]

    assert models() == ["sklearn.svm.SVC", "xgboost.XGBClassifier"]
    assert models("xgboost.fit") == ["sklearn.svm.SVC"]
    assert models("sklearn.fit") == ["xgboost.XGBClassifier"]
    assert models("sklearn.fit", "xgboost.fit") == []


EITHER = """\
import sys
from sklearn.linear_model import LogisticRegression
from xgboost import XGBClassifier
models = {"linear": LogisticRegression(), "trees": XGBClassifier()}
model = models[sys.argv[1]]
"""


def algorithms(tmp_path, text, *silent):
    script = tmp_path / "script.py"
    script.write_text(EITHER + text)
    facts = read_source(script, unused=Unused(frozenset(silent)))
    return {each.value for each in facts.about("task.algorithms.classPath")}


def test_a_model_that_was_not_fitted_did_not_answer(tmp_path):
    both = {"sklearn.linear_model.LogisticRegression", "xgboost.XGBClassifier"}
    text = "model.fit([[1], [2]], [0, 1])\nprint(model.predict([[1]]))\n"
    assert algorithms(tmp_path, text) == both
    assert algorithms(tmp_path, text, "xgboost.fit") == {"sklearn.linear_model.LogisticRegression"}
    assert algorithms(tmp_path, text, "sklearn.fit") == {"xgboost.XGBClassifier"}
    loaded = (
        "if len(sys.argv) > 2:\n    model.fit([[1], [2]], [0, 1])\nelse:\n    model.load_model('it.json')\n"
    )
    assert algorithms(tmp_path, loaded + text.splitlines()[1], "xgboost.fit") == both


LIT = """\
import torch, {library} as pl
class Lit(pl.LightningModule):
    def training_step(self, batch, number):
        return torch.nn.functional.mse_loss(self.net(batch[0]), batch[1])
pl.Trainer(max_epochs=2).fit(Lit(), batches)
"""


@pytest.mark.parametrize("library", ["lightning", "lightning.pytorch", "pytorch_lightning"])
def test_a_framework_with_two_names_is_asked_for_the_one_that_was_imported(library, tmp_path):
    root = library.partition(".")[0]
    other = {"lightning": "pytorch_lightning", "pytorch_lightning": "lightning"}[root]
    text, imported = LIT.format(library=library), frozenset({"torch", root})
    ran = facts_of(tmp_path, text, Unused(frozenset({f"{other}.fit"}), imported))
    assert ran == ("training", [])
    assert facts_of(tmp_path, text, Unused(frozenset({f"{root}.fit"}), imported))[0] != "training"
    assert facts_of(tmp_path, text, Unused(imported=frozenset({"torch"})))[0] != "training"


FLAX = """\
import os, jax, optax
from flax import linen as nn
net = nn.Dense(1)
def train(weights):
    optimizer = optax.adam(0.01)
    state = optimizer.init(weights)
    for epoch in range(3):
        gradients = jax.grad(lambda w: net.apply(w, X).sum())(weights)
        updates, state = optimizer.update(gradients, state)
        weights = optax.apply_updates(weights, updates)
weights = net.init(jax.random.key(0), X)
if not os.path.exists("weights"):
    train(weights)
print(net.apply(weights, X))
"""


def test_an_optimizer_that_was_not_made_trained_nothing(tmp_path):
    assert facts_of(tmp_path, FLAX, Unused())[0] == "training"
    assert facts_of(tmp_path, FLAX, Unused(frozenset({"optax.adam"})))[0] != "training"
