#!/bin/sh
# learn.t - learning: rules new, what it proposes and what it hides; scan --undecided; rules list --use, rules show.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
cd "$SOURCE" || exit 1
modori () { "$MODORI" "$@"; }

# bounce N RECIPIENT HOST WORDS: one report of a mailbox; its subject and sender are secrets
bounce ()
{
    cat <<END
From MAILER-DAEMON Thu Feb  1 09:30:00 2024
From: MAILER-DAEMON@gate.secret.example
To: boss@secret.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <$1@gate.secret.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; gate.secret.example

Final-Recipient: rfc822; $2
Action: failed
Status: 5.0.0
Remote-MTA: dns; $3
Diagnostic-Code: smtp; $4

--b
Content-Type: text/rfc822-headers

From: "Yoshida Kumiko" <boss@secret.example>
To: $2
Subject: Project Nightingale begins
Date: Thu, 01 Feb 2024 09:29:00 +0900
Message-ID: <m$1@secret.example>

--b--

END
}

mailbox ()              # wordings that no rule knows, with all that must not get out
{
    for n in 1 2 3; do
        bounce $n "sato$n@partner.example" mx$n.partner.example "550 <sato$n@partner.example>: glorp by house rule $n$n, ref 7Qx9Z$n-kk4B"
    done
    bounce 4 mori@nagano.example relay.nagano.example '554 Mori Haruki frumps snark (Project Nightingale begins) at intra.nagano.example[10.9.8.7]'
    bounce 5 abe@kochi.example mx.kochi.example '/etc/glorp/abe.conf ;; yelb zonk: gnarl'
    bounce 6 ito@kochi.example mx.kochi.example '[why=because] yonk zelb, grumbel for ito'
    bounce 7 ono@kochi.example mx.kochi.example '550 # wumpel zork blib'
    bounce 8 abe@kochi.example mx.kochi.example '550 大変申し訳ございませんがグロープのため承れません(山田様)'
    bounce 9 aoki@akita.example mx.akita.example '550 zubb'
    bounce 10 aoki@akita.example mx.akita.example '550 zubb zubb wapp'
    bounce 11 aoki@akita.example mx.akita.example '550 1234'
    bounce 12 aoki@akita.example mx.akita.example '550 5.1.1 User unknown'
}
mailbox >"$work/mailbox"
new () { modori rules new "$@"; }
mkdir "$work/plain" "$work/redacted" "$work/all"
new "$work/mailbox" >"$work/plain/new.rules"
new --redact "$work/mailbox" >"$work/redacted/new.rules"

# --- what is proposed ---
blocks_are ()           # N FILE
{
    [ "$(grep -c '^Rule: ' "$2")" = "$1" ] || { cat "$2"; return 1; }
}
passes ()               # the blocks of DIR load, and win their own examples
{
    says '# .* passed, 0 failed' modori rules test --rules="$1" "$1/new.rules"
}
most_frequent_first () { grep '^# Messages' "$work/plain/new.rules" | head -1 | grep -q 'Messages: 3; the first is at .*mailbox:0$'; }
decide_now ()           # with the rules as they are nothing with words is left undecided, and rules of the site say so
{
    modori scan --format=json --rules="$1" "$work/mailbox" >"$work/out"
    [ "$(jq -r 'select (.rule | startswith ("site-")) | .rule' "$work/out" | wc -l)" = 10 ] || { cat "$work/out"; return 1; }
}
no_shipped_rule_fails () # of a rule without Off: what fails with these blocks fails without them, too
{
    [ -e "$work/failing" ] || modori rules test Rule | grep '^not ok' | sed 's/.* - //' >"$work/failing"
    modori rules test --rules="$1" Rule | grep '^not ok' | sed 's/.* - //' | grep -vxFf "$work/failing" && return 1
    return 0
}
twice_the_same () { new "$work/mailbox" | cmp - "$work/plain/new.rules"; }
from_a_pipe_the_same () { new - <"$work/mailbox" | sed "s|at -:|at $work/mailbox:|" | cmp - "$work/plain/new.rules"; }
nothing_again () { new --rules="$work/plain" "$work/mailbox" | grep '^Rule' && return 1; return 0; }
check 'a block for each wording' blocks_are 8 "$work/plain/new.rules"
check 'the same when redacted' blocks_are 8 "$work/redacted/new.rules"
check 'the blocks pass' passes "$work/plain"
check 'the redacted blocks pass' passes "$work/redacted"
check 'the most frequent first, and where it is' most_frequent_first
check 'with them all is decided' decide_now "$work/plain"
check 'with the redacted ones, too' decide_now "$work/redacted"
check 'no shipped rule loses its words' no_shipped_rule_fails "$work/plain"
check 'twice gives the same' twice_the_same
check 'standard input gives the same' from_a_pipe_the_same
check 'what was learnt is not proposed again' nothing_again
check 'known hosts of a group' says '^Host: partner.example$' cat "$work/plain/new.rules"
check 'words in brackets are no keys' says '^Yes: .*\] \[why=because\] yonk' cat "$work/plain/new.rules"
check 'what cannot be grouped is told' says '^# without any words: 1 ' cat "$work/plain/new.rules"
check 'Japanese words' says '^Match: .*グロープのため承れません' cat "$work/plain/new.rules"
check 'Japanese comments' says '^# 件数: 3' modori rules new --lang=ja "$work/mailbox"
check 'nothing to learn: says so, 0' says '^# Nothing to learn. Messages read: 1' modori rules new tests/data/order-mail.eml
check 'nothing to learn: 0' gives 0 modori rules new tests/data/order-mail.eml
check 'no such mailbox: 66' gives 66 modori rules new "$work/nothing"
check 'an option of another subcommand: 64' gives 64 modori rules show --all x
if [ -e /dev/full ]; then
    check 'a full disk' gives 74 sh -c '"$MODORI" rules new corpus >/dev/full'
