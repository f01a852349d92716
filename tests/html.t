#!/bin/sh
# html.t - the report as a page and as a mail, looked at by programs that people use: a validator, a browser, a reader of mail.
# What they look at is written by unit-digest-output (a good week, an empty one, and one of nothing but hostile words) and by
# `modori report` of the corpus.  SHOTS=DIR keeps pictures of all pages.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
cd "$SOURCE" || exit 1
writer=$BUILD/tests/unit-digest-output

# Where a program is missing the test is skipped as a whole: what is left would look like success.
for program in tidy chromium python3 "$writer"; do
    command -v "$program" >/dev/null && continue
    echo "1..0 # skipped: ${program##*/} is not installed"
    echo "${program##*/} is not installed" >&2
    exit 77
done

wrote_all ()
{
    "$writer" --write "$work" "$BUILD/po" && ls "$work"/rich-en.html "$work"/empty-ja.html "$work"/hostile-ja.eml
}

wrote_report ()         # wrote_report LANG
{
    for format in html mail; do
        "$MODORI" report --lang="$1" --format=$format --from='modori <modori@example.jp>' --to=postmaster@example.jp \
            --now=2026-11-22T07:00:00Z corpus >"$work/report-$1.$format" || return 1
    done
    mv "$work/report-$1.mail" "$work/report-$1.eml"
}

valid ()                # no error and no warning: there is none that is to be excused
{
    tidy -q -e -utf8 "$1" >"$work/tidy" 2>&1
    status=$?
    cat "$work/tidy"
    [ "$status" = 0 ] && [ ! -s "$work/tidy" ]
}

same_again ()           # the same digest gives the same bytes
{
    mkdir "$work/again" && "$writer" --write "$work/again" "$BUILD/po" || return 1
    for file in "$work"/again/*; do
        cmp "$file" "$work/${file##*/}" || return 1
    done
}

# Python's reader of mail: two readings of one thing, no defect, a header of eight fields, nothing hidden in it.
mail_reads ()
{
    python3 - "$1" <<'END'
import email, email.policy, sys
raw = open (sys.argv[1], 'rb').read ()
mail = email.message_from_bytes (raw, policy=email.policy.default)
assert mail.get_content_type () == 'multipart/alternative', mail.get_content_type ()
parts = list (mail.iter_parts ())
assert [part.get_content_type () for part in parts] == ['text/plain', 'text/html'], parts
assert not mail.defects and not any (part.defects for part in parts), mail.defects
assert [key.lower () for key in mail] == ['from', 'to', 'subject', 'date', 'message-id', 'auto-submitted',
                                          'mime-version', 'content-type'], mail.keys ()
assert mail['auto-submitted'] == 'auto-generated' and 'bcc' not in mail
assert mail['message-id'].endswith ('@example.jp>'), mail['message-id']
assert mail['subject'].startswith ('=cmd' if 'hostile' in sys.argv[1] else 'modori: '), mail['subject']
text, html = (part.get_content () for part in parts)
assert html.startswith ('<!DOCTYPE html>') and html.rstrip ().endswith ('</html>')
assert open (sys.argv[1][:-4] + '.html', encoding='utf-8').read ().strip () == html.strip ()
assert text.strip (), 'no text'
assert all (len (line) < 998 for line in raw.splitlines ()) and max (raw) < 128 and b'\r' not in raw
END
}

# The text of a mail keeps to 80 columns but for what is there to be copied.
text_is_narrow ()
{
    python3 - "$1" <<'END'
import email, email.policy, sys, unicodedata
mail = email.message_from_bytes (open (sys.argv[1], 'rb').read (), policy=email.policy.default)
width = lambda line: sum (1 + (unicodedata.east_asian_width (c) in 'WF') for c in line)
lines = mail.get_body (('plain',)).get_content ().splitlines ()
wide = [line for line in lines if width (line) > 80 and not line.startswith ('       ')]
assert not wide, wide
END
}

check 'pages and mails are written' wrote_all
for lang in en ja; do
    check "report of the corpus: $lang" wrote_report $lang
done
check 'the same digest gives the same bytes' same_again
for page in "$work"/*.html; do
    check "tidy: ${page##*/}" valid "$page"
done
for mail in "$work"/*.eml; do
    check "mail: ${mail##*/}" mail_reads "$mail"
done
for mail in "$work"/rich-*.eml "$work"/empty-*.eml; do
    check "columns of the text: ${mail##*/}" text_is_narrow "$mail"
done

python3 tests/browser.py ${SHOTS:+--shots "$SHOTS"} "$work"/*.html >"$work/browser" 2>"$work/browser.err"
status=$?
while read -r line; do
    case $line in
    'ok '*) check "browser: ${line#* - }" true ;;
    'not ok '*) check "browser: ${line#* - }" grep -A10 -F -e "$line" "$work/browser" && continue ;;
    esac
done <"$work/browser"
check 'the browser looked at all pages' grep -q "^1\.\.$((8 * 25))\$" "$work/browser"
check 'the browser found nothing wrong' [ "$status" = 0 ]
[ "$status" = 0 ] || { grep -A5 '^not ok' "$work/browser" | sed 's/^/# /'; sed 's/^/# /' "$work/browser.err"; }
finish
