# postfix.sh - pipes of Postfix: from a .forward, and from aliases; and what `record` never does.
# SPDX-License-Identifier: BSD-2-Clause
. /modori/source/tests/integration/pipes.d/postfix-server.sh

# --- limits -----------------------------------------------------------------------------------------------------------------

limit_files ()          # as mailbox_size_limit does: neither local(8) nor its commands make a file that is larger
{
    postconf -P "local/unix/message_size_limit=$1" "local/unix/mailbox_size_limit=$1" && postfix reload && sleep 1
}

narrow ()               # the program may write 1,024 bytes (local(8) itself stops where its limit is below a message's size)
{
    echo '"|ulimit -f 2; /usr/bin/modori record || exit 75"' >/home/alice/.forward
}

widen ()
{
    recipe forward alice .forward
}

larger_than_history ()  # what is remembered is larger than any file may be: a pipe does not care
{
    forget alice
    as alice "modori scan -q --remember $corpus/postfix-s*.eml >/dev/null; modori history export" |
        jq -r .id | sort >"$work/before"
    limit_files 40000
    [ "$(stat -c %s /home/alice/.local/state/modori/history.db)" -gt 40000 ] || return 1
    inject postfix-japanese-jis alice@example.com
    eventually count_is 1 spooled alice && eventually count_is 0 queued || return 1
    limit_files 51200000
    as alice 'modori history export' | jq -r .id | sort >"$work/after"
    jq -r .id "$corpus/postfix-japanese-jis.expect" | sort - "$work/before" | diff - "$work/after"
}

# --- the program: what it never does ----------------------------------------------------------------------------------------

quiet ()                # quiet STATUS INPUT: ends so, and prints nothing on either stream
{
    on_its_way postfix-several >"$work/mail"
    chmod 755 "$work"
    as alice "modori record <$2" >"$work/printed" 2>&1
    [ $? = "$1" ] && [ ! -s "$work/printed" ]
}

starts_nothing_and_calls_nobody ()
{
    chmod 755 "$work"
    on_its_way postfix-several >"$work/mail"
    as alice "strace -f -qq -o /home/alice/trace -e trace=%process,%network modori record <$work/mail" || return 1
    grep -E 'execve|fork|clone|socket|connect|send' /home/alice/trace | tail -n +2 >"$work/calls"
    cat "$work/calls"
    [ ! -s "$work/calls" ]
}

ordinary_mail ()        # somebody writes to the bounce address: kept, put aside, and no part of the history
{
    forget alice
    recipe forward alice .forward
    inject_ordinary alice@example.com
    eventually count_is 1 spooled alice && eventually count_is 0 queued || return 1
    as alice 'modori history export' >"$work/export"
    [ ! -s "$work/export" ] && ends_with "$work/ordinary" "$(find /home/alice/$spool/.other/new -type f)"
}

map_of_addresses ()     # each address that suppress lists is found in its map, with why
{
    forget alice
    as alice "modori scan -q --remember $corpus/postfix-*.eml >/dev/null; modori suppress" >"$work/list"
    as alice 'modori suppress --format=postfix' >"$work/map"
    [ -s "$work/list" ] && postmap "$work/map" || return 1
    while read -r address; do
        postmap -q "$address" "$work/map" | grep '^[45][0-9][0-9] ' || { echo "$address"; return 1; }
    done <"$work/list"
}

prepare >/dev/null 2>&1
check 'Postfix runs' set_up
recipe forward alice .forward
pipe_is_safe "Postfix, .forward" alice alice@example.com
check 'Postfix, .forward: while the program crashes it waits' \
    arrives_late alice alice@example.com postfix-several crash_program put_program_back
check 'Postfix, .forward: while a file may not be as large it waits' \
    arrives_late alice alice@example.com postfix-several narrow widen
check 'Postfix, .forward: a history larger than a file may be' larger_than_history
check 'Postfix, .forward: ordinary mail is kept, apart' ordinary_mail
check 'record prints nothing when all is well' quiet 0 "$work/mail"
forget alice
lock_spool alice
check 'record prints nothing when it fails' quiet 75 "$work/mail"
unlock_spool alice
check 'suppress: a map that Postfix reads' map_of_addresses
pipe_is_safe 'Postfix, aliases' modori bounces@example.com
check 'record starts nothing and calls nobody' starts_nothing_and_calls_nobody
over
