#!/bin/sh
# suppress.t - addresses to stop writing to: which, why, since when, in each format, and however hostile they are.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
cd "$SOURCE" || exit 1
export XDG_STATE_HOME="$work/state" TZ=UTC
modori () { "$MODORI" "$@"; }
list () { modori suppress "$@" "$work/records.jsonl"; }

number=0
record ()       # record ADDRESS DAY REASON BOUNCE [ACTION [MESSAGE [TYPE]]]: one line of JSON, November 2026
{
    number=$((number + 1))
    printf '{"v":1,"id":"%032d","report":"%s","action":"%s","recipient":"%s","reason":"%s","bounce":"%s",' \
        $number "$([ -n "${7-}" ] && echo feedback || echo delivery)" "${5-failed}" "$1" "$3" "$4"
    printf '"message_id":"%s","feedback_type":"%s","from":"%s","arrival_date":"2026-11-%02dT09:30:00Z"}\n' \
        "${6:-<$number@example.net>}" "${7-}" "${from-news@lists.example.net}" "$2"
}

{
    record hard@example.org 1 userunknown hard
    for day in 1 5 15; do record soft@example.org $day mailboxfull soft; done
    for day in 1 8 16; do record slow@example.org $day mailboxfull soft; done
    for day in 1 2 3 4; do record ours@example.org $day blocked soft; done
    for day in 1 2 3; do record vague@example.org $day onhold soft; done
    for day in 1 2 3; do record same@example.org $day mailboxfull soft failed '<same@example.net>'; done
    for day in 1 2 3; do record late@example.org $day expired soft delayed; done
    record back@example.org 1 userunknown hard
    record back@example.org 2 delivered none delivered
    record relayed@example.org 1 userunknown hard
    record relayed@example.org 2 delivered none relayed
    record angry@example.org 3 feedback none '' '' abuse
    record calm@example.org 3 feedback none '' '' abuse
    record calm@example.org 4 feedback none '' '' not-spam
    record Jane.Doe@Example.ORG 1 userunknown hard
    from=shop@shop.example.com record shop@example.org 1 userunknown hard
} >"$work/records.jsonl"

# --- the list ---
gives_list ()
{
    cat >"$work/wanted"
    list "$@" >"$work/got" && diff -u "$work/wanted" "$work/got"
}
default_policy () { printf '%s@example.org\n' angry hard relayed shop soft | sed '1i Jane.Doe@Example.ORG' | gives_list; }
never () { echo angry@example.org | gives_list --hard never --soft never; }
nobody () { gives_list --hard never --soft 0 --no-complaints </dev/null; }
by_reason () { printf '%s@example.org\n' slow soft vague | gives_list --hard never --no-complaints --reason 'onhold=3 in 1w' \
    --reason mailboxfull='3 in 15d'; }
since () { printf '%s@example.org\n' angry soft | gives_list --since 2026-11-02; }
of_domain () { echo shop@example.org | gives_list --domain example.com; }
order_does_not_matter ()
{
    sort -r "$work/records.jsonl" >"$work/reverse.jsonl"
    list --format=json >"$work/a" && modori suppress --format=json "$work/reverse.jsonl" | cmp - "$work/a"
}
sorted () { list >"$work/got" && LC_ALL=C sort -c "$work/got"; }
check 'hard once, soft three times in 14 days, complaints; never our own fault' default_policy
check '--hard never, --soft never' never
check '--no-complaints' nobody
check '--reason' by_reason
check '--since: when it came onto the list' since
check '--domain: what was sent for it' of_domain
check 'the order of the records does not matter' order_does_not_matter
check 'in the order of bytes' sorted
check '--exit-code: 1 when somebody is listed' gives 1 list --exit-code
check '--exit-code: 0 when nobody is' gives 0 list --exit-code --hard never --soft never --no-complaints
check 'a reason that is our own fault: 64' gives 64 list --reason blocked=1
check 'a reason that is none: 64' gives 64 list --reason nosuch=1
check 'a threshold that is none: 64' gives 64 list --soft '3 times'
check 'a format that is none: 64' gives 64 list --format=xml
check 'a pattern that is none: 64' gives 64 list --verp 'bounce+(?<local>.+)@'
check 'two questions at once: 64' gives 64 modori suppress --why a@example.org --forgotten

