#!/bin/sh
# record.t - a pipe that never loses a message: whatever is wrong, `record` says nothing and ends in 75; 0 means it is safe.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
modori () { "$MODORI" "$@"; }
spool=$work/spool keep=$work/keep
export XDG_STATE_HOME="$work/state" TMPDIR="$work"

# quietly STATUS COMMAND...: it ends with that status and prints nothing.
quietly ()
{
    wanted=$1
    shift
    "$@" >"$work/printed" 2>&1
    got=$?
    [ "$got" = "$wanted" ] || { echo "exit status $got, wanted $wanted: $*"; return 1; }
    [ ! -s "$work/printed" ] || { echo "printed:"; cat "$work/printed"; return 1; }
}

count () { find "$1" -type f ! -name .lock 2>/dev/null | wc -l; }

# kept FILE: it lies in the spool, once, as it is, and nothing else.
kept ()
{
    [ "$(count "$spool")" = 1 ] && cmp "$spool"/new/* "$1"
}

# takes FILE [OPTION...]: it is recorded as it is.
takes ()
{
    file=$1
    shift
    rm -rf "$spool"
    quietly 0 modori record --spool "$spool" "$@" <"$file" && kept "$file"
}

# refuses COMMAND...: 75, and nothing is left anywhere.
refuses ()
{
    rm -rf "$spool" "$keep"
    quietly 75 "$@" && [ "$(($(count "$spool") + $(count "$keep")))" = 0 ]
}

# --- messages of all kinds come out as they went in ---
printf 'From: a@example.com\nSubject: x\n\nHello\n' >"$work/plain"
{ printf 'From MAILER-DAEMON  Sat Nov 21 19:44:19 2026\n'; cat "$work/plain"; } >"$work/from-line"
sed 's/$/\r/' "$work/plain" >"$work/crlf"
printf 'Subject: x\n\nno end' >"$work/unfinished"
printf 'Subject: \0\n\n\0\0\0\377\nFrom \0\n' >"$work/nul"
printf 'x' >"$work/byte"
{ printf 'Subject: large\n\n'; head -c 60000000 /dev/zero | tr '\0' 'x'; } >"$work/large"
for kind in plain from-line crlf unfinished nul byte large; do
    check "$kind" takes "$work/$kind"
done
rm "$work/large"
through_a_pipe () { rm -rf "$spool"; cat "$work/plain" | quietly 0 modori record --spool "$spool" && kept "$work/plain"; }
from_where_it_stands ()     # an open file is not rewound: what was read of it before is somebody else's
{
    rm -rf "$spool"
    { read -r first; quietly 0 modori record --spool "$spool"; } <"$work/from-line" && kept "$work/plain"
}
check 'through a pipe' through_a_pipe
check 'a file that is open in the middle' from_where_it_stands

# --- where it goes ---
for_the_user_only ()
{
    for mask in 000 777; do
        rm -rf "$spool"
        (umask $mask && exec "$MODORI" record --spool "$spool") <"$work/plain" || return 1
        [ "$(stat -c %a "$spool" "$spool"/new "$spool"/tmp "$spool"/cur "$spool"/new/* | tr '\n' ' ')" \
            = '700 700 700 700 600 ' ] || return 1
    done
}
keeps ()
{
    rm -rf "$keep" && takes "$work/plain" --keep "$keep" && cmp "$keep"/new/* "$work/plain"
}
by_default ()
{
    rm -rf "$work/home" && mkdir "$work/home"
    env -u XDG_STATE_HOME HOME="$work/home" "$MODORI" record <"$work/plain" \
        && cmp "$work/home"/.local/state/modori/spool/new/* "$work/plain"
}
without_environment () { env -i XDG_STATE_HOME="$work/bare" "$MODORI" record <"$work/plain" && cmp "$work"/bare/modori/spool/new/* "$work/plain"; }
by_configuration ()
{
    mkdir -p "$work/config/modori"
    printf '[history]\nspool = %s\n' "$spool" >"$work/config/modori/modori.conf"
    rm -rf "$spool"
    XDG_CONFIG_HOME="$work/config" quietly 0 modori record <"$work/plain" && kept "$work/plain"
}
without_directory ()        # the working directory is gone, as good as one that may not be read
(
    mkdir -p "$work/gone" && cd "$work/gone" && rmdir "$work/gone" && takes "$work/plain"
)
half_a_maildir () { rm -rf "$spool"; mkdir -p "$spool/tmp"; quietly 0 modori record --spool "$spool" <"$work/plain" && kept "$work/plain"; }
check 'files are the user'"'"'s only, whatever the umask' for_the_user_only
check '--keep: two of it' keeps
check 'in the home directory' by_default
check 'without HOME, PATH and the rest' without_environment
check 'where the configuration says' by_configuration
check 'in a directory that is gone' without_directory
check 'what is missing of a Maildir is made' half_a_maildir
check '--lang before the command' quietly 0 modori --lang ja record --spool "$spool" <"$work/plain"

# --- 75, whatever is wrong ---
record () { modori record --spool "$spool" "$@"; }
printf 'x' >"$work/file"
cp "$work/file" "$work/written"
check 'an option that is not there' refuses record --frobnicate <"$work/plain"
check 'an option without its value' refuses modori record --spool <"$work/plain"
check 'an argument' refuses record mailbox <"$work/plain"
check 'an option before the command' refuses modori --frobnicate record <"$work/plain"
check '--version before the command' refuses modori --version record <"$work/plain"
check 'a language that is not there' refuses record --lang=tlh <"$work/plain"
check 'the same before the command' refuses modori --lang=tlh record <"$work/plain"
check 'an empty --lang before the command' refuses modori --lang record --spool "$spool" <"$work/plain"
check '--help with a message' refuses modori record --help <"$work/plain"
check 'help record with a message' gives 75 modori help record <"$work/plain"
check '-h in a row' refuses modori record -hh <"$work/plain"
check 'an empty message' refuses record </dev/null
check 'standard input is a directory' refuses record <"$work"
closed () { modori record --spool "$spool" <&-; }
check 'standard input is closed' refuses closed
unreadable () { modori record --spool "$spool" 0>"$work/written"; }
check 'standard input cannot be read' refuses unreadable
check 'the spool is a file' refuses modori record --spool "$work/file" <"$work/plain"
check 'the spool is below a file' refuses modori record --spool "$work/file/spool" <"$work/plain"
empty_name () (cd "$keep.elsewhere" && refuses "$MODORI" record --spool= && rmdir "$keep.elsewhere")
mkdir "$keep.elsewhere"
check 'an empty name of a spool' empty_name <"$work/plain"
check 'what is to be kept cannot be: nothing in the spool' refuses record --keep "$work/file" <"$work/plain"
check 'the spool cannot be: nothing is kept' refuses modori record --spool "$work/file" --keep "$keep" <"$work/plain"
check 'the spool is what is to be kept' refuses record --keep "$work/./spool" <"$work/plain"
check 'no home' refuses env -u XDG_STATE_HOME HOME="$work/file" "$MODORI" record <"$work/plain"
new_is_a_file () { rm -rf "$spool"; mkdir "$spool" && : >"$spool/new" && quietly 75 record <"$work/plain" && [ "$(count "$spool")" = 1 ]; }
check 'new is a file' new_is_a_file
full_keep () { rm -rf "$spool" "$keep"; mkdir -p "$keep/tmp" "$keep/cur" && ln -s /proc/self/nothing "$keep/new" && quietly 75 record --keep "$keep" <"$work/plain" && [ "$(count "$spool")" = 0 ]; }
check 'what is to be kept has no new' full_keep
# The file of the second Maildir cannot go into its new: that of the first is taken back.
taken_back ()
{
    rm -rf "$spool" "$keep"
    mkdir -p "$spool/tmp" "$spool/cur" && ln -s "$elsewhere" "$spool/new" || return 1
    quietly 75 record --keep "$keep" <"$work/plain" && [ "$(count "$spool")" = 0 ] && [ "$(count "$keep")" = 0 ]
    taken=$?
    rm -rf "$spool"
    return $taken
}
elsewhere=$(mktemp -d /dev/shm/modori-XXXXXX 2>/dev/null)
if [ -n "$elsewhere" ] && [ "$(stat -c %d "$elsewhere")" != "$(stat -c %d "$work")" ]; then
    check 'one of two cannot be put there: the other is taken back' taken_back
else
    echo '# skipped: one of two cannot be put there: no second file system here'
fi
[ -z "$elsewhere" ] || rmdir "$elsewhere"
broken_configuration ()
{
    mkdir -p "$work/broken/modori"
    printf '[history\n' >"$work/broken/modori/modori.conf"
    XDG_CONFIG_HOME="$work/broken" refuses modori record <"$work/plain"
}
check 'a broken configuration' broken_configuration
small_files () { (ulimit -f 1 && exec "$MODORI" record --spool "$spool"); }
head -c 100000 /dev/zero | tr '\0' 'x' >"$work/hundred"
check 'files may not be as large (RLIMIT_FSIZE)' refuses small_files <"$work/hundred"
few_files ()                # wherever it stops: 0 and it is there, or 75 and nothing is
{
    for n in 3 4 5 6 7 8 9 12; do
        rm -rf "$spool"
        (ulimit -n $n && exec "$MODORI" record --spool "$spool") <"$work/plain" >"$work/printed" 2>&1
        status=$?
        case $status in
            0) kept "$work/plain" || return 1 ;;
            75) [ "$(count "$spool")" = 0 ] || { echo "$n files: something is left"; return 1; } ;;
            *) grep -q 'shared libraries' "$work/printed" || { echo "$n files: status $status"; return 1; } ;;
        esac
    done
}
check 'few open files (RLIMIT_NOFILE)' few_files
silent () { rm -rf "$spool"; modori record --spool "$spool" >&- 2>&- && kept "$work/plain"; }
check 'standard output and error are closed' silent <"$work/plain"
silent_failure () { modori record --spool "$work/file" >&- 2>&-; }
check 'the same, and it fails' refuses silent_failure <"$work/plain"

# A spool that may not be written to.  For root it is a file system that is mounted so.
read_only () { unshare -rm sh -c 'mkdir -p "$1" && mount -t tmpfs -o ro none "$1" && exec "$MODORI" record --spool "$1"' sh "$work/mount"; }
full_disk () { unshare -rm sh -c 'mkdir -p "$1" && mount -t tmpfs -o size=64k none "$1" && { "$MODORI" record --spool "$1"; status=$?;
    [ $(find "$1" -type f | wc -l) = 0 ] || echo left; exit $status; }' sh "$work/mount"; }
if unshare -rm sh -c "mkdir -p '$work/mount' && mount -t tmpfs none '$work/mount'" 2>/dev/null; then
    check 'the spool is read-only' refuses read_only <"$work/plain"
    check 'the disk is full' refuses full_disk <"$work/hundred"
else
    echo '# skipped: a disk that is full or read-only: no mount in a name space of our own here'
fi
not_ours () { mkdir -p "$work/closed" && chmod 500 "$work/closed" && refuses modori record --spool "$work/closed" <"$work/plain"; }
if [ "$(id -u)" != 0 ]; then
    check 'the spool is not ours' not_ours
else
    echo '# skipped: a spool that is not ours: root may do all'
fi
nobody () { setpriv --reuid=64999 --regid=64999 --clear-groups env -i "$MODORI" "$@"; }
if [ "$(id -u)" = 0 ] && nobody --version >/dev/null 2>&1 && ! getent passwd 64999 >/dev/null; then
    check 'no HOME and no entry in passwd' refuses nobody record <"$work/plain"
else
    echo '# skipped: no HOME and no entry in passwd: not root, or the program cannot be reached by others'
fi

# --- help ---
check '--help without a message' says 'Usage' modori record --help </dev/null
check '--help without a message: 0' gives 0 modori record --help </dev/null

# --- the filter ---
stamped () { sed -n 's/\r$//; /^$/q; /^X-Modori-/p' "$1"; }
unstamped () { sed '1,/^\r*$/{/^X-Modori-/d;}' "$1"; }
# filtered FILE LINE...: those fields, and else unchanged.
filtered ()
{
    file=$1
    shift
    modori record --filter <"$file" >"$work/filtered" 2>"$work/printed" || return 1
    stamped "$work/filtered" >"$work/fields"
    printf '%s\n' "$@" | diff - "$work/fields" && unstamped "$work/filtered" | cmp - "$file" && [ ! -s "$work/printed" ]
}
bounce=$SOURCE/corpus/postfix-user-unknown.eml
[ -e "$bounce" ] || bounce=$(ls "$SOURCE"/corpus/postfix-*user-unknown*.eml | head -1)
two=$(ls "$SOURCE"/corpus/*-several.eml | head -1)
check 'a bounce' filtered "$bounce" 'X-Modori-Bounce: hard' \
    "X-Modori-Recipient: $(modori scan --format=json "$bounce" | jq -r .recipient)" 'X-Modori-Reason: userunknown'
check 'ordinary mail' filtered "$work/plain" 'X-Modori-Bounce: none'
check 'without an end' filtered "$work/unfinished" 'X-Modori-Bounce: none'
check 'one byte' filtered "$work/byte" 'X-Modori-Bounce: none'
check 'line ends of the message' filtered "$work/crlf" 'X-Modori-Bounce: none'
crlf_fields () { modori record --filter <"$work/crlf" | head -1 | grep -q 'none.$'; }
check 'CRLF before, CRLF after' crlf_fields
check 'behind the From line' filtered "$work/from-line" 'X-Modori-Bounce: none'
from_line_first () { modori record --filter <"$work/from-line" | head -1 | grep -q '^From MAILER'; }
check 'the From line stays the first' from_line_first
several () { modori record --filter <"$two" | stamped /dev/stdin >"$work/fields"
    modori scan --format=json "$two" | jq -r '"X-Modori-Recipient: \(.original_recipient | select(. != "") // empty)", "X-Modori-Reason: \(.reason)"' >/dev/null
    [ "$(grep -c Recipient "$work/fields")" -ge 2 ] && [ "$(grep -c Recipient "$work/fields")" = "$(modori scan --format=json --all "$two" | wc -l)" ] \
        && [ "$(grep -c Reason "$work/fields")" = "$(grep -c Recipient "$work/fields")" ]; }
check 'several recipients: a pair of fields each' several
forged ()
{
    printf 'x-modori-bounce: hard\nX-Modori-Reason :\n userunknown\n\tfolded\nX-Modori-Recipient: x@example.com\nSubject: x\nX-Modori-Reasons: mine\n\nX-Modori-Bounce: text\n' >"$work/forged"
    printf 'X-Modori-Bounce: none\nSubject: x\nX-Modori-Reasons: mine\n\nX-Modori-Bounce: text\n' >"$work/wanted"
    modori record --filter <"$work/forged" | cmp - "$work/wanted"
}
check 'fields that a stranger wrote go' forged
folded_recipient ()         # no line of a value becomes a field of its own
{
    sed 's/^Final-Recipient: .*/Final-Recipient: rfc822; "a\rX-Modori-Bounce: none\xe3\x81\x82"@example.com/' "$bounce" >"$work/hostile"
    modori record --filter <"$work/hostile" >"$work/filtered" || return 1
    [ "$(grep -c -a '^X-Modori-Bounce' "$work/filtered")" = 1 ] && ! stamped "$work/filtered" | grep -q -a -P '[^\x20-\x7e]'
}
check 'hostile addresses stay in their field' folded_recipient
{ cat "$bounce"; head -c 6000000 /dev/zero | tr '\0' '\n'; } >"$work/long"
long () { modori record --filter <"$work/long" | sed '1,/^$/{/^X-Modori-/d;}' | cmp - "$work/long"; }
check 'more than is read comes out whole' long
rm "$work/long"
broken_rules ()             # nothing comes out: who calls a filter keeps what he has
{
    mkdir -p "$work/rules" && printf 'Rule: x\nNonsense: y\n' >"$work/rules/x.rules"
    refuses modori record --filter --rules "$work/rules"
}
check 'broken rules' broken_rules <"$bounce"
check 'broken rules are nothing to who only records' takes "$work/plain" --rules "$work/nowhere"
check 'rules that are not there' refuses modori record --filter --rules "$work/nowhere" <"$bounce"
check 'an empty message' refuses modori record --filter </dev/null
closed_output () { "$MODORI" record --filter >&-; }
check 'standard output is closed' refuses closed_output <"$bounce"
full_output () { "$MODORI" record --filter >/dev/full; }
check 'standard output is full' refuses full_output <"$bounce"
check 'no place for what is not read yet' refuses env TMPDIR="$work/nowhere" "$MODORI" record --filter <"$bounce"
filter_records () { rm -rf "$spool"; modori record --filter --spool "$spool" <"$bounce" | grep -q '^X-Modori-Bounce: hard' && kept "$bounce"; }
check 'with --spool it records as well' filter_records
filter_only () { rm -rf "$XDG_STATE_HOME"; modori record --filter <"$bounce" >/dev/null && [ ! -e "$XDG_STATE_HOME" ]; }
check 'without it does not' filter_only

