"""Of the calls in a loop it is told truly which get what each item of the data comes with."""

from __future__ import annotations

import pytest

from ai_power_export.observe.loop_targets import calls_with_targets

GIVEN = {
    "a pair": """
for x, y in loader:
    loss(net(x), y)
    step()
""",
    "numbered": """
for number, (x, y) in enumerate(loader):
    loss(net(x), y)
    step()
""",
    "moved": """
for x, y in loader:
    x, y = x.to(device), y.to(device)
    y = y.float()
    loss(net(x), target=y.unsqueeze(1))
    step()
""",
    "a batch": """
for number, batch in enumerate(loader):
    x, y = (each.to(device) for each in batch)
    wanted = y.view(-1)
    loss(net(x), wanted)
    step()
""",
    "parts of a batch": """
for batch in loader:
    loss(net(batch[0]), batch[1])
    step()
""",
    "within other loops": """
for name, loader in loaders.items():
    for x, y in loader:
        for _ in range(3):
            loss(net(x), y)
            step()
""",
    "the next item": """
for _ in range(100):
    x, y = next(batches)
    loss(net(x), y)
    step()
""",
    "of two loaders": """
for (x, y), (other, _) in zip(loader, others):
    loss(net(x, other), y)
    step()
""",
}
NOT_GIVEN = {
    "the input": """
for x, y in loader:
    loss(net(x), x)
    step()
""",
    "another": """
for x, _ in loader:
    y = torch.ones(len(x))
    loss(net(x), y)
    step()
""",
    "once the input": """
for x, y in loader:
    loss(net(x), y) + loss(back(x), x)
    step()
""",
    "a mixture": """
for x, y in loader:
    x, one, two = mix(x, y)
    loss(net(x), one)
    step()
""",
    "what was another before": """
for x, y in loader:
    y = x
    loss(net(x), y)
    step()
""",
    "the first of a batch": """
for number, batch in numbered:
    loss(net(batch[0]), batch[0])
    step()
""",
    "an item as a whole": """
for number, batch in enumerate(loader):
    loss(net(batch), batch)
    step()
""",
    "out of the loop": """
for x, y in loader:
    net(x)
loss(x, y)
step()
""",
}


def told(folder, source):
    """Return what is told of the call of `loss`, seen from the line that calls `step`."""
    file = folder / "script.py"
    file.write_text(source)
    line = next(number for number, text in enumerate(source.splitlines(), 1) if "step()" in text)
    return calls_with_targets((str(file), line)).get("loss", False)


@pytest.mark.parametrize("case", GIVEN)
def test_a_call_gets_the_targets(tmp_path, case):
    assert told(tmp_path, GIVEN[case]) is True


@pytest.mark.parametrize("case", NOT_GIVEN)
def test_a_call_that_gets_something_else_is_not_taken_for_one(tmp_path, case):
    assert told(tmp_path, NOT_GIVEN[case]) is False


def test_nothing_is_told_of_what_cannot_be_read(tmp_path):
    assert not calls_with_targets((str(tmp_path / "none.py"), 1))
