"""After every message the badge counts what is open: that must not read the open rows themselves."""

from __future__ import annotations

from pathlib import Path

from kiosk.outbox import views
from tests.fakes.stocked_office import StockedOffice


def test_open_rows_are_counted_out_of_an_index_alone(tmp_path: Path) -> None:
    office = StockedOffice(tmp_path)
    office.stock(2)
    reader, asked = office.database.read(), []
    reader._connection.set_trace_callback(asked.append)
    assert views.counts(reader)["ready"] == 4
    reader._connection.set_trace_callback(None)
    [counting] = [sql for sql in asked if "GROUP BY state" in sql]
    steps = [row["detail"] for row in reader.rows("EXPLAIN QUERY PLAN " + counting)]
    assert any("COVERING INDEX outbox_open" in step for step in steps), steps
    office.close()
