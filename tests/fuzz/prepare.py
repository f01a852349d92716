#!/usr/bin/env python3
# prepare.py - what a fuzz target is run with: its dictionary, its options, its seeds.
#
#     prepare.py [--zip] OUT TARGET...
#
# writes OUT/TARGET-fuzz.dict, OUT/TARGET-fuzz.options and OUT/seeds/TARGET/ (with --zip OUT/TARGET-fuzz_seed_corpus.zip), by
# the table `targets`.  Seeds are made from corpus/ and rules/, and called by what is in them.
# SPDX-License-Identifier: BSD-2-Clause
import hashlib
import pathlib
import re
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
# Of each kind of small seeds: as many as tell something new; the fuzzer finds the rest.
SMALL_MAX = 2000


def read_table():
    rows = {}
    for line in (HERE / "targets").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, longest, dictionaries, seeds = line.split()
            rows[name] = (int(longest), dictionaries.split(","), seeds.split(","))
    return rows


def rule_files():
    return sorted((SOURCE / "rules").rglob("*.rules"))


def mails():
    return [path.read_bytes() for path in sorted((SOURCE / "corpus").glob("*.eml"))]


def rules():
    return [path.read_bytes() for path in rule_files()]


def blocks():
    return [block for text in rules() for block in re.split(rb"\n\n+", text) if not block.startswith(b"#")]


def fields():
    found = []
    for mail in mails():
        head = re.split(rb"\r?\n\r?\n", mail)[0]
        found += [match.group(1) for match in re.finditer(rb"(?m)^[\w-]+: *((?:.+\n?)(?:[ \t].*\n?)*)", head)]
    return found


def bodies():
    found = []
    for mail in mails():
        for part in re.split(rb"\n--[^\n]+\n", mail):
            found.append(part)
            found.append(re.split(rb"\r?\n\r?\n", part, maxsplit=1)[-1])
    return found


def texts():
    import email
    found = []
    for mail in mails():
        for part in email.message_from_bytes(mail).walk():
            text = part.get_payload(decode=True)
            if text:
                found.append(text)
    return found


def replies():
    return [match.group(1) for text in rules() for match in re.finditer(rb"(?m)^(?:Yes|No): *(.+)", text)]


KINDS = {"mails": mails, "rules": rules, "blocks": blocks, "fields": fields, "bodies": bodies, "texts": texts,
         "replies": replies, "-": list}


def thin(seeds):
    """Not more than SMALL_MAX of them, from everywhere."""
    seeds = list(dict.fromkeys(seeds))
    step = -(-len(seeds) // SMALL_MAX) or 1
    return seeds[::step]


def seeds_of(target, kinds, longest):
    seeds = []
    for kind in kinds:
        seeds += thin([seed for seed in KINDS[kind]() if 0 < len(seed) <= longest])
    for own in ("seeds", "regressions"):
        seeds += [path.read_bytes() for path in sorted((HERE / own / target).glob("*"))]
    return {hashlib.sha1(seed).hexdigest(): seed for seed in seeds}


def write_seeds(out, target, seeds, zipped):
    if zipped:
        with zipfile.ZipFile(out / f"{target}-fuzz_seed_corpus.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, seed in sorted(seeds.items()):
                archive.writestr(zipfile.ZipInfo(name), seed)
        return
    folder = out / "seeds" / target
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in seeds:
            path.unlink()
    for name, seed in seeds.items():
        (folder / name).write_bytes(seed)


def main():
    arguments = sys.argv[1:]
    zipped = arguments[:1] == ["--zip"]
    out = pathlib.Path(arguments[zipped])
    table = read_table()
    out.mkdir(parents=True, exist_ok=True)
    for target in arguments[zipped + 1:]:
        longest, dictionaries, kinds = table.get(target, table["*"])
        text = "".join((HERE / "dictionaries" / f"{name}.dict").read_text() for name in dictionaries if name != "-")
        (out / f"{target}-fuzz.dict").write_text(text)
        (out / f"{target}-fuzz.options").write_text(
            f"[libfuzzer]\nmax_len = {longest}\ntimeout = 10\nrss_limit_mb = 1024\nclose_fd_mask = 1\n"
            + (f"dict = {target}-fuzz.dict\n" if text else "")
            + "\n[asan]\nintercept_tls_get_addr = 0\n")
        write_seeds(out, target, seeds_of(target, kinds, longest), zipped)


main()
