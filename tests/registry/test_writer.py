"""The one writer: what is given up is not written, what fails fails alone, and the rest goes on."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select
from taken_reports import id_of, new_report

from ai_power_export.registry.arrivals import Sent, judge
from ai_power_export.registry.database import Database
from ai_power_export.registry.known import Contributor
from ai_power_export.registry.migrations import migrate
from ai_power_export.registry.store import Delivery, Placed
from ai_power_export.registry.tables import reports
from ai_power_export.registry.writer import Writer


@pytest.fixture
def opened(database):
    opened = Database(database)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def writer(opened):
    writer = Writer(opened)
    yield writer
    writer.close()


def delivery(report, **columns) -> Delivery:
    (arrival,) = judge(Sent(json.dumps(report).encode(), 1)).reports
    arrival.columns.update(columns)
    return Delivery(arrival, Contributor("a"))


def ids_in(opened: Database) -> set[str]:
    with opened.reading() as connection:
        return set(connection.execute(select(reports.c.report_id)).scalars())


def test_a_request_that_is_given_up_harms_no_other(opened, writer):
    first, second, third = (new_report() for _ in range(3))
    with opened.writing():  # so that the writer waits
        kept = writer.keep([delivery(first)])
        given_up = writer.keep([delivery(second)])
        is_given_up = given_up.cancel()
        other = writer.keep([delivery(third)])
    assert [kept.result(), other.result()] == [[Placed(1, is_new=True)]] * 2
    assert ids_in(opened) == {id_of(each) for each in (first, third)} | (
        set() if is_given_up else {id_of(second)}
    )


def test_a_request_that_cannot_be_written_fails_alone_and_as_a_whole(opened, writer):
    good, bad, beside_bad = (new_report() for _ in range(3))
    with opened.writing():
        first = writer.keep([delivery(new_report())])
        failing = writer.keep([delivery(beside_bad), delivery(bad, energy=object())])
        other = writer.keep([delivery(good)])
    assert first.result() == other.result() == [Placed(1, is_new=True)]
    assert failing.exception() is not None
    assert id_of(good) in ids_in(opened)
    assert not {id_of(bad), id_of(beside_bad)} & ids_in(opened)
    assert writer.is_alive


def test_numbers_rise_without_a_gap(opened, writer):
    for some in ([new_report()], [new_report() for _ in range(3)], [new_report()]):
        writer.keep([delivery(each) for each in some]).result()
    with opened.reading() as connection:
        counted = connection.execute(
            select(func.count(), func.min(reports.c.number), func.max(reports.c.number))
        ).one()
    assert tuple(counted) == (5, 1, 5)
