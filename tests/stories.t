#!/bin/sh
# stories.t - five people in trouble: does `explain` tell each of them what he needs, in both languages?
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
cd "$SOURCE/corpus" || exit 1

# tells LANG MESSAGE TEXT...: the explanation of MESSAGE holds each TEXT; lines may be wrapped anywhere
tells ()
{
    "$MODORI" explain --lang="$1" "$2" | tr -d ' \n' >"$work/told"
    shift 2
    [ -s "$work/told" ] || return 1
    for sought; do
        grep -qF -e "$(echo "$sought" | tr -d ' ')" "$work/told" || { echo "not told: $sought"; return 1; }
    done
}

both ()                 # the same texts (records, commands, names) in English and in Japanese
{
    tells en "$@" && tells ja "$@"
}

found_in_order_mail ()  # LANG TEXT...
{
    lang=$1
    shift
    "$MODORI" check message --lang="$lang" "$SOURCE/tests/data/order-mail.eml" | tr -d ' \n' >"$work/told"
    for sought; do
        grep -qF -e "$(echo "$sought" | tr -d ' ')" "$work/told" || { echo "not told: $sought"; return 1; }
    done
}

# The order mail with a sed command run over it: does `check message` name the finding?
names_finding ()        # FINDING SED-EXPRESSION
{
    sed "$2" "$SOURCE/tests/data/order-mail.eml" >"$work/changed.eml"
    "$MODORI" check message --format=json "$work/changed.eml" | jq -r '.findings[].finding' >"$work/names"
    grep -qx "$1" "$work/names" || { cat "$work/names"; return 1; }
}

many_recipients ()
{
    { printf 'To: '; seq -f 'user%g@example.net,' 1 101 | tr '\n' ' '; echo 'x@example.net'
      sed '/^To:/d' "$SOURCE/tests/data/order-mail.eml"; } >"$work/many.eml"
    says 'recipients' "$MODORI" check message "$work/many.eml"
}

too_large ()
{
    { cat "$SOURCE/tests/data/order-mail.eml"; seq 1 400000; } >"$work/large.eml"
    "$MODORI" check message --format=json "$work/large.eml" | jq -r '.findings[].refused_by' | grep -q SoftBank &&
        says '2 MB' "$MODORI" check message "$work/large.eml"
}

wave_is_told ()         # LANG TEXT
{
    "$MODORI" scan --lang="$1" story-3-form-*.eml | tr -d ' \n' | grep -qF -e "$(echo "$2" | tr -d ' ')"
}

# 1. Sales mails to Gmail: 550-5.7.26
for message in story-1-sendmail.eml story-1-postfix.eml; do
    check "1: $message: records and checks" both $message authfailure '_dmarc.example.jp' 'v=DMARC1; p=none' \
        '_domainkey.example.jp' 'v=DKIM1; k=rsa; p=' 'modori check domain example.jp' 'v=spf1 a:www1234.sakura.ne.jp mx ~all' '5,000'
done
check '1: an own server: its address' both postfix-gmail-unauthenticated.eml 'v=spf1 ip4:192.0.2.' '~all'
check '1: typographic dashes' both story-1-sendmail-dashes.eml authfailure 'v=spf1'
check '1: the answer comes first, English' tells en story-1-postfix.eml 'Your mail did not reach hanako@gmail.example'
check '1: the answer comes first, Japanese' tells ja story-1-postfix.eml 'hanako@gmail.example 宛のメールは届きませんでした'

# 2. "Send mail as": the certificate does not match the host
for message in story-2-send-as-en.eml story-2-send-as-ja.eml story-2-send-as-text.eml; do
    check "2: $message: how the right name is found" both $message failedstarttls 'openssl s_client -connect' \
        '-starttls smtp' 'modori check tls' 'Received: from mail.example.com'
done
check '2: candidates from the returned mail' both story-2-send-as-ja.eml 'mail.example.jp, server.example.jp'
check '2: English' tells en story-2-send-as-en.eml "a name in the server's certificate"
check '2: Japanese' tells ja story-2-send-as-ja.eml '証明書にある名前'

# 3. The same at a shared hoster; and its abused contact form
check '3: the name at the hoster' both story-3-xserver.eml failedstarttls 'sv1234.xserver.jp' '*.xserver.jp'
check '3: the form, English' wave_is_told en 'Your form is being abused'
check '3: the form, Japanese' wave_is_told ja 'フォームが悪用されています'
check '3: reCAPTCHA' wave_is_told ja reCAPTCHA

# 4. One's own server with a self-signed certificate
check '4: a real certificate, Postfix, qmail, renewal' both story-4-self-signed.eml failedstarttls 'certbot certonly' \
    "Let's Encrypt" 'smtpd_tls_chain_files' 'servercert.pem' 'fullchain.pem privkey.pem' 'certbot renew'

# 5. Order mails that au and SoftBank do not take
check '5: au' both story-5-au.eml 'localhost.localdomain' 'hostnamectl set-hostname' 'EC-CUBE'
check '5: SoftBank' both story-5-softbank.eml 'localhost.localdomain' 'hostnamectl set-hostname' 'EC-CUBE'
check '5: a vague reply, English' tells en cause-message-id.eml 'Probable cause: The Message-ID ends in localhost' \
    'hostnamectl set-hostname' 'If that does not help'
check '5: a vague reply, Japanese' tells ja cause-message-id.eml '考えられる原因: Message-ID が localhost' 'hostnamectl set-hostname'
check '5: a sent copy, English' found_in_order_mail en 'The Message-ID ends in localhost' 'no name in reverse DNS' \
    'introduced itself with a name that is not on the Internet' 'hostnamectl' '2 MB and 100 recipients'
check '5: a sent copy, Japanese' found_in_order_mail ja 'Message-ID' '逆引き' 'hostnamectl' 'ソフトバンク'
check '5: exit status says error' gives 2 "$MODORI" check message "$SOURCE/tests/data/order-mail.eml"
check '5: empty Message-ID' names_finding message-id-empty 's/^Message-I[Dd]:.*/Message-Id:/'
check '5: empty From' names_finding from-empty 's/^From:.*/From:/'
check '5: over 100 recipients' many_recipients
check '5: over 2 MB' too_large
finish
