#!/bin/sh
# sandbox.t - what the program gives up before it reads mail: whoever takes it over can do nothing with it; and all else works.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
export XDG_STATE_HOME="$work/state" TMPDIR="$work/tmp" XDG_CACHE_HOME="$work/cache"
umask 077
mkdir "$work/tmp" "$work/cache"

given=$("$MODORI" --version | sed -n 's/^sandbox: //p')
echo "# $given"
case $given in
    *Landlock*) ;;
    *) echo "1..0 # SKIP this kernel has no Landlock (of version 2): $given"; exit 0 ;;
esac

# --- who attempts what ------------------------------------------------------------------------------------------------

# The program, with a module planted that obeys messages of the charset x-attempt (tests/attempt.c).
planted="$work/planted"
mkdir -p "$planted/.libs"
cp "$MODORI" "$planted/modori"
ln -s "$BUILD/rules" "$planted/rules"
cp -p "$BUILD/rules.pack" "$planted/" 2>/dev/null
for module in "$BUILD"/.libs/*.so; do
    cp "$module" "$planted/.libs/"
done
mv "$planted/.libs/mime.so" "$planted/.libs/real.so"
cp "$BUILD/tests/.libs/attempt.so" "$planted/.libs/mime.so"

cat >"$work/hostile.eml" <<'MAIL'
Return-Path: <>
From: MAILER-DAEMON@mx.example.org
To: sender@example.com
Subject: Undelivered Mail Returned to Sender
Date: Mon, 02 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain; charset=x-attempt
Content-Transfer-Encoding: 8bit

Your message could not be delivered: grüß dich.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; nobody@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b--
MAIL
sample=$SOURCE/corpus/postfix-unknown.eml
[ -f "$sample" ] || sample=$(ls "$SOURCE"/corpus/postfix-*.eml | head -1)
{ echo 'From x@example.org Mon Nov  2 10:00:00 2026'; cat "$work/hostile.eml"; } >"$work/hostile.mbox"

# Enough mail for workers, and the hostile one last.
for file in "$SOURCE"/corpus/*.eml; do
    echo 'From x@example.org Mon Nov  2 10:00:00 2026'
    sed 's/^From />From /' "$file"
    echo
done >"$work/corpus.mbox"
cat "$work/corpus.mbox" "$work/hostile.mbox" >"$work/many.mbox"

# Somebody who listens, and a file of the same user.
echo secret >"$work/other"
python3 - "$work/port" 3>&- <<'PYTHON' &
import os, socket, sys
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(50)
with open(sys.argv[1] + ".new", "w") as file:
    file.write(str(listener.getsockname()[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
while os.path.exists(sys.argv[1]):
    listener.settimeout(0.5)
    try:
        listener.accept()[0].close()
    except TimeoutError:
        pass
PYTHON
listener=$!
trap 'rm -f "$work/port"; wait $listener; rm -rf "$work"' EXIT
while [ ! -s "$work/port" ]; do
    kill -0 $listener 2>/dev/null || exit 1
    sleep 0.05
done
export ATTEMPT_READ="$work/other" ATTEMPT_MAKE="$work/made" ATTEMPT_PORT="$(cat "$work/port")"

# attempts OWN COMMAND...: what could be done, while OWN was read.
attempts ()
{
    rm -f "$work/made" "$work/new.db"* "$work/other.db"*
    ATTEMPT_OWN=$1
    export ATTEMPT_OWN
    shift
    "$planted/modori" "$@" >"$work/said" 2>"$work/errors" <"${input:-/dev/null}"
    sed -n 's/^attempt: //p' "$work/said" "$work/errors" | sed 's/([0-9]*)//g' | sort | uniq -c | sed 's/^ *//' >"$work/attempts"
}

# refused N WHO OWN COMMAND...: without the sandbox all succeeds, with it nothing, each N times.  In the reader it can read what
# it was given to read; a worker not even that.
refused ()
{
    n=$1 who=$2 own=no
    [ "$who" = reader ] && [ "$3" != "$work/other" ] && own=yes
    shift 2
    file=$1 command=$2
    shift 2
    attempts "$file" "$command" --no-sandbox "$@"
    echo "$n $who read=yes own=yes append=yes make=yes connect=yes run=yes rewrite=yes" | cmp -s - "$work/attempts" || {
        echo "without the sandbox:"; cat "$work/attempts" "$work/errors"; return 1; }
    attempts "$file" "$command" "$@"
    sed -i "s/ rewrite=$rewrite\$//" "$work/attempts"
    echo "$n $who read=no own=$own append=no make=no connect=no run=no" | cmp -s - "$work/attempts" && return
    echo "in the sandbox:"
    cat "$work/attempts" "$work/errors"
    return 1
}

