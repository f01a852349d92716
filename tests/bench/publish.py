"""publish.py - BENCHMARKS.md, and the curves of time and memory.

SPDX-License-Identifier: BSD-2-Clause
"""
import datetime
import os
import platform
import shutil
import subprocess
import sys

import inputs
import measure

SIZES = (1, 10, 100, 1000, 10000)       # megabytes
PIECE = 100             # what is larger is the same piece again and again
JOBS = (1, 2, 4)
JOBS_SIZE = 50          # megabytes
HEAD = """# How fast modori is

Written by `make bench BENCH_FLAGS='--publish=.'`; `bench.json` in the build directory has every figure.

"ratio" is wall time compared with the first row of a table (CPU time for one bounce in a pipe). Messages of `corpus/`, again
and again, each time with another Message-ID, recipient and date. Everything is done that is done for a user: decoded, decided,
written as JSON. MiB is the most memory at a time, of all processes.

"""


def model():
    """The processor's name."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def about():
    return {"date": datetime.date.today().isoformat(), "processor": model(), "processors": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}"}


def curves(work, bounces, ham, largest, scan):
    """Time and memory against the size of a mixed mailbox that comes through a pipe, and against jobs."""
    path, mails = os.path.join(work, "mbox"), inputs.mix(bounces, ham)
    by_size, by_jobs = [], []
    for megabytes in (size for size in SIZES if size <= largest):
        inputs.write_mbox(path, mails, min(megabytes, PIECE) * 1000000)
        times = max(megabytes // PIECE, 1)
        grep = measure.fed(["grep", "-c", "^From "], path, times).wall
        cost = measure.fed(scan("-", "--jobs=1"), path, times)
        by_size.append((megabytes, cost.wall, cost.peak / measure.MIB, grep))
        print(f"  {megabytes:6} MB {cost.wall:9.3f} s {cost.peak / measure.MIB:7.1f} MiB; grep {grep:.3f} s", flush=True)
    inputs.write_mbox(path, bounces, JOBS_SIZE * 1000000)
    for jobs in JOBS:
        command = scan(path, f"--jobs={jobs}")
        by_jobs.append((jobs, measure.best(command).wall, measure.peak_of_all(command) / measure.MIB))
        print(f"  {jobs:6} jobs {by_jobs[-1][1]:9.3f} s {by_jobs[-1][2]:7.1f} MiB", flush=True)
    os.remove(path)
    return {"size": by_size, "jobs": by_jobs}


def plot(path, title, axis, points, logarithmic):
    """One SVG with curves: seconds on the left (the fourth figure is grep's), MiB on the right."""
    scale = "set logscale xy\n" if logarithmic else "set yrange [0:*]\nset xtics 1\n"
    baseline = ", $points using 1:4 with linespoints lw 2 dt 2 title \"grep -c '^From '\"" if len(points[0]) > 3 else ""
    script = (f"set terminal svg noenhanced size 720,400 background 'white'\nset output '{path}'\nset title '{title}'\nset grid\n{scale}"
              f"set xlabel '{axis}'\nset ylabel 'seconds'\nset ytics nomirror\nset y2label 'MiB'\nset y2tics\n"
              "set y2range [0:*]\nset key outside top center horizontal\n"
              "$points << END\n" + "".join(" ".join("%g" % figure for figure in point) + "\n" for point in points) + "END\n"
              "plot $points using 1:2 with linespoints lw 2 title 'modori, time', "
              "$points using 1:3 axes x1y2 with linespoints lw 2 title 'modori, memory'" + baseline + "\n")
    subprocess.run(["gnuplot"], input=script.encode(), check=True)


def cells(row, kind):
    """The figures of ROW for a line of the table."""
    if kind == "pipe":
        count = row["instructions"]
        return [f"{1000 * row['cpu']:.2f} ms CPU", f"{count / 1e6:.2f} million instructions" if count else "",
                f"{row['ratio']:.2f}"]
    if kind == "mailbox":
        return [f"{row['wall']:.3f} s", f"{row['cpu']:.3f} s CPU", f"{row['peak_mib']:.1f} MiB", f"{row['ratio']:.3f}"]
    if kind == "history":
        return [f"{row['wall']:.3f} s", f"{row['ratio']:.2f}"]
    return [f"{row['instructions']:.0f} instructions"]


def table_text(table):
    rows = table["rows"]
    if not rows:
        return ""
    kind = ("mailbox" if "peak_mib" in rows[0] else "history" if "wall" in rows[0] else "pipe" if "cpu" in rows[0] else "count")
    count = f": {table['messages']} messages, {table['bytes'] / 1e6:.0f} MB" if "messages" in table else ""
    lines = [f"## {table['title'][0].upper()}{table['title'][1:]}{count}", ""]
    heads = {"mailbox": ["wall", "CPU", "memory", "ratio"], "history": ["wall", "ratio"],
             "pipe": ["CPU", "instructions", "ratio"], "count": ["a message"]}[kind]
    lines += ["| | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(heads)]
    lines += [f"| {row['name']} | " + " | ".join(cells(row, kind)) + " |" for row in rows]
    if "two_jobs_of_two_processes" in table:
        lines += ["", f"Two jobs have {100 * table['two_jobs_of_two_processes']:.0f} % of the throughput of two processes."]
    return "\n".join(lines) + "\n\n"


def write(directory, results):
    """BENCHMARKS.md and its two pictures below DIRECTORY."""
    pictures = os.path.join(directory, "doc", "benchmarks")
    text = HEAD + "{date}, {processors} processors ({processor}), {system}.\n\n".format(**results["about"])
    text += "".join(table_text(table) for table in results["tables"])
    if shutil.which("gnuplot"):
        os.makedirs(pictures, exist_ok=True)
        plot(os.path.join(pictures, "size.svg"), f"one job, mixed mail (one bounce in {inputs.MIXTURE})", "MB of mailbox",
             results["curves"]["size"], True)
        plot(os.path.join(pictures, "jobs.svg"), f"{JOBS_SIZE} MB of bounces", "jobs", results["curves"]["jobs"], False)
        text += ("## Size and jobs\n\n![time and memory against the size of the mailbox](doc/benchmarks/size.svg)\n\n"
                 "![time and memory against jobs](doc/benchmarks/jobs.svg)\n")
    else:
        print("publish.py: gnuplot is not installed: no pictures", file=sys.stderr)
    with open(os.path.join(directory, "BENCHMARKS.md"), "w", encoding="utf-8") as out:
        out.write(text)
