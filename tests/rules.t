#!/bin/sh
# rules.t - the knowledge holds: every example, sample, text and pattern of rules/; and what is wrong with one's own is told.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
check 'modori rules test' "$MODORI" rules test

# --- faults, each in a site's rules beside a block that is right ---
mkdir "$work/rules.d"
cat >"$work/rules.d/site.rules" <<'EOF'
Rule: right
Reason: userunknown
Match: we do not know this person
Yes: 550 we do not know this person
No: 550 something else
EOF
faulty ()               # WORDS: standard input, added to the site's rules, makes the test fail with WORDS
{
    { cat "$work/rules.d/site.rules"; echo; cat; } >"$work/more" && mkdir -p "$work/faulty.d" &&
        mv "$work/more" "$work/faulty.d/site.rules"
    "$MODORI" rules test --rules "$work/faulty.d" faulty right >"$work/out" 2>&1
    [ $? = 1 ] && grep -q '^not ok 1 - ' "$work/out" && grep -q '^ok 2 - Rule right' "$work/out" && grep -q "$1" "$work/out" ||
        { cat "$work/out"; return 1; }
}
check 'rules of a site' "$MODORI" rules test --rules "$work/rules.d" right
check 'TAP: a plan, a line for each block, a sum' sh -c '
    "$MODORI" rules test right --rules "$1" | tr "\n" " " | grep -qx "1..1 ok 1 - Rule right # [0-9]* passed, 0 failed "' sh "$work/rules.d"
check 'a wording that an earlier rule takes' faulty 'always decided before, by right' <<'EOF'
Rule: faulty
Reason: mailboxfull
Match: zero bytes are left for him
Match: he is away, we do not know this person now
Yes: 552 zero bytes are left for him
No: 550 something else
EOF
check 'a rule that never decides' faulty 'was decided by Rule right' <<'EOF'
Rule: faulty
Reason: mailboxfull
Match: not know this person
Yes: 552 we do not know this person
No: 550 something else
EOF
check 'no example' faulty 'needs a Yes and a No' <<'EOF'
Rule: faulty
Reason: mailboxfull
Match: zero bytes are left for him
EOF
check 'a text in one language' faulty '1 Title in English, 0 in Japanese' <<'EOF'
Advice: faulty
Title: Do something
Step: Do it.
Step-ja: 行ってください。
EOF
check 'an advice that nothing leads to' faulty 'nothing leads to the Advice faulty' <<'EOF'
Advice: faulty
Title: Do something
Title-ja: 対処
Step: Do it.
Step-ja: 行ってください。
EOF
for link in 'www.example.com/help' 'https://localhost/' 'https://example.com/{client_ip}' 'ftp://example.com/x' 'https://example.com/help.'; do
    check "a dead link: $link" faulty 'no link that somebody can follow' <<EOF
Rule: faulty
Reason: mailboxfull
Match: zero bytes are left for him
See: $link
Yes: 552 zero bytes are left for him
No: 550 something else
EOF
done
finish