# What only the filter of calls refuses.
case $given in
    *seccomp:*) rewrite=yes ;;
    *seccomp*) rewrite=no ;;
    *) rewrite=yes ;;
esac
case $given in
    *'ABI '[23]*) case $given in *', seccomp'*) ;; *) echo '1..0 # SKIP no way to refuse connections'; exit 0 ;; esac ;;
esac

single="$work/hostile.eml"
adder=reader            # who reads for a history
check 'scan' refused 1 reader "$single" scan --jobs=1 "$single"
check 'scan, mbox' refused 1 reader "$work/hostile.mbox" scan --jobs=1 "$work/hostile.mbox"
check 'scan --remember' refused 1 reader "$single" scan --remember --history "$work/new.db" --jobs=1 "$single"
check 'scan in workers' refused 1 worker "$work/many.mbox" scan --jobs=3 "$work/many.mbox"
check 'explain' refused 1 reader "$single" explain "$single"
check 'check message' refused 1 reader "$single" check message "$single"
check 'rules new' refused 1 reader "$single" rules new --all "$single"
check 'report MAILBOX' refused 1 "$adder" "$single" report "$single"
check 'report --remember' refused 1 "$adder" "$single" report --remember --history "$work/other.db" "$single"
check 'suppress MAILBOX' refused 1 "$adder" "$single" suppress "$single"

# From the spool, by the way of each command that takes it in.
spooled ()
{
    "$MODORI" record --spool "$work/spool" <"$single" || return 1
    attempts "$work/other" "$@" --spool "$work/spool" --history "$work/state/modori/spooled.db"
}

intake ()               # intake COMMAND...
{
    spooled "$1" --no-sandbox "$@" 2>/dev/null
    spooled "$@" || return 1
    sed 's/ rewrite=.*//' "$work/attempts" | grep -qE '^1 (reader|worker) read=no own=no append=no make=no connect=no run=no$' && return
    cat "$work/attempts" "$work/errors"
    return 1
}
check 'history takes the spool in' intake history
check 'suppress takes the spool in' intake suppress
check 'report takes the spool in' intake report
check 'scan takes the spool in' intake scan "$sample"
check '... and nothing is left' [ -z "$(ls "$work/spool/new")" ]

# A filter reads one message, which it has already.
filter ()
{
    input=$single ATTEMPT_FD=1
    export ATTEMPT_FD
    refused 1 reader "$work/other" record --filter
    status=$?
    unset input ATTEMPT_FD
    return $status
}
check 'record --filter' filter

# --- what is asked for works ------------------------------------------------------------------------------------------

# alike COMMAND OPTION...: the same comes of it, on both streams, whether it is confined or not.
alike ()
{
    command=$1
    shift
    "$MODORI" "$command" --no-sandbox "$@" >"$work/want" 2>&1 <"${input:-/dev/null}"
    wanted=$?
    "$MODORI" "$command" "$@" >"$work/got" 2>&1 <"${input:-/dev/null}"
    [ $? = $wanted ] && cmp "$work/want" "$work/got" && [ -s "$work/got" ]
}

cd "$work" || exit 1
mkdir -p folder elsewhere Maildir/cur Maildir/new Maildir/tmp Maildir/.Sub/cur Maildir/.Sub/new Maildir/.Sub/tmp
cp "$sample" folder/one.eml
cp "$sample" elsewhere/two.eml
ln -s ../elsewhere/two.eml folder/link.eml
ln -s "$work/elsewhere/two.eml" direct.eml
cp "$sample" Maildir/new/1.a.host
ln -s ../../elsewhere/two.eml Maildir/cur/2.b.host:2,S
ln -s ../../../elsewhere/two.eml Maildir/.Sub/cur/3.c.host:2,S
gzip -c corpus.mbox >corpus.mbox.gz
zstd -q -c corpus.mbox >corpus.mbox.zst 2>/dev/null || cp corpus.mbox.gz corpus.mbox.zst
xz -c corpus.mbox >corpus.mbox.xz 2>/dev/null || cp corpus.mbox.gz corpus.mbox.xz

