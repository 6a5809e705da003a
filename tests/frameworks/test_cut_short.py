"""Of a training that broke off, what was planned is not told."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.slow

LOOP = """\
import torch
net = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Linear(8, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
X = torch.randn(4096, 4)
def check(loss, epoch):
    if epoch == {last}:
        raise RuntimeError("enough")
for epoch in range(30):
    loss = net(X).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    check(loss, epoch)
"""


@pytest.mark.parametrize(("last", "epochs"), [(4, None), (99, 30)])
def test_epochs_that_were_planned_are_told_of_a_run_that_came_to_its_end(last, epochs, tmp_path, export):
    (tmp_path / "work.py").write_text(LOOP.format(last=last))
    ended = export("work.py")
    assert ended.returncode == (1 if last == 4 else 0)
    (report,) = ended.reports
    (algorithm,) = report["task"]["algorithms"]
    assert report["task"]["taskStage"] == "training"
    assert algorithm.get("epochsNumber") == epochs
