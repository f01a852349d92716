#!/bin/sh
# rules-cache.t - the pack of a site's rules in the user's cache only saves time: it is used when it fits, and never believed else.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
export XDG_CACHE_HOME="$work/cache"
mkdir "$work/cache" "$work/rules.d"
rules=$work/rules.d/site.rules
cat >"$rules" <<'EOF'
Rule: frost
Reason: mailboxfull
Match: frost on the orchard gate
Yes: 550 frost on the orchard gate
No: 550 something else

Reason: policyviolation
Meaning: Our own words for it
Bounce: hard
EOF
touch -d '1 hour ago' "$rules"          # its time tells, once the minute is over in which it was changed

scan () { "$MODORI" explain --rules "$work/rules.d" --text '550 5.0.0 frost on the orchard gate'; }
pack () { ls "$work"/cache/modori/rules-*.pack; }
decides () { scan | grep -q "Rule \"$1\""; }

# What is written into the pack alone comes out, when its checksum is made to fit: so it is used.
mark ()
{
    python3 - "$(pack)" frost "$1" <<'EOF'
import struct, sys
path, old, new = sys.argv[1], sys.argv[2].encode (), sys.argv[3].encode ()
assert len (old) == len (new)
prime, mask = 0x9e3779b97f4a7c55, (1 << 64) - 1
def mix (total, more):
    total = (total ^ more) * prime & mask
    return total ^ total >> 29
def checksum (data):
    sums, at = [len (data), 1, 2, 3], 0
    while len (data) - at >= 32:
        for i, word in enumerate (struct.unpack_from ('=4Q', data, at)):
            sums[i] = (sums[i] * prime + word) & mask
        at += 32
    total = sums[0]
    for word in struct.unpack ('=4Q', data[at:].ljust (32, b'\0')):
        total = mix (total, word)
    for more in sums[1:]:
        total = mix (total, more)
    return total
data = bytearray (open (path, 'rb').read ())
texts_len = struct.unpack_from ('=I', data, 68)[0]
start = len (data) - texts_len
texts = bytes (data[start:]).replace (old + b'\0', new + b'\0', 1)
data[start:] = texts
struct.pack_into ('=Q', data, 88, checksum (texts))
open (path + '.new', 'wb').write (data)
import os
os.rename (path + '.new', path)
EOF
}

fresh () { rm -rf "$work/cache/modori"; scan >/dev/null && [ -f "$(pack)" ]; }
is_used () { fresh && mark twist && decides twist; }
is_not_used () { is_used && "$@" && decides frost; }
is_made_again () { is_not_used "$@" && mark twist && decides twist; }

check 'a command writes it' fresh
check 'the next one reads it' is_used
same () { fresh && scan >"$work/with" && XDG_CACHE_HOME=/dev/null/.cache scan >"$work/without" && cmp "$work/with" "$work/without"; }
check 'the same comes out of it, with a block that replaces a shipped one, too' same
check 'rules compile tells where it is' says 'rules-.*\.pack: 2 blocks of your rules' "$MODORI" rules compile --rules "$work/rules.d"
compiled () { is_used && "$MODORI" rules compile --rules "$work/rules.d" && decides frost; }
check 'rules compile makes it anew' compiled
check 'rules compile takes no names' gives 64 "$MODORI" rules compile frost
check 'without rules of a site there is nothing to do' says 'no rules of your own' "$MODORI" rules compile
private () { ! find "$work/cache/modori" -perm /022 | grep .; }
check 'nobody else may write there' private

# --- what it was made of has changed ---
edit () { sed 's/^Yes: 550/Yes: 551/' "$rules" >"$work/edited" && cat "$work/edited" >"$rules"; }
check 'not when a file was edited' is_made_again edit
check 'not when it was edited and has its old time' is_made_again sh -c '
    sed "s/^Yes: 55./Yes: 559/" "$1" >"$2" && touch -r "$1" "$2" && cat "$2" >"$1.new" && touch -r "$2" "$1.new" && mv "$1.new" "$1"' - "$rules" "$work/edited"
