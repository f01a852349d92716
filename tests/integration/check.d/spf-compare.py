#!/usr/bin/env python3
"""spf-compare.py - does modori say of SPF what Debian's python3-spf says?

    spf-compare.py MODORI SERVER:PORT CASES

CASES has a line "IP DOMAIN HELO [RESULT...]" for each question; "#" begins a comment.  Where the two
are known to differ, RESULT is what modori says, with good reason, and the line's comment is the
reason.  The modules spf and DNS are found by PYTHONPATH.  Prints a line for each disagreement and a
summary; ends with 1 if there was one that is not explained.

SPDX-License-Identifier: BSD-2-Clause"""
import json
import subprocess
import sys

import DNS
import spf

# What modori saw that stands for a result.
RESULTS = {"spf-pass": "pass", "spf-fail": "fail", "spf-softfail": "softfail",
           "spf-neutral": "neutral", "spf-permerror": "permerror", "spf-temperror": "temperror",
           "spf-missing": "none", "spf-misspelt": "none", "spf-several": "permerror",
           "spf-unanswered": "temperror"}
SECONDS = 3


def ask_python(ip, domain, helo):
    question = spf.query(i=ip, s="postmaster@" + domain, h=helo, querytime=SECONDS)
    return question.check()[0]


def ask_modori(modori, server, ip, domain, helo):
    done = subprocess.run([modori, "check", "domain", domain, "--ip", ip, "--helo", helo,
                           "--resolver", server, "--no-fetch", "--no-probe",
                           "--timeout", str(SECONDS), "--format=json", "--lang=en"],
                          stdout=subprocess.PIPE, check=False, timeout=120)
    if done.returncode not in (0, 1, 2):
        return "exit status %d" % done.returncode
    for section in json.loads(done.stdout)["sections"]:
        if section["section"] == "spf" and section["subject"] == domain:
            for seen in section["results"]:
                if seen["observation"] in RESULTS:
                    return RESULTS[seen["observation"]]
    return "none"               # the domain is not there at all: then nothing is said of SPF


def main():
    modori, server, cases = sys.argv[1:]
    host, port = server.rsplit(":", 1)
    DNS.defaults["server"] = [host]
    DNS.defaults["port"] = int(port)
    asked = bad = 0
    with open(cases, encoding="utf-8") as lines:
        for line in lines:
            words = line.split("#")[0].split()
            if not words:
                continue
            ip, domain, helo = words[:3]
            theirs = ask_python(ip, domain, helo)
            ours = ask_modori(modori, server, ip, domain, helo)
            asked += 1
            if ours not in (words[3:] or [theirs]):
                bad += 1
                print("%s %s %s: modori says %s, python3-spf %s" % (ip, domain, helo, ours, theirs))
    print("%d questions, %d disagreements" % (asked, bad))
    return 1 if bad or not asked else 0


if __name__ == "__main__":
    sys.exit(main())
