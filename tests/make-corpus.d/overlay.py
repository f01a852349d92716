#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A root and a network of its own, for software that must not touch the system.

usage: overlay.py --box DIR --packages NAMES --proof PATH [--host NAME]
                  [--share FROM=TO]... COMMAND...

apt-get installs the packages into an overlay under DIR, unless PATH is there
already; then COMMAND runs as root above a fresh copy of that, with no network
but its own.  FROM is seen inside as TO.  All mounts and processes end with it.
"""
import argparse
import os
import shutil
import subprocess
import sys

# A root of its own: the system below, what is written above; a /dev that has
# no log socket, so that nothing is written to the system's log.
ENTER = r'''
set -e
mount --make-rprivate /
mount -t overlay overlay -o lowerdir=/,upperdir="$BOX/$LAYER",workdir="$BOX/work" "$BOX/root"
cd "$BOX/root"
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty; do
    touch dev/$name
    mount --bind /dev/$name dev/$name
done
mkdir dev/shm dev/pts
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t proc proc proc
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p run/lock
while IFS='=' read -r from to; do
    [ -n "$from" ] || continue
    mkdir -p ".$to"
    mount --bind "$from" ".$to"
done <<<"$SHARED"
hostname "$NAME"
exec chroot . /usr/bin/env -i HOME=/root LANG=C.UTF-8 TZ="$ZONE" DEBIAN_FRONTEND=noninteractive \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
'''

INSTALL = ('echo "postfix postfix/main_mailer_type select No configuration"'
           ' | debconf-set-selections\n'
           'apt-get -y -q --no-install-recommends install ')


class Box:
    """FOLDER holds the layers; SHARED are pairs: a folder here, its path inside."""

    def __init__(self, folder, packages, proof, host, zone='UTC', shared=()):
        self.folder, self.packages, self.proof = os.path.abspath(folder), packages, proof
        self.host, self.zone, self.shared = host, zone, shared

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def install(self):
        if os.path.exists(self.path('installed', self.proof.lstrip('/'))):
            return 0
        return self.enter('installed', [], ['bash', '-c', INSTALL + self.packages])

    def run(self, command):
        """Each run starts from what was installed: no queue of an older run."""
        shutil.rmtree(self.path('scratch'), ignore_errors=True)
        subprocess.run(['cp', '-a', 'installed', 'scratch'], cwd=self.folder, check=True)
        return self.enter('scratch', ['--net'], command)

    def enter(self, layer, more_spaces, command):
        for name in (layer, 'work', 'root'):
            os.makedirs(self.path(name), exist_ok=True)
        spaces = ['--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child', *more_spaces]
        shared = '\n'.join(f'{os.path.abspath(here)}={there}' for here, there in self.shared)
        environment = dict(os.environ, BOX=self.folder, LAYER=layer, SHARED=shared,
                           NAME=self.host, ZONE=self.zone)
        return subprocess.run(['unshare', *spaces, 'bash', '-c', ENTER, 'enter', *command],
                              env=environment, stdin=subprocess.DEVNULL).returncode


def main():
    parser = argparse.ArgumentParser(description='Runs COMMAND in a root and network of its own.')
    parser.add_argument('--box', required=True, metavar='DIR')
    parser.add_argument('--packages', required=True, metavar='NAMES')
    parser.add_argument('--proof', required=True, metavar='PATH', help='is there once installed')
    parser.add_argument('--host', default='mail.example.com', metavar='NAME')
    parser.add_argument('--share', action='append', default=[], metavar='FROM=TO')
    parser.add_argument('command', nargs=argparse.REMAINDER, metavar='COMMAND')
    options = parser.parse_args()
    box = Box(options.box, options.packages, options.proof, options.host,
              shared=[pair.split('=', 1) for pair in options.share])
    return box.install() or (box.run(options.command) if options.command else 0)


if __name__ == '__main__':
    sys.exit(main())
