#!/bin/sh
# online.t - explain --online and report --online: the check that the advice names is run, and what it finds comes first.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
. "$SOURCE/tests/servers.sh"
cd "$SOURCE" || exit 1
unset XDG_CONFIG_HOME

cat >"$work/zone" <<'Z'
example.jp MX 10 mx.example.jp
mx.example.jp A 203.0.113.9
www1234.sakura.ne.jp A 192.0.2.34
34.2.0.192.in-addr.arpa PTR www1234.sakura.ne.jp
mail.example.jp A 127.0.0.1
Z
serve python3 tests/dns.py "$work/zone"
dns=$first

explain ()              # MESSAGE OPTIONS...
{
    message=$1
    shift
    "$MODORI" explain --resolver="$dns" --timeout=3 "$@" "corpus/$message"
}

report ()
{
    "$MODORI" report --online --resolver="$dns" --timeout=3 "$@"
}

in_order ()             # FILE TEXT...: the texts stand in FILE, one below the other
{
    file=$1 from=1
    shift
    for text in "$@"; do
        line=$(tail -n +"$from" "$file" | grep -nF -m 1 -e "$text" | cut -d: -f1)
        [ -n "$line" ] || { echo "no \"$text\" from line $from on"; return 1; }
        from=$((from + line))
    done
}

explain story-1-sendmail.eml --online >"$work/en" 2>"$work/shown"
check 'explain: what was found stands before the steps' in_order "$work/en" 'hanako@gmail.example' 'Checked just now' \
    'example.jp has no SPF record' 'v=spf1 a:www1234.sakura.ne.jp mx ~all' 'no DMARC record' 'dig +short NS example.jp'
check 'explain: the record stands there once' [ "$(grep -c 'Value  v=spf1' "$work/en")" = 1 ]
check 'explain: the command is shown' grep -qx 'modori: online: modori check domain example.jp --ip 192.0.2.34' "$work/shown"
explain story-1-sendmail.eml --online --quiet --lang=ja >"$work/ja" 2>"$work/shown"
check 'explain: Japanese' in_order "$work/ja" 'example.jp' 'v=spf1 a:www1234.sakura.ne.jp mx ~all' '_dmarc'
check 'explain --quiet shows no command' [ ! -s "$work/shown" ]

never_asked ()          # without --online nobody is asked
{
    "$MODORI" explain corpus/story-1-sendmail.eml >"$work/offline"
    ! grep -q 'Checked just now' "$work/offline" && grep -q 'modori check domain example.jp' "$work/offline"
}
check 'without --online nothing is asked' never_asked

# A stranger's mail may point anywhere: what is not public is left alone, and not called good.
while read -r record; do
    printf '%s\n' "$record" "localhost A 127.0.0.1" >"$work/zone"
    explain story-2-send-as-en.eml --online >"$work/tls" 2>&1
    check "explain: $record is not connected to" sh -c 'tr -s "\n " " " <"$1" | grep "Not checked: mail.example.jp:587 was not asked.*--allow-private"' - "$work/tls"
    check "explain: ... and not called good" sh -c '! grep -q "nothing is wrong" "$1"' - "$work/tls"
done <<'Z'
mail.example.jp A 127.0.0.1
mail.example.jp A 169.254.169.254
mail.example.jp A 192.168.0.1
mail.example.jp AAAA ::1
mail.example.jp AAAA ::ffff:10.0.0.1
mail.example.jp AAAA fe80::1
mail.example.jp AAAA 64:ff9b::7f00:1
mail.example.jp CNAME localhost
Z
check 'explain: the check of the certificate is the one that is run' \
    grep -q 'online: modori check tls mail.example.jp:587' "$work/tls"

cat >>"$work/zone" <<'Z'
_mta-sts.example.jp TXT v=STSv1; id=1
mta-sts.example.jp A 127.0.0.1
Z
explain story-1-sendmail.eml --online --allow-private >"$work/en" 2>"$work/shown"
check 'explain: a host that only the DNS names is shown before it is connected to' \
    grep -qx 'modori: online: connecting to mta-sts.example.jp, port 443' "$work/shown"

incoming ()             # of a domain that only takes mail nothing is said about how it sends
{
    "$MODORI" check domain --incoming --no-probe --no-fetch --resolver="$dns" --format=json example.jp >"$work/incoming"
    jq -e '[.sections[].section] | (contains (["mx"])) and (index ("spf") == null) and (index ("dmarc") == null)' "$work/incoming"
}
check 'check domain --incoming' incoming
check 'the advice about a receiver asks for that only' grep -q 'modori check domain {recipient_domain|example.net} --incoming' \
    rules/advice/certificate.rules

for option in --resolver=127.0.0.1 --timeout=3 --allow-private --ca-file=x; do
    check "explain: $option alone: 64" gives 64 "$MODORI" explain "$option" corpus/story-1-sendmail.eml
    check "report: $option alone: 64" gives 64 "$MODORI" report "$option" corpus/story-1-sendmail.eml
done
check 'explain: a bad resolver: 64' gives 64 "$MODORI" explain --online --resolver=dns.example corpus/story-1-sendmail.eml
check 'explain: a bad time-out: 64' gives 64 "$MODORI" explain --online --timeout=-3 corpus/story-1-sendmail.eml
check 'a server that is silent costs no more than its time' says 'Checked just now' \
    "$MODORI" explain --online --resolver=127.0.0.1:1 --timeout=1 corpus/story-1-sendmail.eml

report corpus/story-1-sendmail.eml >"$work/report" 2>"$work/shown"
check 'report: what was found stands in the repair' in_order "$work/report" 'How to' 'Checked just now' \
    'example.jp has no SPF record' 'v=spf1'
check 'report: the command is shown' grep -q 'online: modori check domain example.jp --ip 192.0.2.34' "$work/shown"
check 'report: HTML' says 'example.jp has no SPF record' report --quiet --format=html corpus/story-1-sendmail.eml
check 'report: mail' gives 0 report --quiet --format=mail --to=postmaster@example.jp corpus/story-1-sendmail.eml
report --quiet --format=json corpus/story-1-sendmail.eml >"$work/json"
check 'report: JSON' sh -c 'jq -e "[.. | strings | select (contains (\"has no SPF record\"))] | length > 0" "$1"' - "$work/json"
finish
