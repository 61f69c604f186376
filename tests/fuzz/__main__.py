"""``python -m tests.fuzz --cases 1000000``: long fuzzing on several cores; exit 1 at the first failure."""

from __future__ import annotations

import argparse
import multiprocessing
import secrets
import sys
import warnings
from collections.abc import Iterator

from tests.fuzz.run import Result, fuzz
from tests.fuzz.targets import Target, targets

CHUNK = 5_000
LIMIT = 5.0
"""Seconds that one case may take."""
Job = tuple[str, int, int]
_targets: dict[str, Target] = {}


def main() -> int:
    options = _options()
    print(f"seed {options.seed}", flush=True)  # noqa: T201
    chosen = [one for one in targets() if not options.only or one.name in options.only]
    jobs = list(_jobs(chosen, options.cases, options.seed))
    done: dict[str, list[Result]] = {target.name: [] for target in chosen}
    with multiprocessing.Pool(options.processes, _begin) as pool:
        for result in pool.imap_unordered(_run, jobs):
            if result.failure is not None:
                print(result.failure, flush=True)  # noqa: T201
                return 1
            done[result.target].append(result)
    for name, results in done.items():
        print(_line(name, results), flush=True)  # noqa: T201
    print(f"{sum(job[1] for job in jobs)} cases, nothing but faults came out")  # noqa: T201
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000, help="over all targets")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", action="append", default=[], help="name of a target")
    return parser.parse_args()


def _jobs(chosen: list[Target], cases: int, seed: int) -> Iterator[Job]:
    """Chunks in turns over the targets, each with a seed of its own."""
    shares = sum(target.share for target in chosen)
    left = {target.name: round(cases * target.share / shares) for target in chosen}
    while any(left.values()):
        for name, count in left.items():
            if count:
                seed += 1
                yield name, min(CHUNK, count), seed
                left[name] -= min(CHUNK, count)


def _begin() -> None:
    warnings.simplefilter("error")
    _targets.update({target.name: target for target in targets()})


def _run(job: Job) -> Result:
    name, cases, seed = job
    return fuzz(_targets[name], cases, seed, LIMIT)


def _line(name: str, results: list[Result]) -> str:
    cases, seconds = sum(one.cases for one in results), sum(one.seconds for one in results)
    read, longest = sum(one.read for one in results), max(one.longest for one in results)
    rate = cases / seconds if seconds else 0
    return (
        f"{name:<12}{cases:>9} cases  {rate:>8.0f}/s  {100 * read / cases:>4.0f} % read"
        f"  longest {1000 * longest:.0f} ms"
    )


if __name__ == "__main__":
    sys.exit(main())
