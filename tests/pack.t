#!/bin/sh
# pack.t - the pack of the rules only saves time: the same comes out of it, and only as long as it fits the rules files.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

# A program with rules of its own, and a pack of them.
cp "$MODORI" "$work/modori" && cp -Rp "$SOURCE/rules" "$work/rules" && chmod -R u+w "$work/rules" || exit 1
mine=$work/modori rules=$work/rules pack=$work/rules.pack

make_pack ()
{
    "$BUILD/src/mkpack" "$rules" "$pack"
}

records ()              # records NAME: what the program says of the corpus, into that file
{
    "$mine" scan --format=json --all "$SOURCE"/corpus/*.eml >"$work/$1"
    "$mine" explain "$SOURCE/corpus/story-1-postfix.eml" >>"$work/$1"
}

same_with_pack ()
{
    records files && make_pack && records packed && cmp "$work/files" "$work/packed"
}

# What is written into the pack alone comes out: so it is used.
mark_pack ()
{
    LC_ALL=C sed 's/mailbox is full/MAILBOX IS FULL/' "$pack" >"$pack.new" && mv "$pack.new" "$pack"
}

is_used ()
{
    make_pack && mark_pack && says 'MAILBOX IS FULL' "$mine" rules list mailboxfull
}

made_of_files ()
{
    is_used && make_pack && says 'mailbox is full' "$mine" rules list mailboxfull
}

is_not_used ()          # after COMMAND..., which is done to a pack that would be
{
    is_used && "$@" && says 'mailbox is full' "$mine" rules list mailboxfull
}

edit ()                 # the size stays as it is
{
    sed 's/^Meaning: The/Meaning: Tha/' "$rules/reasons.rules" >"$work/edited" && cat "$work/edited" >"$rules/reasons.rules"
}

add_file ()
{
    echo '# nothing' >"$rules/providers/zzz.rules"
}

remove_file ()
{
    rm "$rules/providers/zzz.rules"
}

truncate_pack ()        # to $1 bytes
{
    head -c "$1" "$pack" >"$pack.new" && mv "$pack.new" "$pack"
}

of_another_program ()
{
    { printf 'modori pack 1-1'; tail -c +16 "$pack"; } >"$pack.new" && mv "$pack.new" "$pack"
}

mistake_is_found ()     # in the file and the line where it is
{
    make_pack && printf '\nRule: bad\nNonsense: 1\n' >>"$rules/generic.rules" &&
        says 'generic.rules: line .*Nonsense' "$mine" rules test
}

check 'the same comes out of the files and of the pack' same_with_pack
check 'the pack is used' is_used
check 'a new one is made of the files, not of the old one' made_of_files
check 'not when a file was edited' is_not_used edit
check 'not when there is a new file' is_not_used add_file
check 'not when a file is gone' is_not_used remove_file
for size in 0 10 100 5000 300000; do
    check "not when only $size bytes are left of it" is_not_used truncate_pack "$size"
done
check 'not when another program made it' is_not_used of_another_program
damage_pack ()          # one byte at $1
{
    printf '\377' | dd of="$pack" bs=1 seek="$1" conv=notrunc 2>/dev/null
}
for at in 5001 60001 200001; do
    check "not when the byte at $at is damaged" is_not_used damage_pack "$at"
done
check 'not when it is a directory' is_not_used sh -c 'rm "$1" && mkdir "$1"' - "$pack"
rmdir "$pack"
check 'a mistake is told with its file and line' mistake_is_found
finish
