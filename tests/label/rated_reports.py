"""Reports beside others, rated under the bundled scheme of trainings."""

from hypothesis import strategies as st
from labelled_reports import ENERGY, report

from ai_power_export.label.comparable import run_of
from ai_power_export.label.rate import rate
from ai_power_export.label.schemes import load
from ai_power_export.label.subject import subject_of

TRAINING = load("training")


def rated(document, others=None, scheme=TRAINING):
    return rate(subject_of(document, "r.json"), scheme, others)


def runs(energies, make=report, scheme=TRAINING, **changes):
    made_of = (
        make({ENERGY: kwh, "header.reportId": f"run-{n}", **changes}) for n, kwh in enumerate(energies)
    )
    return [run_of(subject_of(each, "r.json"), scheme.functional_unit) for each in made_of]


def energy_of(rating):
    return next(metric for metric in rating.metrics if metric.name == "energy")


FIVE = (0.05, 0.08, 0.1, 0.2, 0.4)

# In 600 s, what this hardware can draw.
amounts = st.floats(1e-3, 2)
groups = st.lists(amounts, min_size=5, max_size=12, unique=True)
