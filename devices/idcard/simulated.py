"""A reader with the virtual card in it: the demo's device, with faults on call."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from devices.cancel import Cancel
from devices.fault import Fault
from devices.idcard import reader as flow
from devices.idcard.api import CardChange, CardData, CardEvent, Key, ReadProgress
from devices.idcard.events import EventThread, OnEvent
from devices.idcard.ladder import Memory
from devices.idcard.reader import Means
from devices.idcard.virtual.card import Torn, VirtualCard
from devices.idcard.virtual.faults import Switches
from devices.status import Kind, Status
from devices.watch import Watch

NAME = "Simulated PICC reader"


class SimulatedReader:
    """An `IdCardReader` over an in-process card. Every method may be called from any thread.

    ``latency_ms`` is added to every APDU; 8 and 15 are like real readers and chips. ``max_apdu``
    is what the reader says it passes in one APDU; ``None`` for one that doesn't say.
    """

    def __init__(
        self,
        card: VirtualCard | None = None,
        latency_ms: float = 8,
        present: bool = False,
        means: Means | None = None,
        max_apdu: int | None = None,
    ) -> None:
        self.card = card or VirtualCard(switches=Switches())
        self.max_apdu = max_apdu
        self._memory: Memory = {}
        self.latency_ms = latency_ms
        self._means = means
        self._lock = threading.RLock()
        self._watches: list[EventThread] = []
        self._script: deque[Fault] = deque()
        self._service = True
        self._plugged = True
        self._present = False
        self._laid = 0
        if present:
            self.put_card()

    def status(self) -> Status:
        if not self._service:
            return Status.fault(Kind.SERVICE_DOWN, "simulated service is down")
        return Status.ok() if self._plugged else Status.fault(Kind.OFFLINE, "no reader")

    def readers(self) -> list[str]:
        if not self._service:
            raise Fault("PCSC_DOWN", "simulated")
        return [NAME] if self._plugged else []

    def watch(self, on_event: OnEvent) -> Watch:
        with self._lock:
            watch = EventThread(on_event, self._forget)
            self._watches.append(watch)
            if not self._service:
                watch.post(CardEvent(CardChange.SERVICE_GONE))
            elif self._present:
                watch.post(CardEvent(CardChange.CARD_IN, NAME, self.card.atr))
        return watch

    def read(
        self, key: Key, on_progress: Callable[[ReadProgress], None], cancel: Cancel
    ) -> CardData:
        return flow.read(self._connect, key, on_progress, cancel, self._means, self._memory)

    def put_card(self, card: VirtualCard | None = None) -> None:
        """Lays the card, or another one, on the reader."""
        with self._lock:
            self.lift_card()
            self.card = card or self.card
            self.card.put_down()
            self._present = True
            self._laid += 1
            self._tell(CardEvent(CardChange.CARD_IN, NAME, self.card.atr))

    def lift_card(self) -> None:
        """Takes the card away, also in the middle of a reading; nothing happens without a card."""
        with self._lock:
            if not self._present:
                return
            self._present = False
            self.card.let_go()
            self._tell(CardEvent(CardChange.CARD_OUT, NAME))

    def script(self, *faults: Fault) -> None:
        """The next APDUs fail with these, one each; a reading that begins again meets the next."""
        self._script.extend(faults)

    def set_service(self, running: bool) -> None:
        """The card service stops or is back."""
        with self._lock:
            self._service = running
            self._tell(CardEvent(CardChange.SERVICE_BACK if running else CardChange.SERVICE_GONE))

    def set_plugged(self, plugged: bool) -> None:
        """The reader's cable is pulled or back; a card on it goes with it."""
        with self._lock:
            self._plugged = plugged
            if not plugged:
                self.lift_card()
            self._tell(CardEvent(CardChange.READERS_CHANGED))

    def _connect(self) -> _SimulatedConnection:
        with self._lock:
            if not self._service:
                raise Fault("PCSC_DOWN", "simulated")
            if not self._plugged:
                raise Fault("NO_READER", "simulated")
            if not self._present:
                raise Fault("NO_CARD", "simulated")
            self.card.reset()
            return _SimulatedConnection(self, self.card, self._laid)

    def _transmit(self, card: VirtualCard, laid: int, apdu: bytes) -> bytes:
        if self.latency_ms:
            time.sleep(self.latency_ms / 1000)
        self._still_there(laid)
        if self._script:
            raise self._script.popleft()
        try:
            answer = card.execute(apdu)
        except Torn:
            with self._lock:
                if laid == self._laid:  # not another card that lies there meanwhile
                    self.lift_card()
            raise Fault("CARD_REMOVED", "simulated") from None
        self._still_there(laid)
        return answer

    def _still_there(self, laid: int) -> None:
        with self._lock:
            if not self._service:
                raise Fault("PCSC_DOWN", "simulated")
            if not self._present or laid != self._laid:
                raise Fault("CARD_REMOVED", "simulated")

    def _tell(self, event: CardEvent) -> None:
        for watch in self._watches:
            watch.post(event)

    def _forget(self, watch: EventThread) -> None:
        with self._lock:
            if watch in self._watches:
                self._watches.remove(watch)


class _SimulatedConnection:
    """The opened card; dies when that card is lifted, whatever is laid down after it."""

    reader = NAME

    def __init__(self, owner: SimulatedReader, card: VirtualCard, laid: int) -> None:
        self.atr = card.atr
        self.max_apdu = owner.max_apdu
        self._owner = owner
        self._card = card
        self._laid = laid

    def transmit(self, apdu: bytes) -> bytes:
        return self._owner._transmit(self._card, self._laid, apdu)

    def close(self) -> None:
        pass