fi

# --- what is hidden ---
hides ()                # FILE PATTERN...
{
    file=$1
    shift
    for pattern; do ! grep -niE -e "$pattern" "$file" || return 1; done
}
without_hosts () { grep -vE '^(Host|Yes: host|Yes: \[remote_mta)|^# Messages' "$work/plain/new.rules" >"$work/words"; }
without_hosts
check 'addresses, ids, subjects are masked' hides "$work/plain/new.rules" 'sato|7Qx9Z|nightingale|boss@|abe\.conf|10\.9\.8\.7'
check 'no address but examples' sh -c '! grep -oE "[^ <>:]+@[^ <>:]+" "$0" | grep -v "@example\\." ' "$work/plain/new.rules"
check 'hosts are masked in the words' hides "$work/words" 'intra\.nagano|partner\.example' 'relay\.'
check 'redacted: nobody is named' hides "$work/redacted/new.rules" 'sato|mori|haruki|abe|ito@|for ito|aoki|yoshida|kumiko|boss|山田' \
    'nightingale|secret|partner|nagano|kochi|akita' '7Qx9Z|kk4B|10\.9\.8' 'mailbox:'
long_subject ()         # more words than can be hidden; the recipient's name comes first
{
    subject=$(awk 'BEGIN { for (i = 0; i < 80; i++) printf " glorp%c%c", 97 + i % 26, 97 + i / 26 }')
    bounce 1 kurosawa@partner.example mx.partner.example '550 yelb kurosawa zonk gnarl' |
        sed "s/Nightingale begins/$subject/" >"$work/long" && new --redact "$work/long" >"$work/out" && hides "$work/out" kurosawa
}
own_names ()            # of the site's providers and rules
{
    mkdir "$work/own" && printf '%s\n' 'Provider: our-friend' 'Title: Friend' 'Hosts: partner.example' '' 'Rule: our-quarrel' \
        'Match: by house rule' 'Reason: policyviolation' 'Yes: 550 by house rule 1' 'No: 250 ok' >"$work/own/own.rules" || return 1
    says 'Rule our-quarrel' modori rules new --all --rules="$work/own" "$work/mailbox" || return 1
    new --all --redact --rules="$work/own" "$work/mailbox" >"$work/out" && grep -q 'policyviolation' "$work/out" &&
        hides "$work/out" 'our-|friend|partner'
}
check 'redacted: a long subject' long_subject
check 'redacted: names of the site' own_names

# --- a round trip over the corpus: every wording, among all of them, with the blocks switched on ---
round_trip ()
{
    new --all $1 corpus >"$work/all/shipped" && mkdir -p "$work/on" || return 1
    cp "$work/all/shipped" "$work/all/new.rules"
    no_shipped_rule_fails "$work/all" || return 1
    sed '/^Off: yes$/d' "$work/all/shipped" >"$work/on/new.rules"
    [ "$(grep -c '^Rule: ' "$work/on/new.rules")" -ge 200 ] && passes "$work/on"
}
check 'all of the corpus' round_trip
check 'all of the corpus, redacted' round_trip --redact
check 'redacted: no address of the corpus' sh -c '! grep -vE "^No: " "$0" | grep -oE "[[:alnum:]._-]+@[[:alnum:].-]+" | grep -v "^user@example.com\\.*$"' \
    "$work/on/new.rules"