# --- from the spool into history ---
history () { modori history export --history "$work/history.db" --spool "$spool" "$@"; }
taken_in ()
{
    rm -rf "$spool"
    record <"$bounce" && record <"$bounce" && record <"$work/plain" && history >"$work/exported" || return 1
    [ "$(wc -l <"$work/exported")" = 1 ] && [ "$(count "$spool")" = 2 ] \
        && cmp "$spool"/.other/new/* "$work/plain" && [ -e "$spool/.other/maildirfolder" ]
}
check 'a bounce goes into history, once, and other mail aside' taken_in
same_record ()              # as from anywhere, but for where it lay
{
    modori scan --format=json "$bounce" | jq -S 'del (.path, .offset, .hint)' >"$work/scanned"
    history | jq -S 'del (.path, .offset, .hint, .first_seen, .rules)' | diff "$work/scanned" -
}
check 'the record is that of the scan' same_record
leftovers ()
{
    : >"$spool/tmp/old" && : >"$spool/tmp/young" && touch -d '3 days ago' "$spool/tmp/old"
    record <"$bounce" && history >/dev/null && [ ! -e "$spool/tmp/old" ] && [ -e "$spool/tmp/young" ] && rm "$spool/tmp/young"
}
check 'what a killed process left goes after 36 hours' leftovers
unreadable_stays ()
{
    rm -rf "$spool" "$work"/history.db*
    record <"$work/plain" && ln -s "$work/nowhere" "$spool/new/0" && ln -s "$spool" "$spool/new/1" && record <"$bounce" || return 1
    history >"$work/exported" || return 1
    [ "$(wc -l <"$work/exported")" = 1 ] && [ -L "$spool/new/1" ]
}
check 'what cannot be read stays, the rest is taken in' unreadable_stays
history_is_broken ()        # nothing is lost meanwhile
{
    rm -rf "$spool"
    record <"$bounce" && ! modori history export --history "$work/file/history.db" --spool "$spool" >/dev/null 2>&1 && kept "$bounce"
}
check 'no history: messages wait' history_is_broken

# --- killed, stopped, many at once ---
if command -v python3 >/dev/null; then
    python3 "$SOURCE/tests/record.py" "$bounce" "$work/python" >"$work/python.out" 2>&1
    python=$?
    while read -r result text; do
        case $result in
            ok) check "$text" true ;;
            not-ok) check "$text" false ;;
            *) echo "# $result $text" ;;
        esac
    done <"$work/python.out"
    check 'signals, kills and storms' [ "$python" = 0 ]
else
    echo '# skipped: signals, kills and storms: no python3'
fi
finish
