#!/bin/sh
# history.t - what scan remembers: each outcome once, whatever happens to the program, the disk or the mailbox.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
export XDG_STATE_HOME="$work/state" TZ=UTC
modori () { "$MODORI" "$@"; }
new () { modori scan --quiet --new --format=json --all "$@"; }
count () { wc -l <"$1" | tr -d ' '; }
kept () { modori history export "$@" | jq -r .id | sort; }
fresh () { rm -rf state && mkdir state; }

# mails N NAME: N bounces, as the mbox NAME.mbox and the Maildir NAME; each has its own Message-ID and recipient.
cat >mails.py <<'PYTHON'
import os, sys
n, name = int (sys.argv[1]), sys.argv[2]
bounce = '''From: MAILER-DAEMON@mail.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: shop@example.com
Auto-Submitted: auto-replied
Date: Sat, 21 Nov 2026 %02d:%02d:00 +0000
Message-Id: <%s-%d@mail.example.net>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net

Final-Recipient: rfc822; %s%05d@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <%s%05d@example.org>: Recipient address rejected: User unknown

--b
Content-Type: text/rfc822-headers

From: shop@example.com
Subject: Your order

--b--
'''
for sub in ('new', 'cur', 'tmp'):
    os.makedirs (name + '/' + sub, exist_ok = True)
