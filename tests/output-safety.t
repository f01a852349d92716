#!/bin/sh
# output-safety.t - whatever a stranger writes, and wherever: it does nothing to who looks at it, in each way to write it down.
# The hostile words and the judges are in safety.py, and know nothing of the program.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
export XDG_STATE_HOME="$work/state" TZ=UTC
modori () { "$MODORI" "$@"; }
safety () { python3 "$SOURCE/tests/safety.py" "$@"; }

if ! command -v python3 >/dev/null; then
    echo '1..0 # skipped: python3 is not installed'
    exit 77
fi
safety write . || exit 1
now=2026-11-22T09:00:00Z
languages='en ja'

# judged KIND COMMAND...: what it writes and what it says are harmless; its exit status does not matter here, but a signal does.
judged ()
{
    kind=$1
    shift
    "$@" >out 2>err
    status=$?
    [ $status -lt 100 ] || { echo "status $status: $*"; cat err; return 1; }
    [ ! -s err ] || safety judge text err || { echo "on standard error: $*"; return 1; }
    safety judge "$kind" out ${twin:+"$twin"} || { echo "$*"; return 1; }
}

# of_each KIND COMMAND... -- FILE...: the same of each FILE, together, in both languages.
of_each ()
{
    kind=$1 command=
    shift
    while [ "$1" != -- ]; do
        command="$command $1"
        shift
    done
    shift
    for lang in $languages; do
        for file; do
            $command --lang=$lang "$file"
            [ $? -lt 100 ] || { echo "a signal: $command $file"; return 1; }
        done >out 2>err
        safety judge "$kind" out || return 1
        [ ! -s err ] || safety judge text err || return 1
    done
}

# in_both KIND COMMAND...: in both languages.
in_both ()
{
    for lang in $languages; do
        judged "$@" --lang=$lang || return 1
    done
}

# --- mail ---
scans () { in_both "$1" modori scan -r --all --format="$1" fields all; }
says_it_all ()          # or the judges would have nothing to judge: most fields come through
{
    modori scan -r --all --format=json fields all >out &&
        jq -es 'length > 2500 and (map (select (tostring | contains ("zqz"))) | length > 800) and
            (["from", "subject", "diagnostic", "recipient", "original_recipient", "remote_mta", "reporting_mta",
              "message_id", "list_id", "sender"] - (map (to_entries[] | select (.value | tostring |
              contains ("zqz")) | .key) | unique) == [])' out
}
each_explained () { of_each text modori explain --verbose -- all/*; }
replies_explained ()
{
    safety names >names && xargs -0 -n 1 sh -c 'for lang in en ja; do
        "$MODORI" explain --lang=$lang --text "550 5.7.1 $1 refused" --host "$1"; [ $? -lt 100 ] || exit 255; done' explain <names >out 2>err &&
        [ "$(grep -c zqz out)" -gt 50 ] && safety judge text out && if [ -s err ]; then safety judge text err; fi
}
checked ()
{
    of_each text modori check message -- all/*-dsn.eml all/*-prose.eml &&
        of_each json modori check message --format=json -- all/*-dsn.eml all/*-prose.eml
}
stamped ()              # in front of the mail as it was stand fields of ours, and nothing else
{
    mkdir -p stamped && for mail in all/*; do
        modori record --filter <"$mail" >"stamped/${mail#*/}" || return 1
    done
    python3 - <<'PYTHON'
import os
for name in os.listdir ("stamped"):
    before, after = (open (folder + "/" + name, "rb").read () for folder in ("all", "stamped"))
    assert after.endswith (before), name + ": the mail itself was changed"
    ours = after[:len (after) - len (before)].decode ("ascii")
    fields = ours.split ("\n")[:-1]
    assert fields and ours.endswith ("\n"), fields
    assert all (line.split (":")[0] in ("X-Modori-Bounce", "X-Modori-Recipient", "X-Modori-Reason") for line in fields), fields
    assert not any (c < " " or c > "~" for line in fields for c in line), fields
PYTHON
}
learned ()
{
    judged text modori rules new --all -r all && cp out new.rules && modori rules test --rules . >tested 2>&1 || {
        cat tested; return 1; }
}
check 'scan: text' scans text
check 'scan: JSON' scans json
check 'scan: CSV' scans csv
check 'the hostile words do come through' says_it_all
check 'explain' each_explained
check 'explain --text' replies_explained
check 'check message' checked
check 'record --filter adds its own fields and no other' stamped
check 'rules new: comments stay comments, and the rules can be read' learned

# --- reports, of mail and of lines of JSON ---
reports ()      # reports FORMAT INPUT...
{
    format=$1
    shift
    for lang in $languages; do
        twin=twin.$format.$lang
        [ -s $twin ] || modori report --lang=$lang --format="$format" --now=$now --to=a@example.jp "$SOURCE/corpus" >$twin || return 1
        judged "$format" modori report --lang=$lang --format="$format" --now=$now --to=a@example.jp "$@" || return 1
    done
}
check 'report: text' reports text all
check 'report: JSON' reports json all
check 'report: a page' reports html all
check 'report: a mail' reports mail all
check 'report of lines of JSON: text' reports text records.jsonl
check 'report of lines of JSON: JSON' reports json records.jsonl
check 'report of lines of JSON: a page' reports html records.jsonl
check 'report of lines of JSON: a mail' reports mail records.jsonl

