"""``kiosk portal …``: what the portal itself says of agencies, sectors and procedures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from kiosk.catalogue import release
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.load import load_catalogue
from kiosk.clock import at_office, now
from kiosk.settings import Settings, SettingsError
from kiosk.store.peek import peek, schema
from sync.portal.compare import Difference, differences
from sync.portal.session import PortalSession
from sync.portal.share import PortalProcedure, ShareClient

_CATALOGUE_SINCE = 3  # schema
_PARTS = {
    "absent": "Cổng không có thủ tục / the portal hasn't this procedure",
    "not_public": "chưa công khai trên Cổng / not public at the portal",
    "sector": "lĩnh vực / sector",
    "component": "Cổng không có thành phần / a component that the portal hasn't",
    "component_missing": "ở đây thiếu thành phần / a component that isn't here",
    "fee": "phí, lệ phí / fee",
    "term": "thời hạn / term",
}


@contextmanager
def _client(settings: Settings) -> Iterator[ShareClient]:
    if settings.portal.shape != "adapter":
        raise SettingsError("portal.shape: a relay has no share services")
    session = PortalSession(settings.portal, settings.office.agency)
    try:
        yield ShareClient(session)
    finally:
        session.close()


def agencies(settings: Settings) -> list[dict[str, Any]]:
    """All agencies. Raises what `ShareClient` raises."""
    with _client(settings) as client:
        return [asdict(one) for one in client.agencies()]


def sectors(settings: Settings) -> list[dict[str, Any]]:
    """All sectors. Raises what `ShareClient` raises."""
    with _client(settings) as client:
        return [asdict(one) for one in client.sectors()]


def procedures(settings: Settings, agency: str = "") -> list[dict[str, Any]]:
    """The procedures of an agency, by default the station's own. Raises what `ShareClient` raises."""
    with _client(settings) as client:
        return [asdict(one) for one in client.procedures(agency or settings.office.agency)]


def procedure(settings: Settings, code: str) -> dict[str, Any]:
    """One procedure. Raises `SettingsError` when the portal has none, and what `ShareClient` raises."""
    with _client(settings) as client:
        found = client.procedure(code.strip())
    if found is None:
        raise SettingsError(f"{code[:60]!r}: the portal has no such procedure")
    return asdict(found)


def compare(settings: Settings) -> dict[str, Any]:
    """What the station offers today against the portal's. Raises what `ShareClient` and `peek` raise."""
    offered = _catalogue(settings).home(at_office(now()).date(), settings.citizen.procedures)
    found: list[Difference] = []
    with _client(settings) as client:
        for one in offered:
            theirs: PortalProcedure | None = client.procedure(one.code)
            found += differences(one, theirs)
    return {
        "compared": [{"procedure": one.code, "version": one.version} for one in offered],
        "differences": [asdict(one) for one in found],
    }


def _catalogue(settings: Settings) -> Catalogue:
    file = settings.folder / "station.db"
    if file.exists():
        with peek(file) as reader:
            if schema(reader) >= _CATALOGUE_SINCE:
                return release.load(reader, fed=bool(settings.feeds.catalogue_path))
    return load_catalogue()


def table(rows: list[dict[str, Any]]) -> str:
    """Code and name of each, for people."""
    if not rows:
        return "Cổng không trả về gì. / The portal gave nothing."
    wide = max(len(row["code"]) for row in rows)
    return "\n".join(f"{row['code']:{wide}}  {row['name']}" for row in rows)


def described(found: dict[str, Any]) -> str:
    """One procedure, for people."""
    lines = [f"{found['code']}  {found['name']}"]
    if not found["is_public"]:
        lines.append(_PARTS["not_public"])
    for way in found["ways"]:
        for term in way["terms"]:
            lines.append(f"kênh / channel {way['channel']}: {term['amount']} {term['unit']}")
            lines += [f"  {fee['code']}  {fee['amount']} {fee['unit']}" for fee in term["fees"]]
    for name, words in (("papers", "thành phần / component"), ("results", "kết quả / result")):
        lines += [f"{words}: {one['code']}  {one['name']}" for one in found[name]]
    lines += [f"căn cứ / legal basis: {one['code']}" for one in found["legal_basis"]]
    return "\n".join(lines)


def compared(result: dict[str, Any]) -> str:
    """The differences, for people."""
    head = ", ".join(f"{one['procedure']} ({one['version']})" for one in result["compared"])
    lines = [f"Đã so / compared: {head or '-'}"]
    for one in result["differences"]:
        sides = f"{one['ours'] or '-'} ↔ {one['theirs'] or '-'}"
        lines.append(f"{one['procedure']}: {_PARTS[one['part']]}: {sides}")
    if not result["differences"]:
        lines.append("Không có gì khác. / Nothing differs.")
    return "\n".join(lines)
