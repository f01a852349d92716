#!/bin/sh
# style.t - what HACKING.md says of the sources: who may include whom, how long things are, what is forbidden.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
cd "$SOURCE" || exit 1

# Each layer, lowest first: a file may include its own layer and those below it.
layers='text mail report rules history check output commands'

no_upward_includes ()
{
    allowed='auto.h|config.h|filters.h|pack-stamp.h'
    for layer in $layers; do
        allowed="$allowed|$layer/[a-z_-]*\.h"
        grep -nE '^#include "' "src/$layer"/*.[ch] | grep -vE "\"($allowed)\"" && return 1
    done
    return 0
}

commands_are_strangers ()       # no command includes another command's header (there is none)
{
    ! ls src/commands/*.h | grep -E '(scan|explain|check|rules|record|report|suppress|history)\.h$'
}

line_length ()
{
    ! awk 'length ($0) > 100 { print FILENAME ":" FNR; bad = 1 } END { exit ! bad }' src/*.[ch] src/*/*.[ch]
}

no_tabs ()
{
    ! grep -nP '\t' src/*.[ch] src/*/*.[ch]
}

file_length ()
{
    ! wc -l src/*.c src/*/*.c | awk '$2 != "total" && $1 > 600 { print; bad = 1 } END { exit ! bad }'
}

# name, first and last line of each function
functions ()
{
    ctags --fields=+ne --c-kinds=f -o - src/*.c src/*/*.c | awk -F '\t' '{
        first = last = 0
        for (i = 4; i <= NF; i++) {
            if ($i ~ /^line:/) first = substr ($i, 6)
            if ($i ~ /^end:/) last = substr ($i, 5)
        }
        print last - first + 1, $1, $2
    }' | sort -n
}

function_length ()      # none over 60 lines, nine of ten at most 40, half of them at most 15
{
    functions >"$work/functions"
    awk '{ length_of[NR] = $1; if ($1 > 60) { print; bad = 1 } }
         END { p90 = length_of[int (NR * 0.9)]; median = length_of[int (NR / 2)]
               print "median", median, "p90", p90
               exit bad || p90 > 40 || median > 15 }' "$work/functions"
}

no_forbidden_calls ()
{
    ! grep -nE '\b(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|gmtime|localtime|ctime|asctime|gets|system|popen|atoi|goto)\b *\(?' \
        src/*.c src/*/*.c | grep -E '\b(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|gmtime|localtime|ctime|asctime|gets|system|popen|atoi) \(|\bgoto [a-z]'
}

exit_only_in_main ()    # but a worker ends where it began, and who lacks the module that reads mail where he needs it
{
    ! grep -nE '\b(exit|abort|_exit) \(' src/*/*.c | grep -v \
        -e '^src/mail/worker.c:[0-9]*:        _exit (EXIT_SUCCESS);$' -e '^src/mail/mime.c:[0-9]*:    exit (EX_TEMPFAIL);$'
}

headed ()               # each file says what it is, and its licence
{
    for file in src/*.[ch] src/*/*.[ch] tests/*.c tests/*/*.c; do
        head -1 "$file" | grep -q "^/\* $(basename "$file") - " || { echo "$file: no first line"; return 1; }
        grep -q 'SPDX-License-Identifier: BSD-2-Clause' "$file" || { echo "$file: no licence"; return 1; }
    done
}

no_mail_system_named_in_code ()
{
    ! grep -niE '"[^"]*(postfix|sendmail|qmail|exim|exchange|outlook|gmail|google|yahoo|domino|courier|docomo|softbank|microsoft)[^"]*"' \
        src/text/*.c src/report/*.c src/rules/*.c
}

no_path_of_a_machine ()
{
    ! grep -rnE '/(work|root)/' --include='*.[ch]' --include='*.rules' --include='*.md' --include='*.t' src rules tests README.md HACKING.md
}

# What a check sees is a literal in src/check that begins with the name of its section, and a block in rules/observations.
sections='verdict|name|address|certificate|cert|tls|file|key|mx|reverse|helo|spf|dkim|dmarc|mta-sts|tls-rpt|dane|bimi|blocklist'

observations_agree ()
{
    sed -n 's/^Observation: *//p' rules/observations/*.rules | sort >"$work/blocks"
    grep -vE '^ *#include' src/check/*.c | grep -ohE "\"($sections)-[a-z0-9-]+\"" | tr -d '"' | grep -vxE "$sections" |
        sort -u >"$work/literals"
    comm -23 "$work/literals" "$work/blocks" | sed 's/$/: has no Observation block/' >"$work/disagreements"
    while read -r name; do
        grep -qF "\"$name\"" src/check/*.c || echo "$name: is never seen in src/check"
    done <"$work/blocks" >>"$work/disagreements"
    cat "$work/disagreements"
    [ -s "$work/blocks" ] && [ ! -s "$work/disagreements" ]
}

check 'includes go down only' no_upward_includes
check 'commands do not include each other' commands_are_strangers
check 'no line over 100 columns' line_length
check 'no tabs' no_tabs
check 'no file over 600 lines' file_length
if ctags --version 2>/dev/null | grep -q Universal; then
    check 'functions are short' function_length
else
    echo '# skipped: universal-ctags is not installed'
fi
check 'no forbidden calls' no_forbidden_calls
check 'only main.c ends the program' exit_only_in_main
check 'each file says what it is' headed
check 'no mail system is named in C' no_mail_system_named_in_code
check 'no path of a machine' no_path_of_a_machine
check 'what checks see and what the rules know of agree' observations_agree
finish