rules_stay_in_charge ()
{
    modori scan --format=csv --rules="$work/all" corpus | cut -d, -f8 >"$work/with"
    modori scan --format=csv corpus | cut -d, -f8 | cmp - "$work/with"
}
check 'what a rule knows stays with it' rules_stay_in_charge

# --- scan --undecided ---
keeps ()
{
    modori scan --format=json "$work/mailbox" >"$work/before"
    modori scan --format=json --undecided="$work/kept/deep" "$work/mailbox" >"$work/after" 2>"$work/err" || return 1
    cmp "$work/before" "$work/after" && [ ! -s "$work/err" ] && [ "$(ls -A "$work/kept/deep" | wc -l)" = 11 ]
}
kept_is_the_message ()
{
    jq -r 'select (.reason == "undefined" or .reason == "onhold") | .id' "$work/before" | sort >"$work/ids"
    ls "$work/kept/deep" | sed 's/\.eml$//' | sort | cmp - "$work/ids" || return 1
    modori scan --format=json "$work/kept/deep" | jq -r .id | sort | cmp - "$work/ids"
}
repeat_adds_nothing ()
{
    ls -li "$work/kept/deep" >"$work/one"
    modori scan --undecided="$work/kept/deep" "$work/mailbox" >/dev/null && ls -li "$work/kept/deep" | cmp - "$work/one"
}
only_for_me () { [ -z "$(find "$work/kept/deep" -type f -perm /077)" ]; }
said_once ()            # one line, 74, all records, nothing left behind
{
    mkdir "$work/full"
    ( trap '' XFSZ; ulimit -f 0; "$MODORI" scan --format=json --undecided="$work/full" "$work/mailbox" 2>&1 >/dev/null ) | cat >"$work/err"
    [ "$(wc -l <"$work/err")" = 1 ] && grep -q 'full/.*eml: ' "$work/err" && [ -z "$(ls -A "$work/full")" ] || { cat "$work/err"; return 1; }
    ( trap '' XFSZ; ulimit -f 0; "$MODORI" scan --format=json --undecided="$work/full" "$work/mailbox" 2>/dev/null; echo $? ) | cat >"$work/out"
    [ "$(tail -1 "$work/out")" = 74 ] && [ "$(wc -l <"$work/out")" = 13 ]
}
check 'undecided messages are kept' keeps
check 'they are those messages' kept_is_the_message
check 'a repeat adds nothing' repeat_adds_nothing
check 'only the user reads them' only_for_me
check 'a directory that cannot be: 74' gives 74 modori scan --undecided=/dev/null/x "$work/mailbox"
check 'a file in its place: 74' gives 74 modori scan --undecided="$work/mailbox" "$work/mailbox"
check 'a full disk is said once' said_once
reads_what_was_kept () { new "$work/kept/deep" | grep -c '^Rule: ' | grep -qx 8; }
check 'rules new reads what was kept' reads_what_was_kept

# --- list and show ---
use_is_counted ()
{
    modori rules list --use --format=json corpus | jq -e 'select (.name == "user-unknown") | .use' >"$work/out"
    modori scan --format=json --all corpus | jq -r .rule | grep -cx user-unknown | cmp - "$work/out"
}
own_unused_is_listed () { says '^ *0  Rule  *site-' modori rules list --use --rules="$work/plain" tests/data/order-mail.eml; }
check 'list --use counts' use_is_counted
check 'list --use: own rules that never decide' own_unused_is_listed
check 'list --provider' says '^Rule  *docomo-no-such-user' modori rules list --provider=docomo
check 'list --provider: nothing of others' sh -c '! "$MODORI" rules list --provider=docomo | grep google'
check 'list --provider: by reason' says '^userunknown$' modori rules list --provider=docomo
check 'list --reason: by provider' says '^docomo$' modori rules list --reason=mailboxfull
check 'list: no such provider' gives 64 modori rules list --provider=nobody
check 'list: no such reason' gives 64 modori rules list --reason=nothing
check 'show: what refers to it' says '< Rule docomo-mailbox-full' modori rules show docomo
finish