# --- why ---
check '--why: listed, and by what' says 'brings it onto the list' list --why soft@example.org
check '--why: what counts' says 'counts (2 of 3)' list --why SLOW@example.org
check '--why: our own fault' says "does not count: the sender's" list --why ours@example.org
check '--why: the same mail' says 'does not count: the same mail' list --why same@example.org
check '--why: delayed' says 'still being tried' list --why late@example.org
check '--why: delivered later' says 'cleared' list --why back@example.org
check '--why: nothing known' says 'nothing is known' list --why nobody@example.org
check '--why in Japanese' says '満杯' list --lang=ja --why soft@example.org
why_json ()
{
    list --why soft@example.org --format=json | jq -e '.listed and .reason == "mailboxfull" and .count == 3
        and .since == "2026-11-15T09:30:00Z" and [.steps[].effect] == ["counted", "counted", "listed"]'
}
check '--why as JSON' why_json
check '--why --exit-code: 1 when listed' gives 1 list --why hard@example.org --exit-code
check '--why --exit-code: 0 when not' gives 0 list --why slow@example.org --exit-code

# --- history and forgetting ---
now () { modori suppress --now 2026-11-22 "$@"; }
from_history ()
{
    modori history import "$work/records.jsonl" && now --format=json >"$work/a" && list --format=json | cmp - "$work/a"
}
forget ()
{
    now --forget HARD@example.org --forget angry@example.org && now >"$work/got" &&
        ! grep -E 'hard|angry' "$work/got" && grep -q soft "$work/got" &&
        now --forgotten >"$work/got" && printf '%s@example.org\n' angry hard | diff - "$work/got" &&
        now --why hard@example.org | grep -q 'forgotten'
}
comes_again ()
{
    record hard@example.org 25 userunknown hard | modori history import && modori suppress --now 2026-11-26 | grep -qx hard@example.org
}
redacted ()
{
    mkdir -p "$work/config/modori" && printf '[redact]\nkey = 0123456789abcdef0123456789abcdef\n' >"$work/config/modori/modori.conf"
    XDG_CONFIG_HOME="$work/config" now --redact >"$work/got" && ! grep soft "$work/got" && grep -q '@example.org' "$work/got"
}
check 'the history gives the same as the records' from_history
check '--forget clears, and --forgotten tells' forget
check 'what comes back after that counts again' comes_again
check '--redact' redacted
check '--forget without an address: 64' gives 64 modori suppress --forget= --history="$work/none.db"
check '--why without an address: 64' gives 64 modori suppress --why= --history="$work/none.db"
check '--forget in a mailbox: 64' gives 64 modori suppress --forget a@example.org "$work/records.jsonl"

# --- configuration ---
configured ()
{
    mkdir -p "$work/policy/modori" && printf '[suppress]\nhard = never\nsoft = never\n[suppress-reasons]\nmailboxfull = 2 in 1w\n' \
        >"$work/policy/modori/modori.conf"
    XDG_CONFIG_HOME="$work/policy" list >"$work/got" && printf '%s@example.org\n' angry slow soft | diff - "$work/got"
}
misconfigured ()
{
    echo 'blocked = 1' >>"$work/policy/modori/modori.conf"
    XDG_CONFIG_HOME="$work/policy" gives 78 list
}
check 'the policy of the configuration' configured
check 'a policy on our own fault: 78' misconfigured

# --- hostile addresses, in each format ---
{
    record "o'brien@example.org" 1 userunknown hard
    record "'); DROP TABLE modori_suppressed; --@example.org" 1 userunknown hard
    record "=cmd()|x@example.org" 1 userunknown hard
    record '#hash@example.org' 1 userunknown hard
    record '\"a b\"@example.org' 1 userunknown hard
    record 'back\\slash@example.org' 1 userunknown hard
    record 'a,b@example.org' 1 userunknown hard
    record 'line\nend@example.org' 1 userunknown hard
    record '花子@example.jp' 1 userunknown hard
    record 'odd@example.org' 1 "x'\\n* OK" hard
    record 'plain@example.org' 1 userunknown hard
    record 'noat' 1 userunknown hard
} >"$work/hostile.jsonl"
hostile () { modori suppress "$@" "$work/hostile.jsonl"; }

