# schedule.sh - the jobs of the crontab, of README.md and of the systemd units, with a Postfix that delivers the report.
# SPDX-License-Identifier: BSD-2-Clause
. /modori/source/tests/integration/pipes.d/postfix-server.sh

# A job as cron starts it: by the shell, without a language.
cron ()                 # cron USER COMMAND [VARIABLE=VALUE]...
{
    home=$(home_of "$1")
    (cd "$home" && setpriv --reuid "$1" --regid "$1" --init-groups env -i HOME="$home" LOGNAME="$1" SHELL=/bin/sh \
        PATH=/usr/bin:/bin ${3+"$3"} ${4+"$4"} /bin/sh -c "$2")
}

came_back_today ()      # came_back_today USER: a bounce of today is in his history
{
    on_its_way postfix-user-unknown | sed "s/^\(Date\|Arrival-Date\): .*/\1: $(date -R)/" >"$work/today"
    forget "$1"
    cron "$1" '/usr/bin/modori record' <"$work/today" && count_is 1 spooled "$1"
}

postmasters_mail ()     # bob reads what is for the postmaster
{
    eventually test -s /var/mail/bob && eventually count_is 0 queued && cat /var/mail/bob
}

is_report ()            # a whole mail, and the one to whom it happened is named in both forms
{
    postmasters_mail >"$work/mailbox" || return 1
    python3 - "$work/mailbox" <<'EOF'
import email.policy, mailbox, re, sys
mails = list(mailbox.mbox(sys.argv[1]))
assert len(mails) == 1, len(mails)
mail = email.message_from_bytes(bytes(mails[0]), policy=email.policy.default)
assert mail['To'] == 'postmaster@example.com' and mail['From'] and mail['Date'] and mail['Message-ID'], mail.items()
assert mail['Auto-Submitted'] == 'auto-generated' and not mail.defects, mail.defects
for kind in 'plain', 'html':
    text = mail.get_body([kind]).get_content()
    assert 'bob@city.example' in text and '\ufffd' not in text, text
EOF
}

mailed_by ()            # mailed_by USER COMMAND [VARIABLE]...: it prints nothing and mails the report
{
    : >/var/mail/bob
    : >"$work/printed"
    came_back_today "$1" && cron "$@" >"$work/printed" 2>&1
    cat "$work/printed"
    [ ! -s "$work/printed" ] && is_report
}

no_news ()              # no_news USER COMMAND [VARIABLE]...: nothing came back, so it mails nothing
{
    : >/var/mail/bob
    : >"$work/printed"
    forget "$1"
    before=$(taken)
    cron "$@" >"$work/printed" 2>&1
    cat "$work/printed"
    [ ! -s "$work/printed" ] || return 1
    sleep 1
    [ "$(taken)" = "$before" ] && [ ! -s /var/mail/bob ]
}

japanese ()             # the report of cron's job in Japanese
{
    mailed_by alice "$(echo "$report" | sed 's/report/report --lang=ja/')" "$path" "$week" &&
        python3 -c '
import email.policy, mailbox
mail = email.message_from_bytes(bytes(next(iter(mailbox.mbox("/var/mail/bob")))), policy=email.policy.default)
text = mail.get_body(["plain"]).get_content()
assert any("\u3040" <= letter <= "\u30ff" for letter in text), text'
}

job ()                  # job WORD: the command of the crontab that has it
{
    sed -n 's,^[0-9*]* [0-9*]* [0-9*]* [0-9*]* [0-9*]* ,,p' "$recipes/crontab" | grep "$1"
}

unit ()                 # unit NAME: what it starts, and as whom it must run
{
    grep -q '^User=modori' "$recipes/systemd/$1" && sed -n 's/^ExecStart=//p' "$recipes/systemd/$1"
}

addresses_to_stop ()
{
    came_back_today alice && cron alice "$(job suppress)" && grep -qx 'bob@city.example' /home/alice/stop.txt
}

taken_in ()             # by the unit that runs when something has arrived
{
    came_back_today modori && [ -n "$(find /var/lib/modori/$spool/new -type f)" ] && cron modori "$(unit modori-intake.service)" &&
        count_is 0 spooled modori && history_is_today
}

history_is_today ()
{
    as modori 'modori history export' | jq -r .recipient | grep -qx bob@city.example
}

pruned ()               # pruned USER COMMAND: what is old goes, what is of today stays
{
    came_back_today "$1" && cron "$1" 'modori record' <"$corpus/exim-gmail-user-unknown.eml" &&
        as "$1" 'modori history export' | sed 's/"\(arrival_date\|date\)": "20../"\1": "2001/g' >"$work/old" &&
        sed -i 's/"id": "....../"id": "000000/' "$work/old" && as "$1" 'modori history import -' <"$work/old" &&
        cron "$1" "$2" || return 1
    as "$1" 'modori history export' | jq -r .arrival_date >"$work/times"
    cat "$work/times"
    grep -q "^$(date +%Y)" "$work/times" && ! grep -q '^2001' "$work/times"
}

units_watch_the_spool ()        # the path unit names the spool of the user as whom the others run
{
    grep -qx "DirectoryNotEmpty=/var/lib/modori/$spool/new" "$recipes/systemd/modori-intake.path"
}

prepare >/dev/null 2>&1
check 'Postfix runs' set_up
week=$(grep '^WEEK=' "$recipes/crontab")
path=$(grep '^PATH=' "$recipes/crontab")
report=$(job report)
check 'crontab: the report is mailed' mailed_by alice "$report" "$path" "$week"
check 'crontab: no mail when nothing came back' no_news alice "$report" "$path" "$week"
check 'crontab: the report in Japanese' japanese
check 'crontab: addresses to stop writing to' addresses_to_stop
check 'crontab: what is old is forgotten' pruned alice "$(job prune)"
check 'README: the report is mailed' mailed_by alice "$(sed -n 's/^    0 7 \* \* 1  *//p' "$SOURCE/README.md")"
check 'systemd: the report is mailed' mailed_by modori "$(unit modori-report.service)"
check 'systemd: no mail when nothing came back' no_news modori "$(unit modori-report.service)"
check 'systemd: what arrived is taken in' taken_in
check 'systemd: what is old is forgotten' pruned modori "$(unit modori-prune.service)"
check 'systemd: the spool is watched' units_watch_the_spool
over
