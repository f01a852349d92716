#!/bin/sh
# cli.t - the program as people call it: help, options, exit statuses, formats, and each example of the man pages.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
cd "$SOURCE" || exit 1
modori () { "$MODORI" "$@"; }
json () { modori scan --format=json --all "$@"; }
empty () { [ ! -s "$1" ] || { cat "$1"; return 1; }; }

# --- help, version, usage ---
for command in scan explain report record suppress history check rules; do
    check "$command --help" says 'Usage' modori $command --help
    check "$command --help ends with 0" gives 0 modori $command --help
    check "help $command" says "modori $command" modori help $command
done </dev/null         # record would take what is there for a message
check 'the list of commands' says 'explain' modori --help
check 'no command: usage, 64' gives 64 modori
check 'unknown command: 64' gives 64 modori frobnicate
check 'unknown option: 64' gives 64 modori scan --frobnicate
check 'unknown format: 64' gives 64 modori scan --format=xml corpus
check 'no directory for what is undecided: 64' gives 64 modori scan --undecided= corpus
check 'unknown language: 64' gives 64 modori scan --lang=tlh corpus
check 'version' says '^modori [0-9]' modori --version
check 'Japanese help in the C locale' says '使い方' env LC_ALL=C "$MODORI" --lang=ja --help
check 'Japanese help of a command' says 'メールボックス' env LC_ALL=C "$MODORI" scan --help --lang=ja

check 'Japanese by the locale, also one that is not installed' says '使い方' env LC_ALL=ja_JP.UTF-8 "$MODORI" --help
check 'English by the locale' says 'Usage' env LC_ALL=C LANG=ja_JP.UTF-8 "$MODORI" --help

# --- exit statuses ---
missing_is_said ()      # one clear line, the others are read, 66
{
    "$MODORI" scan --format=json "$work/nothing" corpus/story-1-sendmail.eml >"$work/out" 2>"$work/err"
    [ $? = 66 ] && [ "$(wc -l <"$work/err")" = 1 ] && grep -q "$work/nothing" "$work/err" && [ -s "$work/out" ]
}
unreadable_is_said ()
{
    cp corpus/story-1-sendmail.eml "$work/secret" && chmod 000 "$work/secret"
    if [ -r "$work/secret" ]; then return 0; fi     # root reads everything
    gives 74 modori scan "$work/secret"
}
damaged_is_said ()
{
    gzip -c corpus/story-1-sendmail.eml | head -c 300 >"$work/cut.gz"
    gives 65 modori scan "$work/cut.gz" && says 'damaged' modori scan "$work/cut.gz"
}
broken_rules_are_said ()
{
    mkdir -p "$work/rules" && printf 'Rule: mine\nReason: userunknown\nMach: x\n' >"$work/rules/mine.rules"
    gives 78 modori scan --rules="$work/rules" corpus && says 'mine.rules.*3.*Mach' modori scan --rules="$work/rules" corpus
}
full_disk_is_said () { [ ! -e /dev/full ] || gives 74 sh -c '"$MODORI" scan --format=json corpus >/dev/full'; }
closed_pipe_is_quiet () { json corpus | head -1 | jq -e .v >/dev/null; }
check 'a missing mailbox' missing_is_said
check 'an unreadable one' unreadable_is_said
check 'a damaged one' damaged_is_said
check 'broken rules' broken_rules_are_said
modules=$(dirname "$MODORI")/.libs
if [ -e "$modules/mime.so" ] && [ -e "$modules/archive.so" ]; then
    mkdir -p "$work/bin/.libs" && cp "$MODORI" "$work/bin/modori" && ln -s "$SOURCE/rules" "$work/bin/rules"
    gzip -c corpus/story-1-sendmail.eml >"$work/one.gz"
    no_mime ()          # one line and 75, for who reads and for a pipe; other mail is read
    {
        for command in "scan $work/one.gz" "explain $work/one.gz" "scan --jobs=2 -"; do
            "$work/bin/modori" $command <"$work/one.gz" >"$work/out" 2>"$work/err"
            [ $? = 75 ] && [ "$(wc -l <"$work/err")" = 1 ] && grep -q '^modori: .*mime.so' "$work/err" || { cat "$work/err"; return 1; }
        done
        "$work/bin/modori" scan --format=json corpus/story-1-sendmail.eml | grep -q recipient
    }
    cp "$modules/archive.so" "$work/bin/.libs/mime.so"
    check 'a mime.so that is another module' no_mime
    rm "$work/bin/.libs/mime.so"
    if ! "$work/bin/modori" scan "$work/one.gz" >"$work/out" 2>&1; then         # none is installed either
        check 'no mime.so' no_mime
        echo 'no module' >"$work/bin/.libs/mime.so"
        check 'a mime.so that is no library' no_mime
    fi