list_is_clean () { hostile >"$work/got" && [ "$(wc -l <"$work/got")" = 11 ] && ! grep -v '@' "$work/got"; }
csv_is_read ()
{
    hostile --format=csv | python3 -c '
import csv, sys
rows = list (csv.DictReader (sys.stdin))
assert len (rows) == 11, rows
assert all (len (row) == 8 and row["since"] == "2026-11-01T09:30:00Z" for row in rows), rows
addresses = [row["address"] for row in rows]
assert "a,b@example.org" in addresses and "\"a b\"@example.org" in addresses, addresses
assert not any (a[0] in "=+-@" for a in addresses), addresses'
}
json_is_read () { hostile --format=json | jq -es 'length == 11 and all (.[]; .count == 1 and (.id | length == 32))'; }
sql_is_read ()
{
    hostile --format=sql >"$work/list.sql" && python3 - "$work/list.sql" <<'PYTHON'
import sqlite3, sys
db = sqlite3.connect (":memory:")
for again in 1, 2:                      # a second time replaces what is there
    db.executescript (open (sys.argv[1], encoding="utf-8").read ())
rows = [row[0] for row in db.execute ("SELECT address FROM modori_suppressed")]
assert len (rows) == 10 and not any ("\\" in row for row in rows), rows
assert "o'brien@example.org" in rows and "'); DROP TABLE modori_suppressed; --@example.org" in rows, rows
PYTHON
}
map_is_plain ()         # each line is a comment, or an address, a tab and a reply
{
    hostile --format=postfix >"$work/map" && ! grep -vE "^#|^[^[:space:]#\"\\\\]+@[^[:space:]]+	550 5\.[17]\.1 [a-z: ]+ since 2026-11-01\$" "$work/map" &&
        grep -q '^plain@example.org	550 5.1.1 on the suppression list: userunknown since 2026-11-01$' "$work/map" &&
        grep -q '^odd@example.org	550 5.1.1 on the suppression list: undefined since' "$work/map" && ! grep -q 'OK' "$work/map"
}
reply_is_known ()       # what such a server answers is known when it comes back
{
    says 'suppression list' modori explain --text '550 5.1.1 <hard@example.org>: Recipient address rejected: on the suppression list: userunknown since 2026-11-01'
}
text_tells () { hostile --format=text >"$work/got" && grep -q '11 addresses' "$work/got"; }
nobody_is_told ()       # however odd an address is, no part of who it is is left
{
    XDG_CONFIG_HOME="$work/config" hostile --redact >"$work/got" && [ "$(wc -l <"$work/got")" = 11 ] &&
        ! grep -vE '^redacted-[0-9a-f]{16}@example\.(org|jp)$' "$work/got"
}
check 'list: one address a line' list_is_clean
check 'list: --redact' nobody_is_told
check 'CSV' csv_is_read
check 'JSON' json_is_read
check 'SQL' sql_is_read
check 'access map' map_is_plain
check 'access map: the reply is known' reply_is_known
check 'text' text_tells

# --- the address that was written to ---
verp ()
{
    modori suppress corpus/verp-*.eml --soft 1 >"$work/got" && echo jane@example.org | diff - "$work/got"
}
own_form ()
{
    sed 's/news-bounces+jane=example.org@/bounce+jane-at-example.org@/' corpus/verp-list-bounces.eml >"$work/own.eml"
    modori scan --format=json --verp 'bounce+(?<local>.+)-at-(?<domain>.+)@' "$work/own.eml" | jq -e '.verp_recipient == "jane@example.org"' &&
        modori scan --format=json "$work/own.eml" | jq -e '.verp_recipient == ""'
}
filter_tells () { modori record --filter <corpus/verp-srs.eml | grep -qx 'X-Modori-Recipient: jane@example.org'; }
check 'the recipient in the return address goes before the one of the report' verp
check '--verp: a form of your own' own_form
check 'record --filter tells it' filter_tells
finish
