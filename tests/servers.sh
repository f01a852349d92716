# servers.sh - servers that live as long as the test; read after lib.sh.
# SPDX-License-Identifier: BSD-2-Clause

# They end when the test does: it alone keeps the other end of their standard input.
mkfifo "$work/alive"
exec 9<>"$work/alive"
servers=0

serve ()                # COMMAND...: start it; $first is the first line of its output
{
    servers=$((servers + 1))
    "$@" <"$work/alive" >"$work/server-$servers" 2>"$work/server-$servers.log" 9>&- &
    tries=0
    while [ ! -s "$work/server-$servers" ] && [ $tries -lt 300 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    first=$(head -1 "$work/server-$servers")
}