suppressed () { twin=; in_both "$1" modori suppress --format="$1" --now=$now records.jsonl && in_both "$1" modori suppress --format="$1" --now=$now -r all; }
why () { safety names >names && xargs -0 -n 1 sh -c '"$MODORI" suppress --why "$1@example.org" records.jsonl' why <names >out 2>err
    [ "$(grep -c zqz out)" -gt 30 ] && safety judge text out && if [ -s err ]; then safety judge text err; fi; }
for format in text list csv json postfix sql; do
    check "suppress: $format" suppressed $format
done
check 'suppress --why' why

imported ()
{
    modori history import --history=h.db --now=$now records.jsonl >out 2>err
    safety judge text out && safety judge text err && judged json modori history export --history=h.db &&
        [ "$(wc -l <out)" -gt 100 ] && judged text modori history --history=h.db
}
exported_again ()       # what was written is read again as the same
{
    modori history export --history=h.db >once && modori history import --history=h2.db --now=$now once &&
        modori history export --history=h2.db >again && cmp once again && safety judge json again
}
remembered () { modori scan -q --remember --history=h3.db --now=$now -r all >/dev/null && judged json modori history export --history=h3.db; }
explained_by_id ()
{
    modori history export --history=h.db | jq -r .id | sed -n '1~9p' >ids && [ "$(wc -l <ids)" -gt 10 ] &&
        of_each text modori explain --history=h.db -- $(cat ids)
}
check 'history: import' imported
check 'history: what is exported is imported as the same' exported_again
check 'history: of mail' remembered
check 'explain ID' explained_by_id

# --- names of files ---
safety paths "$work/names.d" >paths
names ()
{
    for format in text json csv; do
        xargs -0 "$MODORI" scan --format=$format --all <paths >out 2>err
        [ "$(grep -c . out)" -gt 90 ] && grep -q zqz err && safety judge text err && safety judge $format out || return 1
    done
}
each_name ()
{
    xargs -0 -n 1 sh -c '"$MODORI" explain -v "$1"; "$MODORI" check message "$1"; "$MODORI" report "$1"; "$MODORI" suppress "$1"; :' each <paths >out 2>err
    grep -q zqz out && grep -q zqz err && safety judge text out && safety judge text err
}
each_name_json () { xargs -0 "$MODORI" check message --format=json <paths >out 2>err; grep -q zqz out && safety judge json out && safety judge text err; }
as_rules ()             # as a directory of rules with a fault in it, and as a command, a format, an option
{
    xargs -0 -n 1 sh -c 'rm -rf "$0.rules"; mkdir "$0.rules"
        { printf "Rule: a\nMatch: /(/\n%s: x\n" "$1" >"$0.rules/${1##*/}.rules"; } 2>/dev/null
        for lang in en ja; do "$MODORI" scan --lang=$lang --rules="$0.rules" "$1"; done; "$MODORI" rules test --rules="$0.rules"
        "$MODORI" scan --format="$1" x; "$MODORI" "$1"; "$MODORI" scan "--$1"; "$MODORI" rules show "$1"; "$MODORI" rules list --reason="$1"
        "$MODORI" record --spool="/dev/null/$1" <"$0"; "$MODORI" report --history="/dev/null/$1"; "$MODORI" report --since="$1" x
        "$MODORI" scan --undecided="/dev/null/$1" x; "$MODORI" suppress --hard="$1" x; "$MODORI" check cert "$1"; "$MODORI" scan --verp="($1" x
        "$MODORI" report --to="$1" --format=mail --now=2026-11-22 "$0" >/dev/null; :' "$work/harmless.jsonl" <paths.names >out 2>err
    [ "$(wc -l <err)" -gt 300 ] && grep -q zqz err && safety judge text err && if [ -s out ]; then safety judge text out; fi
}
safety names >paths.names
check 'names of files: scan' names
check 'names of files: explain, check, report, suppress' each_name
check 'names of files: check message, JSON' each_name_json
check 'faults are told harmlessly' as_rules

# --- certificates ---
certificates ()
{
    mkdir -p certs.d
    safety names | tr '\n\0' ' \n' | grep -av '^ *$' >lines
    while IFS= read -r word; do
        # a name of all bytes: as an attribute that is written in hexadecimal
        hex=$(printf '%.60s' "$word" | od -An -v -tx1 | tr -d ' \n')
        length=$(printf '%02x' $((${#hex} / 2)))
        cat >cert.cnf <<CNF
[req]
distinguished_name = name
prompt = no
x509_extensions = ext
[name]
O = Example
CN = mail.example.com
[ext]
subjectAltName = @names
1.3.6.1.5.5.7.1.24 = DER:0c$length$hex
[names]
dirName = person
DNS.1 = mail.example.com
[person]
CN = $(printf '%s' "$word" | tr -d '\\"$#;,\r\n' | cut -c 1-60)
CNF
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -utf8 -keyout key.pem -out cert.pem \
            -config cert.cnf -subj "/O=$(printf '%s' "$word" | tr -d '/\\=+' | cut -c 1-60)/CN=$(printf '%s' "$word" | tr -d '/\\=+' |
            cut -c 1-60)" -addext "subjectAltName=DNS:$(printf '%s' "$word" | tr -d ',:\\' | cut -c 1-60)" 2>/dev/null ||
            continue
        made=$((${made:-0} + 1))
        mv cert.pem certs.d/$made.pem
    done <lines
    [ "${made:-0}" -gt 10 ] || { echo "only ${made:-0} certificates could be made"; return 1; }
    of_each text modori check cert -- certs.d/* && of_each json modori check cert --format=json -- certs.d/*
}
if command -v openssl >/dev/null; then
    check 'check cert: hostile names in it' certificates
else
    echo '# skipped: openssl is not installed'
fi
finish
