"""What is fuzzed: a name, what reads the bytes, and sound samples. Only `Fault` may come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from cryptography.hazmat.primitives.serialization import Encoding

from devices.cancel import Cancel
from devices.code_reader import repair
from devices.fault import Fault
from devices.idcard import (
    activeauth,
    cardaccess,
    certificate,
    chipauth,
    dg2,
    dg11,
    dg12,
    dg13,
    dg14,
    dg15,
    lds,
    mrz,
    pace,
    qr,
    sod,
    spki,
    tlv,
)
from devices.idcard import reader as flow
from devices.idcard.apdu import Command, Response, parse_command
from devices.idcard.api import NullVerifier, ReadProgress, Signer
from devices.idcard.dg11 import PersonalDetails
from devices.idcard.dg12 import DocumentDetails
from devices.idcard.passive import Passive
from devices.idcard.reader import Means
from devices.idcard.securemessaging import CardChannel, CipherKind, TerminalChannel, suite
from devices.idcard.trust import crl, masterlist
from devices.idcard.trust.files import File
from devices.idcard.trust.importing import import_files
from devices.idcard.trust.store import TrustStore
from devices.idcard.trust.verifier import TRUST_STORE, LocalCscaVerifier
from devices.idcard.virtual import pki, portrait
from devices.idcard.virtual.access import card_access
from devices.idcard.virtual.card import VirtualCard
from devices.idcard.virtual.faults import Switches
from devices.idcard.virtual.files import build
from devices.idcard.virtual.person import VirtualPerson
from tests.fuzz import came_back

Parser = Callable[[bytes], object]
PERSON = VirtualPerson()
VARIANTS = (
    Switches(dg2_jpeg=True),
    Switches(explicit_ec=True, dg13_no_oid=True, aa_ecdsa=True),
    Switches(brainpool=True, dg13_plain_parents=True, ca_cipher="aes256"),
    Switches(pss=True, dg13_text_expiry=True, ca_dh=True),
)
_KIND, _SEED, _FIRST = CipherKind.TDES, bytes(16), (1).to_bytes(8, "big")
_MAC_OBJECT = 10


@dataclass(frozen=True)
class Target:
    """``share``: how many of the cases it gets, beside 1.0 for the others. ``sound``: the samples
    themselves are read without a fault."""

    name: str
    parse: Parser
    samples: list[bytes]
    share: float = 1.0
    sound: bool = True


def targets() -> list[Target]:
    """Everything there is to fuzz; building the samples takes a moment."""
    files = [build(PERSON, switches) for switches in VARIANTS]

    def samples(file: lds.File) -> list[bytes]:
        return list({one[file.fid]: None for one in files if file.fid in one})

    td3 = mrz.build_td3(
        "L898902C3", "740812", "F", "120415", "ERIKSSON<<ANNA<MARIA", issuer="UTO", optional="ZE1"
    )
    zones = ["".join(PERSON.lines()).encode(), "".join(td3).encode()]
    sods = samples(lds.SOD)
    found = [
        Target("tlv", walk, samples(lds.DG13) + samples(lds.COM)),
        Target("com", lds.parse_com, samples(lds.COM)),
        Target("dg1", lds.parse_dg1, [lds.build_dg1(PERSON.lines()), lds.build_dg1(td3)]),
        Target("mrz", zone, zones),
        Target("dg2", face, [portrait.group(jpeg=True), portrait.group(jpeg=False)]),
        Target("dg11", dg11.parse, [dg11.build(_DETAILS)]),
        Target("dg12", dg12.parse, [dg12.build(_DOCUMENT)]),
        Target("dg13", dg13.parse, samples(lds.DG13)),
        Target("dg14", dg14.parse, samples(lds.DG14)),
        Target("dg15", dg15.parse, samples(lds.DG15)),
        Target(
            "cardaccess", cardaccess.parse, [card_access(Switches(pace_param=n)) for n in (12, 13)]
        ),
        Target("pace", dynamic, [bytes.fromhex("7C12801095A3A016522EE98D01E76CB6B98B42C3")]),
        Target("sod", sod.parse, sods, 0.5),
        Target("passive", passive, sods, 0.3),
        Target("certificate", judged, list(_certificates()), 0.5),
        Target("spki", spki.load, list(_keys()), 0.5),
        Target("crl", revocations, list(_published(".crl")), 0.5),
        Target("masterlist", master_list, list(_published(".ml")), 0.5),
        Target(
            "trust", trusted, [*_published(".ml"), *_published(".crl"), *_certificates(), _PEM], 0.1
        ),
        Target("judge", _Judge().judge, list(_certificates()), 0.1),
        Target("chipauth", chip_auth, samples(lds.DG14), 0.1),
        Target("activeauth", active_auth, samples(lds.DG15), 0.1),
        Target("answer", answer, list(_answers())),
        Target("command", command, list(_commands())),
        Target("talk", _Talk().read, list(_talks()), 0.02, sound=False),
        Target("card", _Spoilt().read, [data for one in files for data in one.values()], 0.02),
        Target("qr", code, [text.encode() for text in _CODES]),
        Target("page", came_back.page, came_back.PAGES, 0.5),
        Target("manifest", came_back.manifest, came_back.LISTS, 0.5),
        Target("procedure", came_back.procedure, came_back.PROCEDURES, 0.02),
    ]
    return [target for target in found if target.samples]


def walk(data: bytes) -> None:
    def down(node: tlv.Node) -> None:
        first = node.tag.to_bytes(4, "big").lstrip(b"\0")[:1]
        for child in node.children() if first and first[0] & 0x20 else ():
            down(child)

    down(tlv.parse(data))


def zone(data: bytes) -> None:
    found = mrz.parse_printed(data.decode("latin-1"))
    mrz.name_cut(found)
    if not found.warnings:
        mrz.information(mrz.key_of(found))


def face(data: bytes) -> None:
    """The header of every picture; one in 32 is unpacked too, which takes long."""
    found = dg2.parse(data)
    dg2.check(found)
    if sum(data[-4:]) % 32 == 0:
        dg2.decode(found)


def dynamic(data: bytes) -> None:
    pace.element(data, pace.NONCE)


def passive(data: bytes) -> None:
    found = Passive(data, NullVerifier(), date(2021, 5, 10))
    groups = {1: b"some", 2: b"other"}
    found.vouches(groups)(1)
    found.result(groups, b"\x60\x00")


def judged(data: bytes) -> None:
    found = certificate.load(data)
    assert isinstance(found.subject.text, str)
    assert isinstance(found.issuer.canonical, bytes)
    found.signed_by(found.key)


def revocations(data: bytes) -> None:
    found = crl.load(data)
    found.signed_by(certificate.load(_COUNTRY_SIGNER).key)


def master_list(data: bytes) -> None:
    """Its signature, and every certificate in it."""
    found = masterlist.parse(data)
    found.sound()
    for der in found.certificates:
        try:
            certificate.load(der)
        except Fault:
            continue


def trusted(data: bytes) -> None:
    """A file that somebody lays into a trust folder."""
    with TrustStore() as store:
        import_files(store, [File("a.cer", _COUNTRY_SIGNER), File("b", data)], "fuzz", folder=True)


class _Judge:
    def __init__(self) -> None:
        store = TrustStore()
        files = [File(name, data) for name, data in pki.trust_files().items()]
        import_files(store, files, "fuzz", folder=True)
        self._verifier = LocalCscaVerifier(store)

    def judge(self, data: bytes) -> None:
        """Never raises at all."""
        trust = self._verifier.judge(Signer(data, date(2021, 5, 10)))
        assert trust.chain.why != TRUST_STORE


def chip_auth(data: bytes) -> None:
    for offer in dg14.parse(data).chip_auth:
        chipauth.run(lambda _: Response(b"", 0x9000), offer, _fixed)


def active_auth(data: bytes) -> None:
    """The chip answers with bytes of the right length that mean nothing."""
    key = dg15.parse(data)
    for signature in (b"", data[-64:], data[-128:], bytes(256)):
        answered = Response(signature, 0x9000)
        activeauth.prove(lambda _, said=answered: said, key, "sha256", _fixed)


def _fixed(count: int) -> bytes:
    return b"\x5a" * count


def answer(data: bytes) -> None:
    """As it comes and, so that what is inside is read as well, under a right MAC."""
    protection = suite(_KIND, _SEED)
    sealed = data + tlv.build(0x8E, protection.mac(_FIRST + data))
    _both(
        lambda: TerminalChannel(protection, bytes(8)).unwrap(Response(data, 0x9000)),
        lambda: TerminalChannel(protection, bytes(8)).unwrap(Response(sealed, 0x9000)),
    )


def command(data: bytes) -> None:
    """Like `answer`, for the virtual card's end."""
    found = parse_command(data)
    if found is None:
        return
    protection = suite(_KIND, _SEED)
    sealer = CardChannel(protection, bytes(8))
    mac = sealer._command_mac(_FIRST, found.header, found.data)
    sealed = replace(found, data=found.data + tlv.build(0x8E, mac))
    _both(
        lambda: CardChannel(protection, bytes(8)).unwrap(found),
        lambda: CardChannel(protection, bytes(8)).unwrap(sealed),
    )


