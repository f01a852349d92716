# filters.sh - procmail, maildrop and Dovecot's Sieve behind Postfix: as pipes, and as filters that sort.
# SPDX-License-Identifier: BSD-2-Clause
. /modori/source/tests/integration/pipes.d/postfix-server.sh

behind ()               # behind COMMAND: delivers all local mail
{
    no_recipes
    postconf -e "mailbox_command = $1" && postfix reload && sleep 1
}

in_folder ()            # how many messages are in alice's Maildir FOLDER ("" is the inbox)
{
    find "/home/alice/Maildir/$1/new" -type f 2>/dev/null | wc -l
}

empty_folders ()
{
    rm -rf /home/alice/Maildir
    as alice 'for folder in "" .Hard .Soft; do mkdir -p Maildir/$folder/new Maildir/$folder/cur Maildir/$folder/tmp; done'
}

sorted ()               # sorted NAME FOLDER: it is there, with its three fields, and otherwise as it was
{
    empty_folders
    inject "$1" alice@example.com
    eventually count_is 1 in_folder "$2" && eventually count_is 0 queued || return 1
    file=$(find "/home/alice/Maildir/$2/new" -type f)
    grep -q "^X-Modori-Bounce: $(jq -r .bounce "$corpus/$1.expect" | head -1)" "$file" &&
        grep -q "^X-Modori-Reason: $(jq -r .reason "$corpus/$1.expect" | head -1)" "$file" &&
        grep -q "^X-Modori-Recipient: $(jq -r .recipient "$corpus/$1.expect" | head -1)" "$file" || { cat "$file"; return 1; }
    on_its_way "$1" >"$work/it"
    sed '/^X-Modori-/d' "$file" >"$work/without"
    ends_with "$work/it" "$work/without"
}

passed_by ()            # ordinary mail comes through, and stays in the inbox
{
    empty_folders
    inject_ordinary alice@example.com
    eventually count_is 1 in_folder '' && eventually count_is 0 queued &&
        grep -q '^X-Modori-Bounce: none' /home/alice/Maildir/new/*
}

filter_is_safe ()       # filter_is_safe WHAT
{
    check "$1: a hard bounce is sorted" sorted postfix-user-unknown .Hard
    check "$1: a soft bounce is sorted" sorted postfix-mailbox-full .Soft
    check "$1: ordinary mail passes" passed_by
}

kept_without ()         # kept_without [BREAK MEND]: the message is in the inbox, as it was
{
    forget alice
    empty_folders
    ${1:-take_program_away} alice
    inject postfix-several alice@example.com
    eventually count_is 1 in_folder '' && eventually count_is 0 queued
    kept=$?
    ${2:-put_program_back} alice
    on_its_way postfix-several >"$work/it"
    [ $kept = 0 ] && ends_with "$work/it" /home/alice/Maildir/new/*
}

waits_without ()        # the program is missing: the message is in the queue until it is back
{
    empty_folders
    before=$(put_off)
    take_program_away
    inject postfix-user-unknown alice@example.com
    eventually more_than "$before" put_off && count_is 1 queued
    waited=$?
    put_program_back
    [ $waited = 0 ] && flush && eventually count_is 1 in_folder .Hard && eventually count_is 0 queued
}

set_up_sieve ()
{
    mkdir -p /usr/local/lib/sieve
    ln -s /usr/bin/modori /usr/local/lib/sieve/
    cat >/etc/dovecot/dovecot.conf <<'EOF'
log_path = /var/log/dovecot.log
mail_location = maildir:~/Maildir
postmaster_address = postmaster@example.com
protocol lda {
  mail_plugins = sieve
}
plugin {
  sieve = ~/.dovecot.sieve
}
EOF
    cat "$recipes/dovecot-sieve.conf" >>/etc/dovecot/dovecot.conf
    touch /var/log/dovecot.log
    chmod 666 /var/log/dovecot.log
}

prepare >/dev/null 2>&1
check 'Postfix runs' set_up

behind /usr/bin/procmail
recipe procmailrc alice .procmailrc
pipe_is_safe 'procmail' alice alice@example.com
recipe procmailrc-filter alice .procmailrc
filter_is_safe 'procmail, filter'
check 'procmail, filter: while the program is missing it goes to the inbox' kept_without

behind /usr/bin/maildrop
recipe mailfilter alice .mailfilter
pipe_is_safe 'maildrop' alice alice@example.com
recipe mailfilter-filter alice .mailfilter
filter_is_safe 'maildrop, filter'
check 'maildrop, filter: while the program is missing it waits' waits_without

behind '/usr/lib/dovecot/dovecot-lda -f "$SENDER"'
check 'Sieve: the plugins are set up' set_up_sieve
recipe record.sieve alice .dovecot.sieve
check 'Sieve, pipe: a bounce is recorded once' arrives alice alice@example.com postfix-several
check 'Sieve, pipe: while the program is missing it goes to the inbox' kept_without
check 'Sieve, pipe: while the spool cannot be written it goes to the inbox' kept_without lock_spool unlock_spool
recipe filter.sieve alice .dovecot.sieve
filter_is_safe 'Sieve, filter'
check 'Sieve, filter: while the program is missing it goes to the inbox' kept_without
check 'behind Postfix: nobody was sent anything' nothing_was_sent
over
