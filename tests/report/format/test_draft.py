"""A report that is not complete is still a report to look at."""

from ai_power_export.report.format.boamps import Report

DOCUMENT = {
    "task": {"algorithms": [{"classPath": "a.B"}], "note": 1},
    "measures": [{"powerConsumption": 0.5}],
    "quality": "perhaps",
}


def test_a_draft_reads_like_a_report_and_gives_back_its_document():
    report = Report.draft(DOCUMENT)
    assert report.task.algorithms[0].class_path == "a.B"
    assert report.task.dataset is None
    assert report.infrastructure is None
    assert report.measures[0].power_consumption == 0.5
    assert report.to_document() == DOCUMENT