class _Talk:
    """A whole reading with one foreign answer: its place is the first byte, the answer is the rest."""

    def __init__(self) -> None:
        self._cards = [
            VirtualCard(PERSON, Switches(no_pace=at == 1, dg2_jpeg=True)) for at in (0, 1)
        ]

    def read(self, data: bytes) -> object:
        place, foreign = data[0] if data else 0, data[1:]
        card = self._cards[place & 1]
        link = _Link(card, place >> 1, foreign)
        return flow.read(lambda: link, card.key, _ignore, Cancel(), Means(trust=NullVerifier()))


class _Spoilt:
    """A whole reading of a card that holds this file among sound ones."""

    def __init__(self) -> None:
        self._card = VirtualCard(PERSON, Switches(no_pace=True, dg2_jpeg=True))
        self._sound = dict(self._card._files)
        self._fids = {file.tag: file.fid for file in _FILES}

    def read(self, data: bytes) -> object:
        fid = self._fids.get(data[0] if data else 0, lds.DG13.fid)
        self._card._files = {**self._sound, fid: data}
        link = _Link(self._card, -1, b"")
        return flow.read(lambda: link, self._card.key, _ignore, Cancel(), Means())


class _Link:
    """A connection that gives a foreign answer once."""

    reader, atr, max_apdu = "fuzz", b"", None

    def __init__(self, card: VirtualCard, place: int, foreign: bytes) -> None:
        card.put_down()
        self._card, self._place, self._foreign, self._count = card, place, foreign, -1

    def transmit(self, apdu: bytes) -> bytes:
        self._count += 1
        answer = self._card.execute(apdu)
        return self._foreign if self._count == self._place else answer

    def close(self) -> None:
        self._card.reset()


