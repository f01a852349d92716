"""measure.py - what a program costs: wall and CPU time, peak memory, instructions.

SPDX-License-Identifier: BSD-2-Clause
"""
import os
import re
import resource
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass

MIB = 1 << 20


@dataclass
class Cost:
    """Seconds, and the bytes of the largest process that took part."""
    wall: float
    cpu: float
    peak: int


class Watch(threading.Thread):
    """Looks a hundred times a second how much memory PID had at most.  (What the kernel tells at the end has the memory in it
    that this process had when it forked.)"""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.ended = pid, 0, threading.Event()
        self.start()

    def run(self):
        while not self.ended.wait(0.01):
            try:
                with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
                    self.peak = int(re.search(r"^VmHWM:\s+(\d+)", file.read(), re.M).group(1)) * 1024
            except (OSError, AttributeError):
                pass

    def stop(self):
        self.ended.set()
        self.join()
        return self.peak


def once(command, **options):
    """The cost of one run of COMMAND, its output going to a file: grep does not even read on when that is /dev/null."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        with subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, **options) as process:
            watch = Watch(process.pid)
            _, _, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = 0
        return Cost(wall, used.ru_utime + used.ru_stime, watch.stop())


def best(command, runs=3, **options):
    """The run of COMMAND that took least time, of RUNS."""
    return min((once(command, **options) for _ in range(runs)), key=lambda cost: cost.wall)


def fed(command, path, times):
    """The cost of one run of COMMAND, which reads PATH so many TIMES, from a pipe: there need not be room for all of it."""
    feeder = ["sh", "-c", 'for i in $(seq "$2"); do cat "$1"; done', "sh", path, str(times)]
    with subprocess.Popen(feeder, stdout=subprocess.PIPE) as process:
        return once(command, stdin=process.stdout)


def together(commands):
    """Seconds until all COMMANDS, begun at once, have ended."""
    start = time.perf_counter()
    processes = [subprocess.Popen(command, stdout=tempfile.TemporaryFile()) for command in commands]
    for process in processes:
        process.wait()
    return time.perf_counter() - start


def memory_of(pid):
    """The bytes that PID and the processes below it have in memory; what they share is counted once."""
    total = 0
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            total = int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M).group(1)) * 1024
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            total += sum(memory_of(child) for child in file.read().split())
    except (OSError, AttributeError):
        pass
    return total


def peak_of_all(command):
    """The most memory that COMMAND and its workers had at a time, looked at a hundred times a second."""
    peak = 0
    with tempfile.TemporaryFile() as out, subprocess.Popen(command, stdout=out) as process:
        while process.poll() is None:
            peak = max(peak, memory_of(process.pid))
            time.sleep(0.01)
    return peak


def cpu_of_start(command, mail, runs=40):
    """Seconds of CPU of one run of COMMAND with MAIL in a pipe: the mean of RUNS."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(runs):
        subprocess.run(command, input=mail, stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / runs


def instructions(command, mail=None):
    """How many instructions COMMAND takes, as valgrind counts them; None where that is not installed."""
    if not shutil.which("valgrind"):
        return None
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"] + command, input=mail,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    found = re.search(rb"Collected : (\d+)", run.stderr)
    return int(found.group(1)) if found else None

