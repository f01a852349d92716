#!/bin/sh
# report.t - the same mail gives the same report, whichever way it came; options, configuration, faults, redaction.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
TZ=Asia/Tokyo
XDG_CONFIG_HOME=$work/conf XDG_STATE_HOME=$work/state
export TZ XDG_CONFIG_HOME XDG_STATE_HOME
now=2026-11-22T12:00:00+09:00
mkdir -p conf/modori
modori () { "$MODORI" "$@"; }
# The report of the arguments, as one of the formats, in one of the languages, at a time that stands still.
report () { "$MODORI" report --now="$now" "$@"; }
configure () { printf '%s\n' "$@" >conf/modori/modori.conf; }
unconfigure () { rm -f conf/modori/modori.conf; }
complains () { [ "$(wc -l <err)" = 1 ] && grep -q -e "$1" err || { echo "no one line \"$1\" in:"; cat err; return 1; }; }
# fails STATUS PATTERN COMMAND...: it ends with STATUS, says one line with PATTERN on standard error.
fails ()
{
    wanted=$1 pattern=$2
    shift 2
    gives "$wanted" "$@" >out 2>err && complains "$pattern"
}

if ! command -v python3 >/dev/null; then
    echo '1..0 # skipped: python3 is not installed'
    exit 0
fi

# --- the same bounces in seven ways ---
many=${MODORI_BOUNCES:-5000}
python3 "$SOURCE/tests/bounces.py" "$many" "$SOURCE/corpus" "$work" >/dev/null || exit 1

# all NAME ARGUMENT...: the reports of ARGUMENTS into the directory NAME: of a history in all formats and both
# languages.  Of mailboxes, where it takes as long as to read them, those that hold the others.
all ()
{
    mkdir -p "$1" || return 1
    dir=$1
    shift
    for form in text.en html.ja json.en mail.ja text.ja html.en json.ja mail.en; do
        case $form$* in mail.ja*db* | json.en* | mail.ja* | *db*) ;; *) continue ;; esac
        report --lang="${form#*.}" --format="${form%.*}" --to=postmaster@example.com "$@" >"$dir/$form" || return 1
        [ -s "$dir/$form" ] || { echo "$form is empty"; return 1; }
    done
}
# The reports in the directory are those of the history that a scan filled.
same () { for file in "$1"/*; do cmp "scan.d/${file#*/}" "$file" || return 1; done; [ -s "$1/mail.ja" ]; }
counts_are_right ()
{
    modori scan --format=json --all mbox >all.json || return 1
    jq -es --argjson many "$many" 'length == $many and (map (.recipient) | unique | length == $many)' all.json &&
        jq -s 'map (select (.report == "delivery" and .bounce != "none")) | length' all.json >failed &&
        jq -e --argjson failed "$(cat failed)" '.counts.failed == $failed' scan.d/json.en
}
by_ten_files ()
{
    split -n r/10 -a 1 all.json part. && gzip part.a && gzip -dc part.a.gz | cmp -s - part.a
    set -- part.j part.i part.h part.g part.f part.e part.d part.c part.b part.a.gz
    all ten.d "$@" && same ten.d
}
by_standard_input ()
{
    [ -s scan.d/text.en ] && report - <all.json | cmp - scan.d/text.en && report - <mbox | cmp - scan.d/text.en
}
by_pipe ()      # twenty at a time
{
    find maildir/new -name '*.mail' | xargs -P 20 -n 50 sh -c \
        'for file; do "$MODORI" record --spool=spool <"$file" || echo no; done' record >out 2>&1
    [ ! -s out ] && all pipe.d --history=pipe.db --spool=spool && same pipe.d &&
        [ -z "$(find spool/new spool/cur -type f 2>/dev/null)" ]
}
by_remembering ()
{
    modori scan --format=csv --remember --history=scan.db --now="$now" mbox >/dev/null && all scan.d --history=scan.db
}
by_export ()
{
    modori history export --history=scan.db >export.json &&
        modori history import --history=import.db --now="$now" export.json &&
        all import.d --history=import.db && same import.d
}
mixed_and_repeated ()
{
    all mixed.d maildir part.c mbox all.json part.a.gz && same mixed.d
}
remembered_again ()
{
    modori scan --format=json --remember --history=scan.db --now="$now" maildir >/dev/null &&
        report --history=scan.db | cmp - scan.d/text.en
}
# The second time no mail is opened: one that became another since, of the same size and time, is not seen.
report_remembers ()
{
    [ -s scan.d/text.en ] && cp -pR maildir again && report --remember --history=own.db again | cmp - scan.d/text.en || return 1
    file=$(grep -rl '^Message-I[dD]: <' again | head -1)
    mkdir -p again/cur && touch -r "$file" stamp && sed 's/^\(Message-I[dD]: <\)./\1#/' "$file" >other && rm "$file" &&
        file="again/cur/$(basename "$file"):2,S" && mv other "$file" && touch -r stamp "$file" &&
        report --remember --history=own.db again | cmp - scan.d/text.en && report --history=own.db | cmp - scan.d/text.en || return 1
    touch "$file" && ! report --remember --history=own.db again | cmp -s - scan.d/text.en       # now it is
}
check 'scan --remember' by_remembering
check 'it counts what a scan counts' counts_are_right
check 'an mbox gives the same report' eval 'all mbox.d mbox && same mbox.d'
check 'a Maildir' eval 'all maildir.d maildir && same maildir.d'
check 'ten files of JSON lines, one compressed, in another order' by_ten_files
check 'standard input, mail or JSON' by_standard_input
check 'a pipe for each message' by_pipe
check 'history export and import' by_export
check 'all of it mixed, and again' mixed_and_repeated
check 'remembered twice' remembered_again
check 'report --remember, twice' report_remembers