def _ignore(_progress: ReadProgress) -> None:
    pass


def _talks() -> Iterator[bytes]:
    for place in range(0, 60, 2):
        yield bytes([place]) + bytes.fromhex("7C12801095A3A016522EE98D01E76CB6B98B42C39000")
        yield bytes([place + 1]) + b"\x69\x88"
        yield bytes([place]) + tlv.build(0x7C, tlv.build(0x82, b"\x04" + bytes(64))) + b"\x90\x00"


def _both(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Raises the fault of the second when both have one."""
    try:
        first()
    except Fault:
        second()


def code(data: bytes) -> None:
    text, doubtful = repair.decoded(data)
    repair.repaired(text)
    qr.parse(text, doubtful=doubtful)


def _answers() -> Iterator[bytes]:
    """Whole ones, and without the MAC, which `answer` adds."""
    for text in (b"", b"short", bytes(200)):
        channel = CardChannel(suite(_KIND, _SEED), bytes(8))
        whole = channel.wrap(Response(text, 0x9000)).data
        yield whole
        yield whole[:-_MAC_OBJECT]


def _commands() -> Iterator[bytes]:
    for plain in (Command(0, 0xB0, 0x81, 0, le=223), Command(0, 0xA4, 2, 12, b"\x01\x01")):
        channel = TerminalChannel(suite(_KIND, _SEED), bytes(8))
        whole = channel.wrap(plain)
        yield whole.encode()
        yield replace(whole, data=whole.data[:-_MAC_OBJECT]).encode()


def _certificates() -> Iterator[bytes]:
    for switches in VARIANTS:
        issuer = pki.issuer(switches)
        for one in (issuer.csca, issuer.dsc):
            yield one.public_bytes(Encoding.DER)


def _published(ending: str) -> Iterator[bytes]:
    for switches in (*VARIANTS, Switches(revoked_dsc=True), Switches(link_cert=True)):
        files = pki.trust_files(switches)
        yield from (data for name, data in files.items() if name.endswith(ending))


def _keys() -> Iterator[bytes]:
    for der in _certificates():
        yield certificate.load(der).spki


_PEM = pki.issuer().csca.public_bytes(Encoding.PEM)
_COUNTRY_SIGNER = pki.trust_files()["csca.cer"]
_FILES = (
    lds.COM, lds.SOD, lds.DG1, lds.DG2, lds.DG11, lds.DG12, lds.DG13, lds.DG14, lds.DG15,
)  # fmt: skip
_DETAILS = PersonalDetails(
    full_name="Nguyễn Thị Mẫu",
    other_names=("Mẫu Nghệ Danh", "Mẫu Hai"),
    personal_number="001300012345",
    birth="20000302",
    address="Số 1 Phố Mẫu, Hà Nội",
    other_documents=("P12345678",),
    unknown={0x5F16: b"\xff\xd8\xff" + bytes(40)},
)
_DOCUMENT = DocumentDetails(
    authority="Cơ quan Thử, Hà Nội",
    issued="20210510",
    other_people=("Trần Thị Mẹ",),
    personalized="20210510093000",
)
_CODES = (
    "001300012345|012345678|Nguyễn Thị Mẫu|02032000|Nữ|Số 1 Phố Mẫu, Hà Nội|10052021",
    "001300012345||Nguy\u00e1\u00bb\u2026n|02032000|N\u00e1\u00bb\u00af|1|10052021||||",
)
