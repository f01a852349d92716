# exim.sh - pipes of Exim: from a .forward, and by a transport of its own.
# SPDX-License-Identifier: BSD-2-Clause
. /modori/source/tests/integration/pipes.d/inside.sh
log=/var/log/exim4/mainlog

queued ()
{
    find /var/spool/exim4/input -name '*-H' | wc -l
}

put_off ()
{
    grep -c ' == .* defer ' $log
}

taken ()
{
    grep -c ' <= ' $log
}

flush ()
{
    exim4 -qff
}

# The transport address_pipe and the router userforward are Debian's.
configuration ()
{
    cat <<'EOF'
primary_hostname = mail.example.com
qualify_domain = example.com
domainlist local_domains = example.com : mail.example.com : localhost
acl_smtp_rcpt = yes
acl_smtp_data = yes
tls_advertise_hosts =
begin acl
yes:
  accept
begin routers
EOF
    cat "$recipes/exim-router"
    cat <<'EOF'
aliases:
  driver = redirect
  data = ${lookup{$local_part}lsearch{/etc/aliases}}
userforward:
  driver = redirect
  check_local_user
  file = $home/.forward
  require_files = $local_part_data:$home/.forward
  allow_filter
  pipe_transport = address_pipe
  file_transport = address_file
localuser:
  driver = accept
  check_local_user
  transport = mailbox
begin transports
EOF
    cat "$recipes/exim-transport"
    cat <<'EOF'
address_pipe:
  driver = pipe
  return_fail_output
address_file:
  driver = appendfile
mailbox:
  driver = appendfile
  file = /var/mail/$local_part_data
  group = mail
  mode = 0660
begin retry
* * F,1h,1s
EOF
}

set_up ()
{
    configuration >/etc/exim4/exim4.conf
    install -m 640 -o Debian-exim -g adm /dev/null $log
    exim4 -bV || return 1
    (exim4 -bd; :)      # its parent must not be the first process, or it stays in the foreground
    eventually grep -q 'daemon started' $log
}

prepare >/dev/null 2>&1
check 'Exim runs' set_up
recipe forward-exim alice .forward
pipe_is_safe 'Exim, .forward' alice alice@example.com
pipe_is_safe 'Exim, a transport' modori bounces@example.com
over