# --- options ---
past=--history=scan.db
period ()       # of --since and --until, days begin here
{
    report --format=json --since=2026-11-10 --until=2026-11-12 $past >some.json &&
        jq -rs '[.[] | select (.report == "delivery" and .bounce != "none") | .arrival_date |
            sub ("[+]00:00$"; "Z") | fromdate | select (. >= 1794236400 and . < 1794409200)] | length' all.json >want &&
        [ "$(cat want)" -ge $((many / 20)) ] && jq -e --argjson want "$(cat want)" '.counts.failed == $want' some.json
}
spans ()
{
    for since in 168h 7d 1w; do
        report --format=json --since=$since $past >span.$since || return 1
    done
    cmp span.168h span.7d && cmp span.7d span.1w && ! cmp -s span.7d scan.d/json.en &&
        report --format=json --since=1m $past >span.1m && report --format=json --since=2026-10-22T12:00:00+09:00 $past |
        cmp - span.1m
}
one_domain ()
{
    report --format=json --domain=Example.JP $past >jp.json && jq -e '.counts.failed > 10' jp.json &&
        jq -e --slurpfile all scan.d/json.en '.counts.failed < $all[0].counts.failed' jp.json
}
printf 'Subject: hello\nFrom: a@example.com\n\nNo bounce.\n' >ham
silent () { "$@" >out 2>err && [ ! -s out ] && [ ! -s err ] || { cat out err; return 1; }; }
check '--since and --until' period
check 'spans of time' spans
check '--domain' one_domain
check '--if-any with nothing' silent report --if-any ham
later=--since=2026-11-22T11:00:00+09:00
check '--if-any with nothing in that time' silent report --if-any $later $past
check '--if-any with something' eval 'report --if-any $past | cmp - scan.d/text.en'
check '--exit-code with bounces' gives 1 report --exit-code $past
check '--exit-code without' gives 0 report --exit-code ham
check '--exit-code with nothing in that time' gives 0 report --exit-code $later $past
check '--top' eval 'report --top=1 $past >out && [ "$(wc -l <out)" -lt "$(wc -l <scan.d/text.en)" ]'
check 'in the C locale' eval 'LC_ALL=C report --lang=ja $past | cmp - scan.d/text.ja'
check 'by the configuration: language' eval \
    'configure "[modori]" "lang = ja"; report $past | cmp - scan.d/text.ja; r=$?; unconfigure; [ $r = 0 ]'

# --- history that is not there yet ---
new_history ()
{
    rm -rf state && gives 0 report >out 2>err && [ ! -s out ] && complains 'nothing is in history yet' &&
        [ "$(stat -c %a state/modori)" = 700 ]
}
check 'an empty history says how to fill it' new_history
check 'and nothing to cron' silent report --if-any

# --- faults ---
check 'no such mailbox: 66' fails 66 'nothing.*no such mailbox' report nothing
check 'bad --since: 64' fails 64 '--since: "gestern" is no time' report --since=gestern ham
check 'bad --now: 64' fails 64 '--now: "5 o.clock" is no time' modori report --now="5 o'clock" ham
check '--since after --until: 64' fails 64 'nothing lies between' report --since=1d --until=2d ham
check 'bad --format: 64' fails 64 'text, html, mail or json' report --format=pdf ham
check 'bad --top: 64' fails 64 '--top=-1' report --top=-1 ham
check 'mail to nobody: 64' fails 64 'to whom' report --format=mail ham
check 'mail to somebody by configuration' eval \
    'configure "[report]" "to = ops@example.org"; report --format=mail ham | grep -q "^To:.*ops@example.org"'