fi
check 'a full disk' full_disk_is_said
check 'a closed pipe' closed_pipe_is_quiet
check '--exit-code with bounces' gives 1 modori scan --exit-code --format=csv corpus
check '--exit-code without' gives 0 modori scan --exit-code tests/data/order-mail.eml
: >"$work/none"
check 'an empty mailbox is none' says 'Nothing bounced' modori scan "$work/none"
check 'a missing rules directory' gives 78 modori scan --rules="$work/nowhere" corpus

# --- formats ---
keys_are_those_of_the_schema ()
{
    json corpus | jq -c keys_unsorted | sort -u >"$work/keys"
    jq -c .required man/modori-json.schema.json | cmp - "$work/keys"
}
types_are_those_of_the_schema ()
{
    json corpus | jq -es --slurpfile schema man/modori-json.schema.json '
        ($schema[0].properties) as $all | length > 80 and all (.[]; to_entries | all (
            $all[.key] as $p | ($p.type // "integer") as $t | (.value | type) as $v |
            ($t == $v or ($t == "integer" and $v == "number"))
            and (if $p.enum then (.value | IN ($p.enum[])) else true end)
            and (if $p.pattern then (.value | test ($p.pattern)) else true end)))' >/dev/null
}
documented ()           # each key stands in the man page
{
    jq -r '.required[]' man/modori-json.schema.json | while read -r key; do
        grep -q "^\.It Va $key " man/modori-json.5 || { echo "$key"; return 1; }
    done
}
ids_are_unique ()
{
    json corpus | jq -r .id | sort >"$work/ids" && [ -s "$work/ids" ] && uniq -d "$work/ids" >"$work/twice" && empty "$work/twice"
}
csv_has_the_columns ()
{
    modori scan --format=csv --all corpus | tr -d '\r' | head -1 | tr ',' '\n' >"$work/columns"
    jq -r '.required[]' man/modori-json.schema.json | cmp - "$work/columns"
}
csv_parses ()
{
    modori scan --format=csv --all corpus >"$work/csv" && python3 -c 'import csv, sys
rows = list (csv.reader (open (sys.argv[1], newline = "", encoding = "utf-8")))
assert len (rows) > 80 and {len (row) for row in rows} == {len (rows[0])}
assert not [value for row in rows[1:] for value in row if value[:1] in ("=", "+", "@")]' "$work/csv"
}
within_80_columns ()    # all but what is there to be copied
{
    modori scan --lang="$1" corpus >"$work/text" && [ -s "$work/text" ] || return 1
    python3 -c 'import sys, unicodedata
for line in open (sys.argv[1], encoding = "utf-8"):
    line = line.rstrip ("\n")
    width = sum (2 if unicodedata.east_asian_width (c) in "WF" else 1 for c in line)
    if width > 80 and "modori explain" not in line and "://" not in line and " " in line.strip () :
        sys.exit ("%d: %s" % (width, line))' "$work/text"
}
no_colour_in_a_pipe () { modori scan corpus >"$work/text" && ! grep -q "$(printf '\033')" "$work/text"; }
no_progress_in_a_pipe () { modori scan --format=json corpus 2>"$work/err" >/dev/null && empty "$work/err"; }
escapes_are_harmless ()
{
    printf 'Return-Path: <>\nFrom: MAILER-DAEMON@mta.example.com\nSubject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nx\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mta.example.com\n\nFinal-Recipient: rfc822; a@example.net\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 \033]0;owned\007 \342\200\256evil\n\n--b--\n' >"$work/escape.eml"
    modori scan "$work/escape.eml" >"$work/text" && modori explain "$work/escape.eml" >>"$work/text"
    grep -q owned "$work/text" && ! grep -q -e "$(printf '\033')" -e "$(printf '\007')" -e "$(printf '\342\200\256')" "$work/text"
}
odd_paths_survive ()
{
    odd=$(printf 'two  blanks\nand a line end.eml')
    cp corpus/postfix-alias.eml "$work/$odd"
    json "$work/$odd" | jq -e --arg path "$work/$odd" '.path == $path' >/dev/null
}
check 'JSON: a path is given as it is' odd_paths_survive
check 'JSON: the keys' keys_are_those_of_the_schema
check 'JSON: the types' types_are_those_of_the_schema
check 'JSON: ids are unique' ids_are_unique
check 'each key is documented' documented
check 'CSV: the columns' csv_has_the_columns
check 'CSV: parses, no formulas' csv_parses
check 'text: 80 columns, English' within_80_columns en
check 'text: 80 columns, Japanese' within_80_columns ja
check 'no colour in a pipe' no_colour_in_a_pipe
check 'no progress bar in a pipe' no_progress_in_a_pipe
check 'terminal escapes are harmless' escapes_are_harmless

# --- explain ---
check 'explain: what is no bounce' says 'This is not a bounce' modori explain corpus/ham-list-discussion.eml
check 'explain: Japanese' says 'バウンス' modori explain --lang=ja corpus/ham-japanese.eml
check 'explain: standard input' says 'did not reach' sh -c '"$MODORI" explain <corpus/story-1-postfix.eml'
check 'explain: nothing' says 'no bounce here' modori explain "$work/none"
check 'explain: no such id' gives 65 modori explain --id=zz corpus/story-1-postfix.eml
explains_by_id ()
{
    id=$(json corpus/postfix-several.eml | jq -r .id | tail -1 | cut -c1-10)
    says "$id" modori explain --id="$id" corpus
}
check 'explain: an id in a mailbox' explains_by_id
check 'explain --verbose: who offered to read it' says 'dsn  *100' modori explain --verbose corpus/story-1-postfix.eml
check 'explain --verbose: where values were found' says 'recipient  *[0-9]*  dsn ' modori explain -v corpus/story-1-postfix.eml
check 'explain --verbose: which line of which dialect' says 'recipient  *[0-9]*  qmail.rules:[0-9]' \
    modori explain -v corpus/qmail-several.eml

# --- explain --text: a reply, lines of a log ---
check 'explain --text: a reply' says 'authfailure, soft, 550' modori explain --text \
    '550-5.7.26 This mail has been blocked because the sender is unauthenticated.'
check 'explain --text --host: who speaks' says 'Microsoft 365' modori explain \
    --text '550 5.4.1 Recipient address rejected: Access denied.' --host example-com.mail.protection.outlook.com
check "explain: the page of the rule" says 'See https://support.apple.com/' modori explain \
    --text '554 5.7.1 [CS01] Message rejected due to local policy.' --host mx01.mail.icloud.com
check "explain: else the receiver's own page" says 'See https://support.google.com/a/' modori explain \
    --text '550 5.7.1 x' --host gmail-smtp-in.l.google.com
same_page_once () { [ "$(modori explain corpus/story-1-sendmail.eml | grep -c 'See https://support.google.com/mail/answer/81126')" = 1 ]; }
check 'explain: a page is named once' same_page_once
log_line () { sed '1,/^$/d' "corpus/$1.eml"; }
explains_log ()         # NAME WORDS: the lines of corpus/NAME.eml, through a pipe and as an argument
{
    log_line "$1" | modori explain --text=- >"$work/piped" || return 1
    modori explain --text "$(log_line "$1")" | cmp - "$work/piped" || return 1
    grep -q "$2" "$work/piped" || { cat "$work/piped"; return 1; }
}
for log in postfix exim sendmail opensmtpd kumomta; do
    check "explain --text: log of $log" explains_log log-$log 'hanako@example.net'
done
check 'explain --text: a TLS failure that only the log tells' explains_log log-postfix-tls 'num=62:hostname mismatch'
check 'explain --text -v: lines of the log' says 'recipient  *2  *logs.rules' modori explain -v --text "$(log_line log-exim)"
check 'explain --text: whatever the locale' says 'mailboxfull' env LC_ALL=C "$MODORI" explain --text '550 メールボックスがいっぱいです'
check 'explain --text: nothing in it' gives 64 modori explain --text ' '
check 'explain --text: nothing on standard input' gives 64 sh -c '"$MODORI" explain --text=- </dev/null'
long_text () { yes 550 no | head -c 70000 | modori explain --text=- 2>&1; }
check 'explain --text: too much is said' says 'only the first 65536 bytes' long_text
check 'explain --text and a message' gives 64 modori explain --text '550 no' corpus/story-1-postfix.eml
check 'explain --host alone' gives 64 modori explain --host mx.example.net corpus/story-1-postfix.eml
any_bytes () { head -c 300000 /dev/urandom | modori explain --text=- >"$work/out" 2>&1 && [ -s "$work/out" ]; }
check 'explain --text: any bytes' any_bytes
nul_first () { printf '\000550 mailbox full' | modori explain --text=-; }
check 'explain --text: behind a NUL' says 'mailboxfull' nul_first

# --- the examples of the man pages ---
man_examples_run ()     # each ".Dl modori ..." line of PAGE, with a Maildir where it names one
{
    sed -n 's/^\.Dl \(modori .*\)/\1/p' "$1" | sed 's/\\(dq/"/g; s/ ~\/Maildir\/\.Bounces/ corpus/' >"$work/examples"
    [ -s "$work/examples" ] || return 1
    while read -r example; do
        echo "$example" | sed "s|^modori|'$MODORI'|" >"$work/example"
        sh "$work/example" >"$work/out" 2>&1 || [ $? -le 2 ] || { echo "$example"; cat "$work/out"; return 1; }
        [ -s "$work/out" ] || { echo "nothing said: $example"; return 1; }
    done <"$work/examples"
}
for page in man/modori.1 man/modori-json.5; do check "examples of $page" man_examples_run $page; done
if command -v mandoc >/dev/null; then
    pages_are_clean () { ! mandoc -T lint man/*.[157] | grep -vE 'referenced manual not found|mandoc.db'; }
    check 'the man pages are clean' pages_are_clean
else
    echo '# skipped: mandoc is not installed'
fi
finish
