"""history.py - what reports from a long history cost, beside SQLite going through all of it.

SPDX-License-Identifier: BSD-2-Clause
"""
import os
import shutil
import sqlite3
import subprocess
import time

import measure

BUILD = os.environ.get("BUILD", ".")
MODORI = os.path.join(BUILD, "modori")
NOW = "2026-11-22T00:00:00Z"     # that of tests/bench/past.c


def sum_of_facets(path):
    """Seconds of the best of three runs of SQLite going through all outcomes and doing nothing with them."""
    best = 1e9
    for _ in range(3):
        start = time.perf_counter()
        with sqlite3.connect(path) as database:
            database.execute("SELECT sum(length(facets)) FROM outcome").fetchone()
        best = min(best, time.perf_counter() - start)
    return best


def reports(title, days, count, work, results):
    """Reports from COUNT outcomes of the last DAYS."""
    path, copy, rows = os.path.join(work, "history.db"), os.path.join(work, "copy.db"), []
    subprocess.run([os.path.join(BUILD, "tests/bench/past"), path, str(count), str(max(count // 5 * 2, 1)), str(days)],
                   check=True)
    print(f"\nhistory, {title}: {count} outcomes, {os.path.getsize(path) / 1e6:.0f} MB (ratio: to SQLite's time)")
    results.append({"title": f"history, {title}", "rows": rows})

    def row(name, seconds):
        rows.append({"name": name, "wall": seconds, "ratio": seconds / (rows[0]["wall"] if rows else seconds)})
        print(f"  {name:34}{seconds:9.3f}{rows[-1]['ratio']:9.2f}", flush=True)

    past = ["--history", path, "--now", NOW]
    row("SQLite, sum(length(facets))", sum_of_facets(path))
    row("modori report --since 7d", measure.best([MODORI, "report", "--since", "7d"] + past).wall)
    row("modori suppress", measure.best([MODORI, "suppress"] + past).wall)
    for part in (50, 12):       # the outcomes of a week, and of a month, when there is a year
        shutil.copyfile(path, copy)
        prune = [MODORI, "history", "prune", "--older-than", f"{days * 24 - days * 24 // part}h"]
        row(f"modori history prune, 1/{part}", measure.once(prune + ["--history", copy, "--now", NOW]).wall)
    os.remove(path)
