"""One TOML file per station, validated at start; every error names the file, the key and what is allowed."""

from __future__ import annotations

from kiosk.settings.devices import (
    CodeReader,
    Devices,
    IdCard,
    PaperPrinter,
    Scanner,
    SimulatedCard,
    TicketPrinter,
)
from kiosk.settings.eid import Eid, EidNames
from kiosk.settings.office import AgencyId, Office, Safekeeping, State, Store, Trust, Vault
from kiosk.settings.payments import Payments
from kiosk.settings.portal import Feeds, Portal, Relay
from kiosk.settings.section import SettingsError
from kiosk.settings.station import DEMO, Citizen, Settings, load

__all__ = [
    "DEMO",
    "AgencyId",
    "Citizen",
    "CodeReader",
    "Devices",
    "Eid",
    "EidNames",
    "Feeds",
    "IdCard",
    "Office",
    "PaperPrinter",
    "Payments",
    "Portal",
    "Relay",
    "Safekeeping",
    "Scanner",
    "Settings",
    "SettingsError",
    "SimulatedCard",
    "State",
    "Store",
    "TicketPrinter",
    "Trust",
    "Vault",
    "load",
]
