# inside.sh - what the tests of pipes share; read by each of them, in a root of its own.
#
# A server's file defines what differs: queued (how many messages wait), put_off (how often one was put off so far), taken
# (how many messages it ever accepted, its own included), flush (try all again).
# SPDX-License-Identifier: BSD-2-Clause
SOURCE=/modori/source MODORI=/usr/bin/modori BUILD=/modori
. /modori/source/tests/lib.sh
checks=$1               # of the files before this one
corpus=$SOURCE/corpus
recipes=$SOURCE/doc/examples
spool=.local/state/modori/spool
injected=0

# The program as a distribution installs it, a name server that is never asked, three users.
prepare ()
{
    ip link set lo up
    cp -a /modori/built/. /
    [ -e /usr/bin/modori ] || ln -s "$(command -v modori)" /usr/bin/modori
    echo "127.0.0.1 localhost mail.example.com mail.example.net" >/etc/hosts
    echo 'nameserver 127.0.0.1' >/etc/resolv.conf
    printf '%s\n' 'postmaster: bob' 'root: bob' 'MAILER-DAEMON: bob' >/etc/aliases
    useradd -m -s /bin/sh alice
    useradd -m -s /bin/sh bob
    useradd -r -m -d /var/lib/modori -s /usr/sbin/nologin modori
    install -d -m 2775 -g mail /var/mail
    for user in alice bob; do install -m 660 -o $user -g mail /dev/null /var/mail/$user; done
}

as ()                   # as USER COMMAND: with his environment
{
    su - "$1" -s /bin/sh -c "$2"
}

home_of ()
{
    getent passwd "$1" | cut -d: -f6
}

recipe ()               # recipe NAME USER PLACE: from doc/examples, as it stands there
{
    place=$(home_of "$2")/$3
    mkdir -p "$(dirname "$place")" && cp "$recipes/$1" "$place" && chmod 600 "$place" &&
        chown -R "$2:" "$(home_of "$2")"
}

no_recipes ()           # of alice's
{
    rm -rf /home/alice/.forward /home/alice/.procmailrc /home/alice/.mailfilter /home/alice/.dovecot.sieve \
        /home/alice/.courier /home/alice/Maildir
}

# --- what arrives -----------------------------------------------------------------------------------------------------------

# The bounce NAME of corpus/ as it was on its way: without what the last server wrote upon it.
on_its_way ()
{
    sed '/^$/,$!{ /^\(Return-Path\|Delivered-To\|X-Original-To\):/d }' "$corpus/$1.eml"
}

inject ()               # inject NAME ADDRESS: as another server would, with a null sender
{
    injected=$((injected + 1))
    on_its_way "$1" | python3 "$SOURCE/tests/integration/pipes.d/inject.py" "$2"
}

inject_ordinary ()      # mail to ADDRESS that is no report: $work/ordinary
{
    injected=$((injected + 1))
    sed '/^Return-Path:/d' "$SOURCE/tests/data/order-mail.eml" >"$work/ordinary"
    python3 "$SOURCE/tests/integration/pipes.d/inject.py" "$1" order@example.jp <"$work/ordinary"
}

spooled ()              # how many messages lie in the spool of USER
{
    find "$(home_of "$1")/$spool/new" -type f 2>/dev/null | wc -l
}

# What the spool of USER holds is NAME to the byte, below what servers write on top; their line ends and last line may differ.
whole ()
{
    on_its_way "$2" >"$work/it"
    ends_with "$work/it" "$(find "$(home_of "$1")/$spool/new" -type f)"
}

ends_with ()            # ends_with SENT KEPT
{
    normal <"$1" >"$work/sent"
    normal <"$2" >"$work/kept"
    tail -c "$(wc -c <"$work/sent")" "$work/kept" | cmp - "$work/sent" || { diff "$work/sent" "$work/kept"; return 1; }
}

normal ()
{
    tr -d '\r' | sed -e :a -e '/^\n*$/{ $d; N; ba' -e '}'
}

# The history of USER holds what corpus/ says of NAME, and nothing else.
history_is ()
{
    jq -r .id "$corpus/$2.expect" | sort >"$work/expected"
    as "$1" 'modori history export' >"$work/export" || return 1
    jq -r .id "$work/export" | sort | diff "$work/expected" -
}

forget ()               # the past of USER
{
    chmod -R u+w "$(home_of "$1")/.local" 2>/dev/null
    rm -rf "$(home_of "$1")/.local"
}

eventually ()           # eventually COMMAND...: it becomes true, before long
{
    for try in $(seq 200); do
        "$@" && return 0
        sleep 0.1
    done
    echo "this never became true: $*"
    return 1
}

count_is ()             # count_is NUMBER COMMAND...
{
    number=$1
    shift
    [ "$("$@")" = "$number" ]
}

more_than ()
{
    number=$1
    shift
    [ "$("$@")" -gt "$number" ]
}

# --- what must be true of each pipe -----------------------------------------------------------------------------------------

# USER has exactly this one in his spool, the queue is empty; so it is in his history once.
recorded ()
{
    eventually count_is 1 spooled "$1" && eventually count_is 0 queued && count_is 1 spooled "$1" &&
        whole "$1" "$2" && history_is "$1" "$2"
}

arrives ()              # arrives USER ADDRESS NAME
{
    forget "$1"
    inject "$3" "$2" && recorded "$1" "$3"
}

# arrives_late USER ADDRESS NAME: it waits in the queue while something is broken, and arrives once mended.
arrives_late ()
{
    forget "$1"
    "$4" "$1"
    before=$(put_off)
    inject "$3" "$2"
    eventually more_than "$before" put_off && count_is 1 queued && count_is 0 spooled "$1"
    waited=$?
    "$5" "$1"
    [ $waited = 0 ] && flush && recorded "$1" "$3"
}

take_program_away ()
{
    mv /usr/bin/modori /usr/bin/modori.away
}

put_program_back ()
{
    mv /usr/bin/modori.away /usr/bin/modori
}

lock_spool ()           # nothing can be written to it
{
    as "$1" "umask 077; mkdir -p $spool && chmod 500 $spool"
}

unlock_spool ()
{
    as "$1" "chmod 700 $spool"
}

crash_program ()        # each call is killed
{
    take_program_away
    printf '#!/bin/sh\nkill -9 $$\n' >/usr/bin/modori
    chmod 755 /usr/bin/modori
}

nothing_was_sent ()     # the servers accepted what we sent, and no message more; nobody was told anything
{
    echo "injected $injected, accepted $(taken), queued $(queued)"
    [ "$(taken)" = "$injected" ] && count_is 0 queued && [ ! -s /var/mail/bob ] && [ ! -s /var/mail/root ]
}

# pipe_is_safe WHAT USER ADDRESS
pipe_is_safe ()
{
    check "$1: a bounce is recorded once" arrives "$2" "$3" postfix-several
    check "$1: while the program is missing it waits" \
        arrives_late "$2" "$3" exim-gmail-user-unknown take_program_away put_program_back
    check "$1: while the spool cannot be written it waits" \
        arrives_late "$2" "$3" postfix-japanese-jis lock_spool unlock_spool
    check "$1: nobody was sent anything" nothing_was_sent
}

over ()                 # the end of each file
{
    echo "$checks $failures" >/modori/out/count
}
