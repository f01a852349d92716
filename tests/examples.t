#!/bin/sh
# examples.t - the recipes of modori-pipes(7) are the files of doc/examples/, and the files do what they say, as far as that needs
# neither root nor a server: tests/integration/pipes.t runs them with the software that they are for.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
cd "$SOURCE" || exit 1
page=man/modori-pipes.7

block ()                # the literal block below the mark of a recipe, as it is read
{
    awk -v mark=".\\\\\" recipe: $1" '
        $0 == mark { found = 1; next }
        found && /^\.Bd/ { inside = 1; next }
        inside && /^\.Ed/ { exit }
        inside { gsub (/\\&/, ""); gsub (/\\e/, "\\"); print }' $page
}

plain ()                # a file without the comment at its beginning
{
    awk '! begun && /^#/ { next } { begun = 1; print }' "$1"
}

same_as_page ()
{
    block "$1" >"$work/block"
    [ -s "$work/block" ] && plain "doc/examples/$1" | diff "$work/block" -
}

all_are_explained ()    # each file begins with what it is for
{
    for file in $(find doc/examples -type f); do
        head -1 "$file" | grep -q '^#' || { echo "$file"; return 1; }
    done
}

all_are_shipped ()      # each recipe in the page has a file, each file is named in the makefile
{
    grep -o 'recipe: .*' $page | while read -r mark name; do
        [ -f "doc/examples/$name" ] || { echo "$mark $name"; return 1; }
    done
    for file in $(find doc/examples -type f); do
        grep -qF "$file" Makefile.am || { echo "$file"; return 1; }
    done
}

# The units, with the program where it is built instead of where it will be installed.
units_are_valid ()
{
    mkdir -p "$work/units"
    for unit in doc/examples/systemd/*; do
        sed "s,/usr/bin/modori,$MODORI," "$unit" >"$work/units/$(basename "$unit")"
    done
    systemd-analyze verify --man=no --recursive-errors=no "$work"/units/*
}

# cron gives no language and hardly any environment.  The program is the one that is built; its mail goes into a file.
as_cron_does ()
{
    (cd "$work/home" && env -i HOME="$work/home" LOGNAME=alice SHELL=/bin/sh PATH="$work/bin:$(dirname "$MODORI"):/usr/bin:/bin" \
        WEEK="$(sed -n 's/^WEEK=//p' "$SOURCE/doc/examples/crontab") --now=2026-11-23" /bin/sh -c "$1")
}

history_has_something ()
{
    mkdir -p "$work/home" "$work/bin"
    printf '#!/bin/sh\ncat >%s\n' "$work/mail" >"$work/bin/sendmail"
    chmod 755 "$work/bin/sendmail"
    for name in postfix-several exim-gmail-user-unknown; do
        as_cron_does 'modori record' <corpus/$name.eml || return 1
    done
    as_cron_does 'modori history export --now=2026-11-23' >"$work/records" && [ -s "$work/records" ]
}

jobs_of_cron ()
{
    sed -n 's,^[0-9*]* [0-9*]* [0-9*]* [0-9*]* [0-9*]* ,,p' doc/examples/crontab
}

cron_is_silent ()       # what a job prints, cron mails
{
    jobs_of_cron >"$work/jobs"
    [ "$(wc -l <"$work/jobs")" = 3 ] || return 1
    while read -r job; do
        as_cron_does "$job" >"$work/printed" 2>&1
        [ ! -s "$work/printed" ] || { echo "$job prints:"; cat "$work/printed"; return 1; }
    done <"$work/jobs"
}

weekly_report ()        # weekly_report [OPTION]: the job of the crontab
{
    rm -f "$work/mail"
    as_cron_does "$(jobs_of_cron | grep report | sed "s/ >week/ ${1-} >week/")"
}

report_is_a_mail ()
{
    weekly_report && grep -q '^To: postmaster@example.com' "$work/mail" &&
        grep -q '^Auto-Submitted: auto-generated' "$work/mail" && grep -q '^Content-Type: multipart/alternative' "$work/mail"
}

report_is_japanese ()   # the text is UTF-8 with kana in it, the header ASCII with an encoded subject
{
    weekly_report --lang=ja || return 1
    sed '/^$/q' "$work/mail" | LC_ALL=C grep -n '[^ -~	]' && return 1
    sed '/^$/q' "$work/mail" | grep -qi '^Subject: .*=?utf-8?' || return 1
    python3 - "$work/mail" <<'EOF'
import email, email.policy, re, sys
mail = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
for text in (mail['Subject'], *(mail.get_body([kind]).get_content() for kind in ('plain', 'html'))):
    assert re.search('[\u3040-\u30ff]', text) and '?????' not in text and '\ufffd' not in text, text[:200]
EOF
}

nothing_no_mail ()      # --if-any
{
    weekly_report --now=2031-01-01
    [ -f "$work/home/week" ] && [ ! -e "$work/mail" ]
}

for recipe in $(sed -n 's/^\.\\" recipe: //p' $page); do check "$recipe is as in $page" same_as_page "$recipe"; done
check 'there are at least 15 recipes' test "$checks" -ge 15
check 'each file says what it is for' all_are_explained
check 'each file is shipped' all_are_shipped
if systemd-analyze --version >/dev/null 2>&1; then
    check 'systemd takes the units' units_are_valid
else
    echo '# skipped: systemd is not installed'
fi
check 'what is recorded without any environment is in the history' history_has_something
check 'the report of the week is a mail' report_is_a_mail
check 'the report is Japanese, though cron has no language' report_is_japanese
check 'when nothing came back there is no mail' nothing_no_mail
check 'the jobs of cron print nothing' cron_is_silent
finish
