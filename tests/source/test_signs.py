"""Where a program may learn in a way that is not understood, nothing is told; where it does not, that is."""

from __future__ import annotations

import pytest

from ai_power_export.source.inspect import read_source
from ai_power_export.source.not_run import Unused

MAY_LEARN = {
    "a gradient": "import torch\nw = torch.zeros(3, requires_grad=True)\n(w * X).sum().backward()\n",
    "a gradient of JAX": "import jax\nw = w - 0.1 * jax.grad(lambda w: (X @ w - y).mean())(w)\n",
    "a loss": "import torch\nloss = torch.nn.functional.mse_loss(X @ w, y)\n",
    "a layer": "import torch\nlayer = torch.nn.Linear(3, 1)\nprint(layer(X))\n",
    "an optimizer": "import optax\noptimizer = optax.adam(0.1)\n",
    "a metric": "from sklearn.metrics import accuracy_score\nprint(accuracy_score(y, guess(X)))\n",
    "a model of its own": "class Own:\n    def fit(self, X):\n        self.mean = X.mean()\nOwn().fit(load())\n",
    "a function named for it": "import numpy as np\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\nsigmoid(X)\n",
    "an object out of a file": "import joblib\nmodel = joblib.load('it')\nprint(model.decision_function(X))\n",
    "an environment": "import gymnasium\nworld = gymnasium.make('CartPole-v1')\nworld.step(0)\n",
    "a package of its own": "import torch\nfrom mine import Trainer\nTrainer(torch.zeros(3)).run()\n",
}


@pytest.mark.parametrize("way", MAY_LEARN)
def test_a_program_that_may_learn_is_no_computation_without_a_model(way, tmp_path):
    facts = facts_of(tmp_path, MAY_LEARN[way])
    assert facts.value("task.taskFamily") is None
    assert facts.value("task.algorithms.algorithmType") is None
    assert "source-not-understood" in [each.code for each in facts.warnings]


DOES_NOT = {
    "numbers": "import numpy as np\nprint(np.linalg.svd(np.ones((3, 3))))\n",
    "tensors": "import torch\nprint(torch.zeros(3) + 1)\n",
    "a table": "import pandas as pd\nprint(pd.read_csv('a.csv').groupby('b').mean())\n",
    "a package of somebody": "from mine import convert\nconvert('a')\n",
    "an object out of a file": "import pickle\nwith open('it', 'rb') as file:\n    print(pickle.load(file).keys())\n",
    "training as a part of a word": "def constraint(x):\n    return abs(x)\nconstraint(3)\n",
}


@pytest.mark.parametrize("way", DOES_NOT)
def test_a_program_without_a_sign_of_it_is_one(way, tmp_path):
    assert facts_of(tmp_path, DOES_NOT[way]).value("task.taskFamily") == "generic"


def test_where_other_processes_worked_nothing_follows(tmp_path):
    facts = facts_of(tmp_path, DOES_NOT["numbers"], unused=Unused(elsewhere=True))
    assert not facts.found
    assert [each.code for each in facts.warnings] == ["source-elsewhere"]


def facts_of(folder, text, **more):
    script = folder / "script.py"
    script.write_text(text)
    return read_source(script, **more)