check 'mail to no address: 64' eval '! report --format=mail --to="a, <" ham >out 2>err && [ ! -s out ] && [ -s err ]'
unconfigure
printf '{"v": 1}\n{"id": 5}\n\n{"id": \n' | cat - all.json >bad.json
bad_lines ()
{
    gives 65 report bad.json >out 2>err && cmp out scan.d/text.en && grep -q '^modori: bad.json: line 1: ' err &&
        grep -q '^modori: bad.json: line 4: ' err && [ "$(wc -l <err)" = 3 ]
}
not_for_us ()
{
    yes '{"some": "thing"}' | head -n 5000 >other.json
    gives 65 report other.json >out 2>err && [ "$(wc -l <err)" -lt 10 ] && grep -q 5000 err
}
long_line ()
{
    { head -c 3000000 /dev/zero | tr '\0' 'x' | sed 's/^/{"id": "/'; echo '"}'; cat all.json; } >long.json
    gives 65 report long.json >out 2>err && cmp out scan.d/text.en && complains 'long.json: line 1: '
}
cut_archive ()
{
    gzip -c all.json >whole.gz && head -c $(($(wc -c <whole.gz) / 2)) whole.gz >cut.gz
    gives 65 report cut.gz >out 2>err && grep -q 'cut.gz: .*damaged' err
}
check 'lines that are no records: said, the rest counts, 65' bad_lines
check 'a file of something else is not told line by line' not_for_us
check 'a line without end' long_line
check 'a damaged archive: 65' cut_archive
no_place ()
{
    : >file && fails 74 'file/' env XDG_STATE_HOME="$work/file" "$MODORI" report
}
check 'no place for a history: 74' no_place
check 'a file that is no history' eval \
    'printf "no database, whatever its name says\n" >none.db; ! report --history=none.db >out 2>err && complains none.db'
full_disk () { [ ! -e /dev/full ] || gives 74 sh -c '"$MODORI" report ham >/dev/full'; }
check 'a full disk: 74' full_disk

# --- configuration ---
conf=$work/conf/modori/modori.conf
wrong ()        # wrong PATTERN LINE...: the lines are no configuration, and that is said
{
    pattern=$1
    shift
    configure "$@"
    fails 78 "^modori: $conf: $pattern" report ham && [ ! -s out ]
}
check 'an unknown key' wrong '\[modori\] langauge: ' '[modori]' 'langauge = ja'
check 'an unknown group' wrong '\[histroy\]: ' '[histroy]' 'file = /x'
check 'a language' wrong '\[modori\] lang: ' '[modori]' 'lang = tlh'
check 'a flag' wrong '\[history\] redact: yes or no' '[history]' 'redact = maybe'
check 'a path' wrong '\[history\] file: ' '[history]' 'file = bounces.db'
check 'an empty value' wrong '\[report\] to: ' '[report]' 'to ='
check 'a threshold' wrong '\[suppress\] soft: ' '[suppress]' 'soft = often'
check 'a threshold of a reason' wrong '\[suppress-reasons\] mailboxfull: ' '[suppress-reasons]' 'mailboxfull = often'
check 'a reason that is none' wrong '\[suppress-reasons\] mailboxempty: ' '[suppress-reasons]' 'mailboxempty = 1'
check 'rules that are not there' wrong '\[modori\] rules: ' '[modori]' "rules = $work/nowhere"
check 'no key file at all' wrong '' 'lang: ja'
check 'a key to redact with: too short' wrong '\[redact\] key: ' '[history]' 'redact = yes' '[redact]' 'key = short'
check 'help all the same' gives 0 modori report --help
configured_history ()
{
    configure '[history]' "file = $work/scan.db" "spool = $work/spool2"
    report | cmp - scan.d/text.en
}
check 'where history lies' configured_history
unconfigure

# --- redaction ---
check 'no key to redact with: how to make one' fails 78 'openssl rand' report --redact ham
configure '[redact]' 'key = 0123456789abcdef0123456789abcdef'
no_person () { ! grep -raEoh 'person[0-9]{5}z' "$@" | head -3 | grep .; }
redacted ()
{
    all redacted.d --redact --history=scan.db && no_person redacted.d &&
        grep -Eq 'redacted-[0-9a-f]{16}@' redacted.d/text.en && ! cmp -s redacted.d/json.en scan.d/json.en
}
same_shape ()   # but for names, nothing changes
{
    jq -S '.counts' scan.d/json.en >want && jq -S '.counts' redacted.d/json.en | cmp - want
}
redacted_history ()
{
    configure '[redact]' 'key = 0123456789abcdef0123456789abcdef' '[history]' 'redact = yes'
    modori scan --format=csv --remember --history=redacted.db --now="$now" mbox >/dev/null &&
        head -n 50 all.json >fifty.json && modori history import --history=redacted.db --now="$now" fifty.json &&
        sh -c '"$1" record --spool="$2" <"$3"' record "$MODORI" "$work/spool3" maildir/new/00000.mail &&
        all kept.d --history=redacted.db --spool=spool3 && modori history export --history=redacted.db >kept.d/export &&
        no_person kept.d redacted.db* && diff kept.d/text.en redacted.d/text.en && diff kept.d/html.ja redacted.d/html.ja
}
alike ()        # the same address is the same text in the list of addresses to stop writing to
{
    modori suppress --history=scan.db --now="$now" --redact >stop && modori suppress --history=redacted.db --now="$now" >stop2 &&
        no_person stop stop2 && sort stop >stop.sorted && sort stop2 | cmp - stop.sorted && [ -s stop ]
}
check 'nobody is named' redacted
check 'and the figures stay' same_shape
check 'a history that is kept redacted' redacted_history
check 'the same address is always alike' alike
unconfigure
finish