with open (name + '.mbox', 'a') as mbox:
    for i in range (n):
        text = bounce % (i // 60 % 24, i % 60, name, i, name, i, name, i)
        mbox.write ('From MAILER-DAEMON Sat Nov 21 10:00:00 2026\n' + text + '\n')
        with open ('%s/new/%05d.M1.host' % (name, i), 'w') as f:
            f.write (text)
PYTHON
mails () { python3 mails.py "$@"; }
mails 20 order

# --- a database that another holds for long: begun now, looked at in the end ---
locked=$work/locked
mkdir "$locked" && modori scan --remember --history="$locked/history.db" "$SOURCE/corpus/story-1-sendmail.eml" >/dev/null
cat >hold.py <<'PYTHON'
import sqlite3, sys, time
db = sqlite3.connect (sys.argv[1], isolation_level = None)
db.execute ('BEGIN EXCLUSIVE')
open (sys.argv[3], 'w').close ()
time.sleep (float (sys.argv[2]))
PYTHON
python3 hold.py "$locked/history.db" 90 "$locked/held" & holder=$!
while [ ! -e "$locked/held" ] && kill -0 $holder; do sleep 0.05; done
{ modori scan --remember --history="$locked/history.db" order >/dev/null 2>"$locked/err"; echo $? >"$locked/status"; } & waiter=$!

# --- remember, new ---
remembers ()
{
    fresh && modori scan --remember --format=json order >out && [ "$(count out)" = 20 ] && jq -r .id out | sort >ids && kept | cmp - ids
}
again_prints_all () { modori scan --remember --format=json order | cmp - out && [ "$(kept | uniq -d | wc -l)" = 0 ] && kept | cmp - ids; }
plain_leaves_no_trace () { fresh && modori scan order >/dev/null && [ ! -e state/modori ]; }
new_prints_once () { fresh && new order >out && [ "$(count out)" = 20 ] && new order >out && [ ! -s out ]; }
in_another_form () { new order.mbox >out && [ ! -s out ] && [ "$(kept | wc -l)" = 20 ]; }
twice_at_once () { fresh && new order order.mbox order >out && [ "$(count out)" = 20 ]; }
the_new_one_alone ()
{
    sed 's/order0001[0-9]/fresh1/g; s/order-1[0-9]/fresh-1/' order/new/00010.M1.host >order/new/1.M1.host
    new order >out && [ "$(count out)" = 1 ] && grep -q fresh1@example.org out
}
moved ()                # read by a mail program: new -> cur, flags, other flags
{
    mv order/new/00003.M1.host order/cur/00003.M1.host:2,S && new order >out && [ ! -s out ] \
        && mv order/cur/00003.M1.host:2,S order/cur/00003.M1.host:2,RS && new order >out && [ ! -s out ]
}
not_opened ()           # a file of the same name, size and time is the same: what is in it now is not looked at
{
    cp -p order/new/00004.M1.host kept.eml && sed 's/order/other/g' kept.eml >order/new/00004.M1.host \
        && touch -r kept.eml order/new/00004.M1.host && new order >out && [ ! -s out ]
}
changed_is_read () { touch -d '2026-11-22 01:00:00' order/new/00004.M1.host && new order >out && [ "$(count out)" = 1 ] && grep -q other00004 out; }
by_another_way ()       # the same directory by another path
{
    ln -s order link && new link >out && [ ! -s out ] && (cd order/new && new .. >../../out) && [ ! -s out ]
}
grown ()                # an mbox to which was added
{
    fresh && new order.mbox >out && [ "$(count out)" = 20 ] && mails 3 late && cat late.mbox >>order.mbox \
        && new order.mbox >out && [ "$(count out)" = 3 ] && new order.mbox >out && [ ! -s out ]
}
summary_of_nothing () { says 'Nothing bounced' modori scan --new order.mbox; }
exit_code_of_the_new () { fresh && gives 1 modori scan --new --exit-code order >/dev/null && gives 0 modori scan --new --exit-code order; }
check 'scan --remember keeps each outcome' remembers
check '... once, however often it is read' again_prints_all
check 'a plain scan leaves no trace' plain_leaves_no_trace
check 'scan --new prints each outcome once' new_prints_once
check '... as mbox or as Maildir' in_another_form
check '... also in one run' twice_at_once
check '... and of a new one only that' the_new_one_alone
check 'new -> cur and flags make nothing new' moved
check 'a file that was read is not opened' not_opened
check '... unless it has changed' changed_is_read
check 'a mailbox is the same by another path' by_another_way
check 'an mbox that grew gives what is new' grown
check 'text when nothing is new' summary_of_nothing
check '--exit-code is about what is new' exit_code_of_the_new

# --- killed at any time ---
# Each round reads a mailbox of its own with a history of its own, killed at random moments until it ends by itself.
# After each kill: what is kept was printed before, each outcome once.  At last: all, once, and nothing is printed again.
cat >killed.py <<'PYTHON'
import json, os, random, shutil, signal, subprocess, sys, time
modori, mailbox, n, kills = sys.argv[1], sys.argv[2], int (sys.argv[3]), int (sys.argv[4])
random.seed (20261122)

def scan (out, seconds = None):
    with open (out, 'wb') as f:
        process = subprocess.Popen ([modori, 'scan', '--quiet', '--new', '--format=json', mailbox], stdout = f)
        if seconds is not None:
            try:
                process.wait (timeout = seconds)
            except subprocess.TimeoutExpired:
                process.send_signal (signal.SIGKILL)
    return process.wait ()

def printed (out):
    lines = open (out, 'rb').read ().split (b'\n')[:-1]     # complete ones
    return [json.loads (line)['id'] for line in lines]

def kept ():
    if not os.path.exists (os.environ['XDG_STATE_HOME'] + '/modori/history.db'):
        return []
    out = subprocess.run ([modori, 'history', 'export'], stdout = subprocess.PIPE, check = True).stdout
    return [json.loads (line)['id'] for line in out.splitlines ()]

done, rounds, seconds = 0, 0, 1.0
while done < kills:
    rounds += 1
    os.environ['XDG_STATE_HOME'] = os.getcwd () + '/killed'
    shutil.rmtree ('killed', ignore_errors = True)
    seen, before, longest = set (), time.monotonic (), seconds
    while True:
        last = done % 20 == 19                              # this one may end by itself
        begin = time.monotonic ()
        status = scan ('killed.out', None if last else random.random () * longest)
        if rounds == 1 and last:
            longest = time.monotonic () - begin
        ids = printed ('killed.out')
        done += 1
        have = kept ()
        assert len (set (have)) == len (have), 'twice'
        assert len (set (ids)) == len (ids), 'printed twice'
        seen.update (ids)
        assert set (have) <= seen, 'kept, but never printed'
        if status == 0:
            break
        assert status == -signal.SIGKILL, status
    seconds = min (longest, 1.0)
    assert len (have) == n, (len (have), n)
    assert scan ('killed.out') == 0 and printed ('killed.out') == [], 'printed again'
PYTHON
mails 700 many
killed () { python3 killed.py "$MODORI" "$1" 700 "$2"; }
check 'scan --new of an mbox, killed at 120 moments' killed many.mbox 120
check 'scan --new of a Maildir, killed at 80 moments' killed many 80
cut_short ()            # what had no place then is there the next time; without SIGXFSZ's default action, and with it
{
    fresh
    for blocks in 8 64 200 400; do
        (ulimit -f $blocks; new many.mbox 2>err | cat >/dev/null; exit 0)
    done
    modori scan --quiet --remember many.mbox >/dev/null && [ "$(kept | wc -l)" = 700 ] && [ "$(kept | uniq -d | wc -l)" = 0 ]
}
too_small () { fresh; (ulimit -f 8; gives 74 modori scan --quiet --remember many.mbox 2>err >/dev/null) && grep -q history.db err; }
check 'a limit on the size of files' cut_short
check '... is told: 74' too_small

# --- output that nobody takes ---
nothing_kept () { [ "$(kept | wc -l)" = 0 ]; }
full () { [ ! -e /dev/full ] || { fresh && gives 74 new order >/dev/full && nothing_kept && new order >out && [ -s out ]; }; }
no_output () { fresh && gives 74 new order >&- && nothing_kept && new order >out && [ -s out ]; }
closed ()               # the reader is gone before the first line
{
    fresh && { new many.mbox 2>/dev/null; echo $? >status; } | true
    [ "$(cat status)" != 0 ] && [ "$(kept | wc -l)" -lt 700 ] && modori scan --remember many.mbox >/dev/null && [ "$(kept | wc -l)" = 700 ]
}
check 'a full disk behind the output: 74, nothing is kept' full
check 'no output at all: the same' no_output
check 'a closed pipe: what was not taken comes again' closed

# --- a history that cannot be written ---
nowhere () { : >file && gives 74 modori scan --remember --history="$work/file/history.db" order && says "$work/file" modori scan --new --history="$work/file/h.db" order; }
foreign () { echo 'no database' >file && gives 65 modori scan --new --history="$work/file" order 2>err; status=$?; [ "$(cat file)" = 'no database' ] && return $status; }
read_only ()
{
    fresh && mkdir -p state/modori && chmod 555 state/modori
    if [ -w state/modori ]; then chmod 755 state/modori; return 0; fi    # root writes anywhere
    gives 74 new order >/dev/null; status=$?
    chmod 755 state/modori
    return $status
}
held ()                 # another writes for a moment: it is waited for
{
    fresh && modori scan --remember "$SOURCE/corpus/story-1-sendmail.eml" >/dev/null && python3 hold.py state/modori/history.db 0.5 "$work/held" &
    while [ ! -e held ]; do sleep 0.05; done
    new order >out && wait && [ "$(kept | wc -l)" -ge 20 ]
}
check 'a directory that is none: 74, and said' nowhere
check 'a file that is no history stays what it is: 65' foreign
check 'a directory that cannot be written: 74' read_only
check 'another who writes for a moment' held

# --- import, export ---
identity ()
{
    fresh && modori scan --remember --all "$SOURCE/corpus" >/dev/null && modori history export >export && [ -s export ] \
        && fresh && modori history import export >out && modori history export | cmp - export
}
of_scans ()             # JSON lines of scans, which know nothing of history
{
    fresh && modori scan --format=json --all "$SOURCE/corpus" >lines && split -l 100 lines part. && modori history import part.* >/dev/null \
        && modori history import - <lines >out && grep -q ', 0 of them new' out && jq -r .id lines | sort >ids && kept | cmp - ids
}
bad_lines ()
{
    fresh && { head -3 lines; echo '{"v": 1'; echo; echo '[]'; echo '{"id": "xyz"}'; sed -n 4,6p lines; } >bad
    gives 65 modori history import bad >out 2>err || return 1
    [ "$(grep -c '^modori: bad: line [467]: ' err)" = 3 ] && [ "$(kept | wc -l)" = 6 ]
}
missing () { gives 66 modori history import nothing lines 2>/dev/null >out && [ "$(kept | wc -l)" = "$(count lines)" ]; }
check 'import of an export is the same' identity
check 'import of scans: each outcome once' of_scans
odd_lines ()            # what a list or a date of elsewhere says comes out as JSON; without a date the time of then counts
{
    fresh && printf '{"id":"%032d","findings":["a \\"b", "c\\\\", "", " d\\n"],"bounce":"hard","reason":"userunknown",%s}\n' \
        1 '"arrival_date":"0001-01-01T00:00:00Z"' 2 '"date":"1969-12-31T23:59:59Z","recipient":"a@example.org"' >odd &&
        modori history import --now=2026-10-01 odd >/dev/null && modori history export >export &&
        jq -e -s 'length == 2 and all (.[]; .findings == ["a", "\"b", "c\\", "d"])' export >/dev/null &&
        modori report --now=2026-11-22 --format=json >a && grep -q '2026-10-01T' a && modori report --now=2026-11-22 --format=json export | cmp - a
}
check 'bad lines are said, the others are taken: 65' bad_lines
check 'a missing file: 66, the others are taken' missing
check 'odd lines come out as they should' odd_lines

# --- prune, rejudge ---
within () { fresh && modori scan --remember order.mbox >/dev/null && [ "$(kept --since=2026-11-21T00:05:00Z --until=2026-11-21T00:10:00Z | wc -l)" = 5 ]; }
prunes ()
{
    modori history prune --older-than=2026-11-21T00:15:00Z --dry-run >out && grep -q '^18 ' out && [ "$(kept | wc -l)" = 23 ] \
        && modori history prune --older-than=2026-11-21T00:15:00Z >out && grep -q '^18 ' out && [ "$(kept | wc -l)" = 5 ]
}
pruned_stays_away () { cp order.mbox again.mbox && new again.mbox >out && [ ! -s out ] && [ "$(kept | wc -l)" = 5 ]; }
prune_wants_a_time () { gives 64 modori history prune; }
same_rules_same_decisions ()
{
    fresh && modori scan --remember --all "$SOURCE/corpus" >/dev/null && modori history export >export \
        && says ' 0 changed' modori history rejudge --all && modori history export | cmp - export && says '^0 outcomes' modori history rejudge
}
mkdir rules && cat >rules/mine.rules <<'RULES'
Rule: mine
Reason: suspend
Match: User unknown
Advice: mailbox-full
Yes: 550 5.1.1 User unknown
No: 550 5.1.1 User known
RULES
other_rules ()
{
    fresh && modori scan --remember order.mbox >/dev/null && modori history export >export \
        && says '23 would change' modori history rejudge --rules=rules --dry-run && modori history export | cmp - export \
        && says '23  userunknown (.*) -> suspend (mine)' modori history rejudge --rules=rules \
        && modori history export | jq -es 'length == 23 and all (.[]; .rule == "mine" and .reason == "suspend" and .advice == "mailbox-full")' \
        && says '^0 outcomes' modori history rejudge --rules=rules && says '23 changed' modori history rejudge && modori history export | cmp - export
}
check 'export of a while' within
check 'prune, and what it would do' prunes
check 'what was pruned does not come back from its mailbox' pruned_stays_away
check 'prune of everything is not guessed: 64' prune_wants_a_time
check 'rejudge by the same rules changes nothing' same_rules_same_decisions
check 'rejudge by other rules, and back' other_rules
check 'history --help' says 'Usage' modori history --help
check 'history tells what there is' says 'outcomes *23' modori history
check 'an option of another subcommand: 64' gives 64 modori history export --older-than=1y
check 'no such subcommand: 64' gives 64 modori history frobnicate

# --- explain ID ---
id=$(kept | head -1)
by_id () { modori explain "$id" >out && grep -q 'Your mail did not reach order' out && ! grep -q 'from the history' out; }
short_id () { modori explain "$(echo "$id" | cut -c1-10)" | cmp - out; }
gone () { mv order.mbox elsewhere.mbox && modori explain "$id" >out && grep -q 'from the history' out && grep -q 'Your mail did not reach order' out && grep -q "$id" out; }
unknown () { gives 66 modori explain 0123456789abcdef && fresh && gives 66 modori explain 0123456789abcdef && [ ! -e state/modori ]; }
moved_message ()
{
    fresh && new order >out && id=$(jq -r 'select (.path | endswith ("/00005.M1.host")) | .id' out) && mv order/new/00005.M1.host order/cur/00005.M1.host:2,S \
        && modori explain "$id" >out && ! grep -q 'from the history' out && grep -q order00005 out
}
check 'explain ID' by_id
check '... its beginning' short_id
check '... when the message is gone' gone
check '... when it has moved to cur' moved_message
check '... that nobody knows' unknown

# --- redacted ---
mkdir -p config/modori && printf '[redact]\nkey = 0123456789abcdef0123456789abcdef\n' >config/modori/modori.conf
redacts ()
{
    fresh && XDG_CONFIG_HOME=$work/config new --redact order many.mbox >out && grep -q 'redacted-' out && ! grep -q 'order0\|many0' out \
        && modori history export >export && [ "$(count export)" -ge 700 ] && ! grep -q 'order0[0-9]*@\|many0[0-9]*@' export
}
explains_redacted ()
{
    XDG_CONFIG_HOME=$work/config modori explain --redact -v "$SOURCE/corpus/postfix-alias.eml" >out &&
        grep -q 'redacted-[0-9a-f]*@moved.example' out && ! grep -q 'old\.staff\|staff@' out
}
no_undecided () { XDG_CONFIG_HOME=$work/config gives 64 modori scan --redact --undecided=und order; }
check '--redact: neither printed nor kept' redacts
check 'explain --redact names nobody' explains_redacted
check '--redact with --undecided: 64' no_undecided

# --- what record has put into the spool ---
spooled ()
{
    fresh && modori record <elsewhere.mbox && modori record <order/new/00001.M1.host && modori scan "$SOURCE/tests/data/order-mail.eml" >out \
        && [ "$(kept | wc -l)" = 2 ]
}
check 'a plain scan takes the spool in' spooled

# --- the database that was held ---
wait $waiter
kill $holder 2>/dev/null
wait $holder 2>/dev/null
tells_of_lock () { [ "$(cat "$locked/status")" = 75 ] || [ "$(cat "$locked/status")" = 74 ] || { cat "$locked/status"; return 1; }; [ "$(wc -l <"$locked/err")" = 1 ] && grep "$locked/history.db" "$locked/err"; }
then_it_works () { modori scan --remember --history="$locked/history.db" order >/dev/null && [ "$(modori history export --history="$locked/history.db" | wc -l)" -ge 20 ]; }
check 'a database that another holds: one line, nothing is broken' tells_of_lock
check '... and later it goes on' then_it_works
finish
