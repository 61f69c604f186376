"""A dossier as frozen bytes: each revision is made once and never serialised again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

from kiosk.dossiers.dossier import Component, Dossier
from kiosk.outbox.message import Message
from kiosk.payments.claim import Channel
from kiosk.payments.claims import Fee as Claimed
from sync.portal.lengths import Lengths
from sync.portal.rows import (
    DossierMessage,
    Fee,
    File,
    Identity,
    Paper,
    ProgressMessage,
    Row,
    need_lengths,
    stamp,
)

SUBMIT = "submit"
"""Kind of an outbox row that carries a dossier."""

PROGRESS = "progress"
"""Kind of an outbox row that carries one progress step."""


@dataclass(frozen=True)
class Codes:
    """Codes whose lists are not published; empty until an office knows its own."""

    filing_place: str = ""  # NoiNopHoSo
    fee_name: str = "Phí, lệ phí"  # TenPhiLePhi
    fee_code: str = ""  # MaPhiLePhi
    fee_collection: str = ""  # HinhThucThu
    fee_kind: str = ""  # LoaiPhiLePhi of a sum whose parts aren't known
    fee_kinds: Mapping[str, str] = field(default_factory=lambda: {"phi": "1", "le_phi": "2"})
    """``LoaiPhiLePhi`` of each kind, as the payment platform's messages have it."""
    fee_collections: Mapping[str, str] = field(default_factory=dict)
    """``HinhThucThu`` of a fee that was paid, by `Channel`; ``fee_collection`` where there is none."""
    online: str = "1"
    """``DuocThanhToanTrucTuyen`` of what was paid online: 1 the national platform, 2 the ministry's or province's."""


def encode(
    dossier: Dossier,
    fees: Sequence[Claimed] = (),
    codes: Codes | None = None,
    file_url: str = "",
    lengths: Lengths | None = None,
) -> tuple[Message, Message]:
    """The dossier message and the one progress step that hand-in makes: received.

    ``fees``: what the dossier's sum consists of, phí and lệ phí kept apart; without them one line has the
    sum. Paid online is a dossier whose every fee was paid so; at hand-in nothing has been paid yet.
    ``file_url`` is where the portal keeps a file, with ``{sha256}`` in it; empty where it keeps none. ``lengths``:
    an office's own; None: those that ship.
    The same dossier gives the same bytes: UTF-8, NFC, fixed order of fields. Raises `pydantic.ValidationError`
    (without the person's data in its text) when a length limit or a rule of the portal is broken.
    """
    return (
        Message(SUBMIT, _frozen(_dossier(dossier, fees, codes or Codes(), file_url), lengths)),
        Message(PROGRESS, _frozen(_received(dossier), lengths)),
    )


def _frozen(message: Row, lengths: Lengths | None) -> bytes:
    need_lengths(message, lengths)
    return normalize("NFC", message.model_dump_json()).encode("utf-8")


def _dossier(
    dossier: Dossier, fees: Sequence[Claimed], codes: Codes, file_url: str
) -> DossierMessage:
    received = stamp(dossier.received_at)
    files = tuple(
        _file(part, file_url) for part in dossier.components if part.attachment is not None
    )
    return DossierMessage(
        MaHoSo=dossier.code,
        MaTTHC=dossier.procedure,
        TenTTHC=dossier.procedure_name,
        MaLinhVuc=dossier.sector,
        TenLinhVuc=dossier.sector_name,
        KenhThucHien="1",
        ChuHoSo=dossier.person.full_name,
        SoGiayToChuHoSo=dossier.person.number,
        LoaiDoiTuong="1",
        DinhDanhCHS=_identities(dossier.person.number),
        SoDienThoai=str(dossier.answers.get("phone", "")),
        TrichYeuHoSo=dossier.summary,
        NgayNopHoSo=received,
        NgayTiepNhan=received,
        NgayHenTra=stamp(dossier.due_at),
        HinhThuc="0",
        TrangThaiHoSo=str(int(dossier.state)),
        DonViXuLy=dossier.agency,
        NoiNopHoSo=codes.filing_place,
        HoSoCoThanhPhanSoHoa="1" if files else "0",
        TaiKhoanDuocXacThucVoiVNeID="0",
        DuocThanhToanTrucTuyen=_paid_online(fees, codes),
        TaiLieuNop=files,
        DanhSachLePhi=_fees(dossier.fee, fees, codes),
        DanhSachTepDinhKemKhac=tuple(
            _paper(part) for part in dossier.components if part.attachment is None
        ),
    )


def _identities(number: str) -> tuple[Identity, ...]:
    kind = {12: "1", 9: "2"}.get(len(number))
    return (Identity(LoaiDinhDanh=kind, SoDinhDanh=number),) if kind else ()


def _file(part: Component, file_url: str) -> File:
    assert part.attachment is not None  # noqa: S101  the caller chose it by that
    return File(
        TepDinhKemId=part.attachment.sha256,
        TenTepDinhKem=f"{part.code}.pdf",
        MaThanhPhanHoSo=part.code,
        DuongDanTaiTepTin=file_url.replace("{sha256}", part.attachment.sha256),
        DuocSoHoa="1",
        DuocTaiSuDung="0",
        DuocLayTuKhoDMQG="0",
    )


def _paper(part: Component) -> Paper:
    number = part.originals + part.certified + part.photocopies
    return Paper(TenGiayTo=part.name, SoLuong=str(number))


def _paid_online(fees: Sequence[Claimed], codes: Codes) -> str:
    ways = {one.paid for one in fees if one.amount}
    return codes.online if ways == {Channel.PLATFORM} else "0"


def _collection(fee: Claimed, codes: Codes) -> str:
    own = codes.fee_collections.get(fee.paid.value) if fee.paid else None
    return own or codes.fee_collection


def _fees(total: int, fees: Sequence[Claimed], codes: Codes) -> tuple[Fee, ...]:
    if total == 0:
        return ()
    if not fees:
        return (
            Fee(
                TenPhiLePhi=codes.fee_name,
                MaPhiLePhi=codes.fee_code,
                HinhThucThu=codes.fee_collection,
                Gia=str(total),
                LoaiPhiLePhi=codes.fee_kind,
            ),
        )
    return tuple(
        Fee(
            TenPhiLePhi=one.name,
            MaPhiLePhi=one.code,
            HinhThucThu=_collection(one, codes),
            Gia=str(one.amount),
            LoaiPhiLePhi=codes.fee_kinds.get(one.kind, ""),
        )
        for one in fees
    )


def _received(dossier: Dossier) -> ProgressMessage:
    received = stamp(dossier.received_at)
    return ProgressMessage(
        MaHoSo=dossier.code,
        NguoiXuLy=f"Máy tự phục vụ {dossier.station}"[:50],
        ChucDanh="Máy tiếp nhận hồ sơ",
        ThoiDiemXuLy=received,
        PhongBanXuLy=dossier.agency,
        NoiDungXuLy="Tiếp nhận hồ sơ",
        TrangThai=str(int(dossier.state)),
        NgayBatDau=received,
        NgayKetThucTheoQuyDinh=stamp(dossier.due_at),
    )