check 'not when there is another file' is_made_again sh -c 'printf "Rule: more\nReason: mailboxfull\nMatch: more snow\n" >"$1/more.rules"' - "$work/rules.d"
check 'not when a file is gone' is_made_again rm "$work/rules.d/more.rules"
in_the_same_second ()   # the file is written, read and written again, as quickly as can be
{
    for reason in mailboxfull userunknown mailboxfull userunknown; do
        sed "s/^Reason: mailboxfull/Reason: $reason/" "$work/was" >"$rules"
        scan >"$work/out"
        grep -q "$reason" "$work/out" || { cat "$work/out"; return 1; }
    done
}
cp "$rules" "$work/was"
check 'edits in the same second' in_the_same_second
cp "$work/was" "$rules"
mistake ()
{
    fresh && { cat "$work/was"; printf '\nRule: bad\nNonsense: 1\n'; } >"$rules"
    for i in 1 2; do
        gives 78 scan >"$work/out" 2>&1 && grep -q "site.rules: line 1[0-9]: .*Nonsense" "$work/out" || return 1
    done
    gives 78 "$MODORI" rules compile --rules "$work/rules.d" && cp "$work/was" "$rules"
}
check 'a mistake is told each time' mistake
bad_pattern ()
{
    fresh && { cat "$work/was"; printf '\nRule: bad\nReason: mailboxfull\nMatch: /(unclosed/\n'; } >"$rules"
    for i in 1 2; do gives 78 scan || return 1; done
    cp "$work/was" "$rules"
}
check 'a pattern that is none is told each time' bad_pattern

# --- damage ---
truncate_pack () { head -c "$1" "$(pack)" >"$work/short" && cat "$work/short" >"$(pack)"; }
for size in 0 10 100 5000 300000 1000000; do
    check "not when only $size bytes are left of it" is_made_again truncate_pack "$size"
done
damage () { printf '\377\376' | dd of="$(pack)" bs=1 seek="$1" conv=notrunc 2>/dev/null; }
for at in 4 50 60 66 70 80 90 5001 60001 200001 600001 900001 1200001; do
    check "not when the byte at $at is damaged" is_made_again damage "$at"
done
check 'not when another program made it' is_made_again sh -c '
    { printf "modori pack 1-1"; tail -c +16 "$1"; } >"$1.new" && mv "$1.new" "$1"' - "$(pack)"
check 'not when it is another file' is_made_again sh -c 'cp "$2" "$1.new" && mv "$1.new" "$1"' - "$(pack)" "$MODORI"
check 'not when it is a link' is_made_again sh -c 'mv "$1" "$2/elsewhere" && ln -s "$2/elsewhere" "$1"' - "$(pack)" "$work"
check 'not when others may write it' is_not_used chmod 666 "$(pack)"
check 'not when others may write its directory' is_not_used chmod 777 "$work/cache/modori"
pipe=$(pack)
check 'not when it is a pipe' is_made_again sh -c 'rm -f "$1" && mkfifo "$1"' - "$pipe"
check 'not when it is a directory' is_not_used sh -c 'rm -f "$1" && mkdir "$1"' - "$pipe"

# --- no place ---
check 'no home' sh -c 'env -u XDG_CACHE_HOME -u HOME "$1" explain --rules "$2" --text "550 frost on the orchard gate" | grep -q frost' - "$MODORI" "$work/rules.d"
nowhere () { XDG_CACHE_HOME=$1 decides frost && XDG_CACHE_HOME=$1 gives 74 "$MODORI" rules compile --rules "$work/rules.d"; }
check 'a home that is not there' nowhere /dev/null/.cache
check 'a cache that is a file' nowhere "$work/was"
check 'a cache that is no absolute path' sh -c 'cd "$1" && XDG_CACHE_HOME=cache "$2" explain --rules rules.d --text "550 frost on the orchard gate" | grep -q frost' - "$work" "$MODORI"
mkdir "$work/open" && chmod 1777 "$work/open"
check 'a directory that is everybody'"'"'s' nowhere "$work/open"
check 'and nothing was written there' [ -z "$(ls -A "$work/open")" ]
full () { XDG_CACHE_HOME=$work/small; mkdir -p "$work/small" && (ulimit -f 8; scan >"$work/out"); grep -q frost "$work/out" && ! ls "$work"/small/modori/*.pack; }
check 'no room' full
XDG_CACHE_HOME=$work/cache
if [ "$(id -u)" != 0 ]; then
    read_only () { fresh && edit && chmod 500 "$work/cache/modori" && decides frost; status=$?; chmod 700 "$work/cache/modori"; return $status; }
    check 'a cache that is read-only' read_only
fi

# --- at once ---
at_once ()              # eight that read and write, while the rules change
{
    rm -rf "$work/cache/modori"
    for i in 1 2 3 4 5 6 7 8; do
        (for j in 1 2 3; do scan || exit 1; done >"$work/at-once.$i" 2>&1; [ "$(grep -c 'Rule "frost"' "$work/at-once.$i")" = 3 ] && : >"$work/good.$i") &
    done
    for i in 1 2 3 4 5; do { cat "$work/was"; echo "# $i"; } >"$work/now" && mv "$work/now" "$rules"; done
    wait
    [ "$(ls "$work"/good.* | wc -l)" = 8 ] && [ "$(ls "$work/cache/modori" | wc -l)" = 1 ]
}
check 'eight at once' at_once
tests_files () { is_used && says '^ok . - Rule frost' "$MODORI" rules test frost --rules "$work/rules.d"; }
check 'rules test reads the files' tests_files
finish
