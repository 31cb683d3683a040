"""Runs the tests of the Python client: ``python tests/run.py [--report FILE] [names of modules]``.

The report is one JSON object of counts, for what adds them to others. Nothing is installed: the client is the folder
beside this one.
"""

from __future__ import annotations

import json
import sys
import unittest
from pathlib import Path
from typing import List

HERE = Path(__file__).resolve().parent


def main(arguments: List[str]) -> int:
    """The exit code: 0 when tests ran and all went well."""
    report = None
    if arguments[:1] == ["--report"]:
        report, arguments = Path(arguments[1]), arguments[2:]
    sys.path[:0] = [str(HERE), str(HERE.parent)]
    loader = unittest.defaultTestLoader
    suite = loader.loadTestsFromNames(arguments) if arguments else loader.discover(str(HERE))
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=1).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    counts = {
        "passed": max(0, result.testsRun - failed - len(result.skipped) - len(result.expectedFailures)),
        "failed": failed,
        "skipped": len(result.skipped),
    }
    if report is not None:
        report.write_text(json.dumps(counts), encoding="utf-8")
    return 0 if failed == 0 and result.testsRun > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