check 'a path from here' alike scan folder/one.eml
check 'a link' alike scan direct.eml
check 'a folder with a link in it' alike scan folder
check 'a Maildir with links in it' alike scan Maildir
check '... and in its subfolders' alike scan -r Maildir
check 'many, in workers' alike scan --format=json --jobs=3 corpus.mbox corpus.mbox.gz
check 'compressed in other ways' alike scan --format=json --jobs=1 corpus.mbox.zst corpus.mbox.xz
check 'what is not there' alike scan nowhere.mbox folder/one.eml
input=$sample
check 'standard input' alike scan -
check '/dev/stdin' alike scan /dev/stdin
unset input
check 'a pipe by its number' sh -c 'cat "$1" | { cat <&0 | "$2" scan /dev/fd/0; } | grep -q why' - "$sample" "$MODORI"
mkfifo fifo
through_fifo () { cat "$sample" >fifo & "$MODORI" scan fifo | grep -q why; }
check 'a pipe with a name' through_fifo
check 'report, of mail' alike report --now=2026-11-03T00:00:00Z corpus.mbox
check 'report --format=html' alike report --format=html --now=2026-11-03T00:00:00Z corpus.mbox
check 'suppress, of mail' alike suppress --format=csv corpus.mbox
check 'rules show' alike rules show mailboxfull
check 'check message' alike check message folder/one.eml

# Japanese, Korean and others: iconv's modules are loaded when they are needed.
charset ()
{
    printf '%s\n' 'From: MAILER-DAEMON@example.org' 'To: x@example.com' 'Subject: failure notice' 'MIME-Version: 1.0' \
        "Content-Type: text/plain; charset=$1" 'Content-Transfer-Encoding: 8bit' '' >"charset-$1.eml"
    printf 'Hi. This is the qmail-send program at example.org.\n%s\n\n<nobody@example.org>:\n550 5.1.1 %s\n' "$2" "$2" |
        iconv -f UTF-8 -t "$1" >>"charset-$1.eml" && alike explain "charset-$1.eml" && grep -q "$2" "$work/got"
}
check 'ISO-2022-JP' charset ISO-2022-JP 利用者がいません
check 'Shift_JIS' charset SHIFT_JIS 利用者がいません
check 'EUC-JP' charset EUC-JP 利用者がいません
check 'EUC-KR' charset EUC-KR 사용자가
check 'GB18030' charset GB18030 用户不存在
check 'KOI8-R' charset KOI8-R неизвестен
if python3 -c 'import os; os.environ["LC_ALL"]; ' 2>/dev/null; then check 'in Japanese' alike scan --lang=ja "$sample"; fi

# What is written.
check '--undecided' sh -c '"$1" scan --undecided "$2/new/undecided" "$2/corpus.mbox" >/dev/null && ls "$2/new/undecided" | grep -q .' \
    - "$MODORI" "$work"
check 'a history in a new folder' sh -c '"$1" scan --new --history a/b/h.db "$2" | grep -q why && ! "$1" scan --new --history a/b/h.db "$2" |
    grep -q why' - "$MODORI" "$sample"
check '... beside it, no log that says anything' sh -c '! [ -s a/b/h.db-wal ]'
check 'history export, import' sh -c '"$1" history export --history a/b/h.db >lines && "$1" history import --history c.db lines &&
    "$1" history export --history c.db | cmp - lines' - "$MODORI"
check 'history prune, rejudge' sh -c '"$1" history prune --older-than=1d --history c.db && "$1" history rejudge --history c.db' - "$MODORI"
check 'explain an id' sh -c 'id=$(sed -n "s/.*\"id\": \"\([0-9a-f]*\)\".*/\1/p;q" lines) &&
    "$1" explain --history a/b/h.db "$id" | grep -q . ' - "$MODORI"
check 'a place for temporary files: ours alone, and empty' sh -c '[ "$(stat -c %a "$1/tmp/modori-$(id -u)")" = 700 ] &&
    [ -z "$(ls "$1/tmp/modori-$(id -u)")" ]' - "$work"

# --- where no code can be made ----------------------------------------------------------------------------------------

without_code ()         # without_code HOW
{
    "$MODORI" scan --format=json --jobs=2 corpus.mbox >"$work/want" || return 1
    "$BUILD/tests/no-code" "$1" "$MODORI" scan --format=json --jobs=2 corpus.mbox >"$work/got" && cmp "$work/want" "$work/got"
}
for how in mdwe filter; do
    "$BUILD/tests/no-code" $how true 2>/dev/null
    case $? in
        0) check "no memory that is written and run ($how)" without_code $how ;;
        *) echo "# skipped: no kernel or no program for $how" ;;
    esac
done

finish
