"""What a training loop was started with, and not what its program has as defaults, is in the report."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

LOOP = """\
import argparse
import torch
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--api-key")
parser.add_argument("--evaluate", action="store_true")
options = parser.parse_args()
net = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
optimizer = torch.optim.Adam(net.parameters())
X, y = torch.randn(64, 4), torch.randint(0, 3, (64,))
if not options.evaluate:
    for epoch in range(options.epochs):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(X), y).backward()
        optimizer.step()
print(sum(range(20_000_000)))
"""


@pytest.mark.parametrize(
    ("arguments", "epochs"), [(["--epochs", "3"], 3), (["--epochs=4", "--api-key", "hunter2"], 4), ([], 10)]
)
def test_the_epochs_are_those_of_the_command_line(arguments, epochs, tmp_path, export):
    (tmp_path / "train.py").write_text(LOOP)
    ended = export("train.py", *arguments)
    assert ended.returncode == 0, ended.stderr
    (report,) = ended.reports
    assert report["task"]["algorithms"][0]["epochsNumber"] == epochs
    assert "hunter2" not in str(ended.evidence)


def test_a_training_that_the_command_line_left_out_is_not_told(tmp_path, export):
    (tmp_path / "train.py").write_text(LOOP)
    (report,) = export("train.py", "--evaluate").reports
    assert report.get("task", {}).get("taskStage") != "training"
    assert "Adam" not in str(report)
