"""``python -m sync.sandbox --port P --data DIR``: the reference portal as a process."""

from __future__ import annotations

import argparse
from pathlib import Path

from sync.sandbox.serve import Tls, serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="sync.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--session-s", type=float, default=1800, help="how long a login lasts")
    parser.add_argument("--until-eof", action="store_true", help="stop when standard input ends")
    parser.add_argument("--seed", type=int, default=0, help="made-up states to begin with")
    parser.add_argument("--tls", type=Path, help="PEM with key and certificate: HTTPS only")
    parser.add_argument("--client-authority", type=Path, help="PEM: who vouches for clients")
    chosen = parser.parse_args()
    serve(
        chosen.port,
        chosen.data,
        session_s=chosen.session_s,
        until_eof=chosen.until_eof,
        seed=chosen.seed,
        tls=Tls(chosen.tls, chosen.client_authority) if chosen.tls else None,
    )


if __name__ == "__main__":
    main()
