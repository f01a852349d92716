"""inputs.py - the mailboxes that the benchmark reads, made of a few hundred real messages.

No message is written twice as it is: each copy has a Message-ID, a recipient and a date of its own, so that no program can win
by remembering what it has seen.

SPDX-License-Identifier: BSD-2-Clause
"""
import json
import os
import re

FROM = b"From MAILER-DAEMON Sat Nov 21 19:37:06 2026\n"
MIXTURE = 50            # one bounce among so many messages

MESSAGE_ID = re.compile(rb"(?mi)^(message-id:\s*<)")
DATE = re.compile(rb"(?mi)^(date:[^\n]* )\d\d:\d\d:\d\d( [-+A-Z])")


class Mail:
    """One message, and how to write it again and again."""

    def __init__(self, content, recipients=()):
        self.content = content.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
        self.recipients = [address.encode() for address in recipients if "@" in address]

    def copy(self, number):
        """The message with an id, a date and recipients that belong to NUMBER."""
        clock = b"%02d:%02d:%02d" % (number // 3600 % 24, number // 60 % 60, number % 60)
        text = MESSAGE_ID.sub(rb"\g<1>%d." % number, self.content)
        text = DATE.sub(rb"\g<1>" + clock + rb"\g<2>", text)
        for address in self.recipients:
            local, domain = address.rsplit(b"@", 1)
            text = text.replace(address, b"%s.%d@%s" % (local, number, domain))
        return b"X-Bench-Id: <%d@bench.example.com>\n" % number + text


def recipients_of(path):
    """Who did not get the mail of NAME.eml, as NAME.expect beside it says."""
    try:
        with open(path[:-len(".eml")] + ".expect", encoding="utf-8") as file:
            return sorted({json.loads(line).get("recipient", "") for line in file if line.startswith("{")})
    except OSError:
        return []


def messages(directory, wanted=lambda name: True):
    """The messages in the files below DIRECTORY whose name WANTED accepts."""
    found = []
    for root, folders, names in os.walk(directory):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(root, name)
            if wanted(name):
                with open(path, "rb") as file:
                    found.append(Mail(file.read(), recipients_of(path) if name.endswith(".eml") else ()))
    return found


def mix(bounces, ham):
    """HAM with one of BOUNCES in every MIXTURE messages, as a list that can be repeated."""
    mixed = []
    for i, bounce in enumerate(bounces):
        mixed += [ham[(i * (MIXTURE - 1) + j) % len(ham)] for j in range(MIXTURE - 1)] + [bounce]
    return mixed


def write_mbox(path, mails, size):
    """Write MAILS again and again to PATH until it has SIZE bytes; how many messages that are."""
    count = written = 0
    with open(path, "wb") as out:
        while written < size:
            text = mails[count % len(mails)].copy(count)
            written += out.write(FROM + text + (b"\n" if text.endswith(b"\n") else b"\n\n"))
            count += 1
    return count


def write_maildir(path, mails, count):
    """A Maildir of COUNT of MAILS; the bytes of all."""
    for folder in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(path, folder))
    size = 0
    for i in range(count):
        with open(os.path.join(path, "cur", f"{1700000000 + i}.M{i}P1.bench:2,S"), "wb") as out:
            size += out.write(mails[i % len(mails)].copy(i))
    return size


def write_rules(path, count):
    """COUNT rules of a site, each with words of its own."""
    kinds = ("frost", "gate", "stamp", "river", "ledger", "lantern", "quota", "badge", "orchard", "signal")
    os.makedirs(path, exist_ok=True)
    with open(os.path.join(path, "bench.rules"), "w", encoding="utf-8") as out:
        for i in range(count):
            words = f"{kinds[i % 10]} {kinds[i // 10 % 10]} number {i} is closed for {kinds[i // 100 % 10]}"
            out.write(f"Rule: bench-{i}\nReason: policyviolation\nMatch: {words}\nYes: 550 5.7.1 {words}\n"
                      f"No: 550 5.7.1 something else\n\n")
