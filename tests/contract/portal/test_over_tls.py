"""The core of the driver's contract over TLS both ways: a private authority for the portal, one for stations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sync.sandbox.process import SandboxProcess
from tests.contract.portal.conftest import Sandbox
from tests.contract.portal.test_sandbox import (
    code,
    test_a_code_of_another_key_is_never_overwritten,
    test_a_login_page_is_not_the_portal,
    test_a_replay_gives_the_stored_receipt,
    test_a_step_after_its_dossier,
    test_a_wrong_dstcode,
    test_a_wrong_password,
    test_a_wrong_path,
    test_an_unfit_message_is_refused_with_field_paths,
    test_check_logs_in_and_can_be_cancelled,
    test_dropped_after_the_commit,
    test_first_time,
    test_slower_than_the_read_time_out,
    test_the_lookup_confirms_where_there_is_no_echo,
    test_the_same_key_with_other_bytes_is_poison,
    test_unavailable,
)
from tests.fakes.tls_authority import Authority

pytestmark = pytest.mark.real

__all__ = [
    "code",
    "test_a_code_of_another_key_is_never_overwritten",
    "test_a_login_page_is_not_the_portal",
    "test_a_replay_gives_the_stored_receipt",
    "test_a_step_after_its_dossier",
    "test_a_wrong_dstcode",
    "test_a_wrong_password",
    "test_a_wrong_path",
    "test_an_unfit_message_is_refused_with_field_paths",
    "test_check_logs_in_and_can_be_cancelled",
    "test_dropped_after_the_commit",
    "test_first_time",
    "test_slower_than_the_read_time_out",
    "test_the_lookup_confirms_where_there_is_no_echo",
    "test_the_same_key_with_other_bytes_is_poison",
    "test_unavailable",
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """In place of the one over plain HTTP."""
    folder = tmp_path_factory.mktemp("tls")
    portals, stations = Authority(folder), Authority(folder)
    served = ["--tls", str(portals.issue()), "--client-authority", str(stations.file)]
    with SandboxProcess(folder / "portal", more=served) as process:
        ours = str(stations.issue("station-1.test"))
        made = Sandbox(process, ca_file=str(portals.file), client_certificate_file=ours)
        yield made
        made.close()
