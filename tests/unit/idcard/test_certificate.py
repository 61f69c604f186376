"""Certificates: what is told of them, and whatever hostile ones provoke."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices.fault import Fault
from devices.idcard import certificate, curves, spki
from devices.idcard.certificate import Name
from devices.idcard.virtual import pki, signing
from devices.idcard.virtual.faults import Switches
from tests.unit.idcard.public_keys import SECRET, explicit

DER = serialization.Encoding.DER
KEY = ec.derive_private_key(SECRET, ec.SECP256R1())
START, END = datetime(2021, 1, 1, tzinfo=UTC), datetime(2051, 1, 1, tzinfo=UTC)


def name(*pairs: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in pairs])


def build(
    *extensions: x509.ExtensionType,
    subject: x509.Name = name((NameOID.COMMON_NAME, "Synthetic")),  # noqa: B008  # never changed
    key: ec.EllipticCurvePrivateKey = KEY,
) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(name((NameOID.COMMON_NAME, "Synthetic issuer")))
        .public_key(key.public_key())
        .serial_number(0x1234567890)
        .not_valid_before(START)
        .not_valid_after(END)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(DER)


def changed(der: bytes, **fields: object) -> bytes:
    """The same certificate with other fields in its signed part; the signature is left alone."""
    parsed = asn1_x509.Certificate.load(der)
    for field, value in fields.items():
        parsed["tbs_certificate"][field] = value
    return parsed.dump(force=True)


def refused(der: bytes) -> Fault:
    with pytest.raises(Fault) as caught:
        certificate.load(der)
    return caught.value


def test_what_a_certificate_says():
    issued = pki.issuer()
    csca = certificate.load(issued.csca.public_bytes(DER))
    dsc = certificate.load(issued.dsc.public_bytes(DER))
    assert dsc.der == issued.dsc.public_bytes(DER)
    assert dsc.sha256 == issued.dsc.fingerprint(hashes.SHA256()).hex()
    assert dsc.serial == issued.dsc.serial_number
    assert (dsc.not_before, dsc.not_after) == (
        issued.dsc.not_valid_before_utc,
        issued.dsc.not_valid_after_utc,
    )
    assert dsc.issuer == csca.subject
    assert dsc.aki == csca.ski != b""
    assert (csca.is_ca, dsc.is_ca) == (True, False)
    assert "TEST DSC (synthetic)" in dsc.subject.text
    assert csca.usage is None
    assert dsc.signed_by(csca.key)
    assert csca.signed_by(csca.key)
    assert not dsc.signed_by(dsc.key)


def test_a_bare_certificate():
    found = certificate.load(build())
    assert (found.ski, found.aki, found.is_ca, found.usage) == (b"", b"", False, None)
    assert (found.not_before, found.not_after) == (START, END)  # UTCTime and GeneralizedTime
    assert found.serial == 0x1234567890
    assert found.signed_by(found.key)


def test_the_private_key_usage_period():
    end = START + timedelta(days=100)
    both = certificate.load(build(x509.PrivateKeyUsagePeriod(START, end)))
    assert both.usage == certificate.UsagePeriod(START, end)
    late = certificate.load(build(x509.PrivateKeyUsagePeriod(None, end)))
    assert late.usage == certificate.UsagePeriod(None, end)


@pytest.mark.parametrize("curve", list(curves.BY_PARAMETER.values()), ids=lambda one: one.name)
def test_certificates_on_every_curve_with_written_out_parameters(curve):
    """Also on those that the library neither knows nor loads."""
    info = asn1_x509.PublicKeyInfo.load(explicit(curve))
    der = changed(build(), subject_public_key_info=info)
    found = certificate.load(der)
    assert isinstance(found.key, spki.EcKey)
    assert (found.key.curve, found.key.named) == (curve, True)
    resigned = asn1_x509.Certificate.load(der)
    resigned["signature_value"] = signing.sign(KEY, found.tbs)
    assert certificate.load(resigned.dump(force=True)).signed_by(certificate.load(build()).key)


@pytest.mark.parametrize("serial", [0, -5, 1 << 400])
def test_serial_numbers_that_libraries_refuse(serial):
    found = certificate.load(changed(build(), serial_number=serial))
    assert found.serial == serial


def test_a_changed_certificate_isnt_signed():
    sound = certificate.load(build())
    assert sound.signed_by(sound.key)
    assert not certificate.load(changed(sound.der, serial_number=7)).signed_by(sound.key)


@pytest.mark.parametrize("word", ["ed25519", "rsassa_pkcs1v15"])
def test_an_unknown_signature_algorithm_is_no_signature_and_can_be_told_apart(word):
    """A bare RSA identifier leaves the hash open, which nothing in a certificate names."""
    der = changed(build(), signature={"algorithm": word})
    found = certificate.load(der)
    assert not found.signed_by(found.key)
    with pytest.raises(Fault, match="KEY_UNSUPPORTED"):
        _ = found.algorithm


def test_a_bad_key_is_a_fault_only_when_the_key_is_wanted():
    found = certificate.load(
        build().replace(
            KEY.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            ),
            b"\x04" + bytes(64),
        )
    )
    assert found.serial == 0x1234567890
    with pytest.raises(Fault, match="TLV_BROKEN"):
        _ = found.key


def test_names_that_differ_in_writing_only_are_the_same():
    one = certificate.load(build(subject=name((NameOID.COMMON_NAME, "Synthetic  CSCA")))).subject
    two = certificate.load(build(subject=name((NameOID.COMMON_NAME, "synthetic csca ")))).subject
    other = certificate.load(build(subject=name((NameOID.COMMON_NAME, "synthetic cscb")))).subject
    assert one != two
    assert one.canonical == two.canonical != other.canonical


def test_a_name_never_raises_and_shows_no_control_signs():
    assert Name(b"\x30\x03\x01").text == "?"
    assert Name(b"\x30\x03\x01").canonical == b"\x30\x03\x01"
    shown = certificate.load(build(subject=name((NameOID.COMMON_NAME, "a\u202eb\nc")))).subject.text
    assert "\u202e" not in shown
    assert "\n" not in shown


@pytest.mark.parametrize(
    ("countries", "wanted"), [(["VN"], "VN"), (["vn"], "VN"), ([], ""), (["VN", "DE"], "")]
)
def test_the_country_of_a_name(countries, wanted):
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, one) for one in countries]
    name = x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, "CSCA")])
    assert Name(name.public_bytes()).country == wanted


def test_a_name_that_is_none_has_no_country():
    assert Name(b"\x30\x03\x31\x01\x00").country == ""


def test_times_are_in_utc():
    moment = datetime(2021, 1, 1, 7, tzinfo=timezone(timedelta(hours=7)))
    validity = {
        "not_before": asn1_x509.Time("general_time", asn1_x509.GeneralizedTime(moment)),
        "not_after": asn1_x509.Time("general_time", asn1_x509.GeneralizedTime(moment)),
    }
    found = certificate.load(changed(build(), validity=validity))
    assert found.not_before == START
    assert found.not_before.tzinfo is UTC


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"210101000000Z", b"219901000000Z"),
        (b"210101000000Z", b"21010100000\xffZ"),
        (b"20510101000000Z", b"00000101000000Z"),  # the year 0
    ],
)
def test_impossible_times_are_refused(old, new):
    der = build()
    assert old in der
    assert refused(der.replace(old, new)).code == "TLV_BROKEN"


def test_two_extensions_of_a_kind_are_refused():
    der = build(x509.SubjectKeyIdentifier(bytes(20)))
    parsed = asn1_x509.Certificate.load(der)
    entries = [one.native for one in parsed["tbs_certificate"]["extensions"]]
    double = asn1_x509.Extensions(
        [{"extn_id": "key_identifier", "extn_value": entries[0]["extn_value"]}] * 2
    )
    assert refused(changed(der, extensions=double)).code == "TLV_BROKEN"


def test_size_is_limited_and_nothing_may_follow():
    assert refused(build() + b"\x00").code == "TLV_BROKEN"
    fault = refused(bytes(certificate.LIMIT + 1))
    assert fault.code == "TLV_BROKEN"
    assert str(certificate.LIMIT) in fault.detail


def test_a_fault_says_nothing_of_what_stands_there():
    der = build(subject=name((NameOID.COMMON_NAME, "Secret Person")))
    fault = refused(der.replace(b"210101000000Z", b"SecretPersonZ"))
    assert "Secret" not in str(fault)
    assert fault.__cause__ is None
    assert "Secret" not in repr(certificate.load(der))


SAMPLES = [
    pki.issuer(Switches(explicit_ec=True)).csca.public_bytes(DER),
    pki.issuer().dsc.public_bytes(DER),
    pki.issuer(Switches(pss=True)).dsc.public_bytes(DER),
    build(x509.PrivateKeyUsagePeriod(START, END)),
]


def touch(der: bytes) -> None:
    """Everything a certificate gives."""
    with suppress(Fault):
        found = certificate.load(der)
        _ = (found.subject.text, found.subject.canonical, found.issuer.text, repr(found))
        with suppress(Fault):
            _ = found.algorithm
        found.signed_by(found.key)


@settings(deadline=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=4),
    st.integers(0, 2000),
)
def test_spoilt_certificates_give_nothing_but_faults(sample, changes, cut):
    data = bytearray(sample)
    for at, value in changes:
        data[at % len(data)] = value
    touch(bytes(data[: cut or len(data)]))


@settings(deadline=None)
@given(st.binary(max_size=300))
@example(b"\x30\x80" * 3000)
@example(b"\x30\x84\xff\xff\xff\xff")
def test_noise_is_a_fault(data):
    assert refused(data).code == "TLV_BROKEN"
