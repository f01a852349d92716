# exim.sh - `modori check tls` against Exim, whose TLS is GnuTLS's, and which logs each command that it hears.
# SPDX-License-Identifier: BSD-2-Clause
. /modori/source/tests/integration/check.d/inside.sh
log=/var/log/exim4/mainlog

start_exim ()
{
    cat >/etc/exim4/exim4.conf <<END
primary_hostname = exim.tls.example
daemon_smtp_ports = 25 : 465 : 587
local_interfaces = 192.0.2.31
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = $certificates/exim.sent
tls_privatekey = $certificates/exim.key
tls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1
host_lookup =
log_selector = +smtp_no_mail +smtp_connection
begin authenticators
login:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = \${if def:tls_in_cipher}
  server_condition = false
END
    cat "$certificates/exim.pem" "$certificates/intermediate.pem" >"$certificates/exim.sent"
    chmod -R a+rX "$certificates"
    install -m 640 -o Debian-exim -g adm /dev/null $log
    exim4 -bV || return 1
    (exim4 -bd; :)      # its parent must not be the first process, or it stays in the foreground
    eventually grep -q 'daemon started' $log
}

# "no MAIL in SMTP connection from ... C=EHLO,STARTTLS,EHLO,QUIT" is what Exim writes of each.
heard_nothing_else ()
{
    sed -n 's/.* no MAIL in .* C=//p' $log | sort | uniq -c
    grep -q 'C=EHLO,STARTTLS,EHLO,QUIT' $log &&
        ! sed -n 's/.* no MAIL in .* C=\([A-Z.,]*\).*/\1/p' $log | tr ',' '\n' | grep -vxE 'EHLO|STARTTLS|QUIT'
}

prepare >/tmp/prepare.log 2>&1
check 'Exim runs' start_exim
printf '%s\n' 'exim.tls.example A 192.0.2.31' 'other.tls.example A 192.0.2.31' \
    '31.2.0.192.in-addr.arpa PTR exim.tls.example' >"$work/zone"
check 'a name server runs' start_names "$work/zone"
[ "$failures" = 0 ] || { over; exit; }
read -r resolver <"$work/names"
for port in 25 587 465; do
    check "Exim, port $port: all well" tls '' exim.tls.example:$port
done
check 'Exim, by another name' tls 'tls-send-as-name tls-programs-warn certificate-name-other' other.tls.example:587
check 'Exim heard nothing but EHLO, STARTTLS, QUIT' heard_nothing_else
over
