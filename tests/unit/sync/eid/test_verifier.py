"""The gateway as a judge of signers, alone and behind the office's own list."""

from __future__ import annotations

from random import Random

import pytest

from devices.idcard.api import NOT_DONE, OK, Finding, Signer, Step, Trust
from sync.eid.verdict import Verdict
from sync.eid.verifier import InTurn, RarGatewayVerifier
from sync.portal.driver import Accepted, Refused, Unreachable

SIGNER = Signer(b"certificate", number="001300012345")
YES = Verdict(True, "", Accepted(b""))
OFFLINE = Verdict(None, "GATEWAY_OFFLINE", Unreachable())


class Scripted:
    def __init__(self, *verdicts: Verdict) -> None:
        self.verdicts = list(verdicts)
        self.asked = []

    def ask(self, question):
        self.asked.append(question)
        return self.verdicts.pop(0)


class Answers:
    def __init__(self, trust: Trust) -> None:
        self.trust = trust
        self.asked = 0

    def judge(self, _signer):
        self.asked += 1
        return self.trust


def test_a_gateway_that_is_away_is_left_alone_for_a_while():
    time = [0.0]
    client = Scripted(OFFLINE, YES)
    verifier = RarGatewayVerifier(client, Random(3), lambda: time[0])
    undecided = Trust(chain=Finding(Step.NOT_POSSIBLE, "GATEWAY_OFFLINE"))
    assert verifier.judge(SIGNER) == undecided
    assert verifier.judge(SIGNER) == undecided
    assert len(client.asked) == 1
    time[0] = 301
    assert verifier.judge(SIGNER) == Trust(chain=OK, by="gateway")


def test_one_card_that_it_does_not_take_says_nothing_about_the_next():
    client = Scripted(Verdict(None, "GATEWAY_INVALID", Refused("x")), YES)
    verifier = RarGatewayVerifier(client, Random(3))
    assert verifier.judge(SIGNER).chain == Finding(Step.NOT_POSSIBLE, "GATEWAY_INVALID")
    assert verifier.judge(SIGNER).chain == OK
    assert [one.number for one in client.asked] == [SIGNER.number] * 2


UNKNOWN = Finding(Step.NOT_POSSIBLE, "CSCA_UNKNOWN")
BY_GATEWAY = Trust(chain=OK, by="gateway")


@pytest.mark.parametrize(
    "local",
    [
        Trust(chain=OK, by="local"),
        Trust(chain=Finding(Step.FAILED, "CSCA_SIGNATURE"), by="local"),
        Trust(chain=UNKNOWN, revocation=Finding(Step.FAILED, "REVOKED"), by="local"),
    ],
)
def test_what_the_own_list_decides_stands(local):
    gateway = Answers(BY_GATEWAY)
    assert InTurn(Answers(local), gateway).judge(SIGNER) == local
    assert gateway.asked == 0


def test_what_the_own_list_does_not_know_the_gateway_decides():
    local = Trust(chain=UNKNOWN, csca_sha256="", by="local")
    assert InTurn(Answers(local), Answers(BY_GATEWAY)).judge(SIGNER) == BY_GATEWAY
    assert InTurn(Answers(Trust()), Answers(BY_GATEWAY)).judge(SIGNER) == BY_GATEWAY
    away = Trust(chain=Finding(Step.NOT_POSSIBLE, "GATEWAY_OFFLINE"))
    assert InTurn(Answers(local), Answers(away)).judge(SIGNER) == Trust(
        chain=away.chain, by="local"
    )
    assert InTurn(Answers(local), Answers(Trust(chain=NOT_DONE))).judge(SIGNER) == local
