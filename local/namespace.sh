#!/bin/sh
# Runs a program that insists on absolute paths (/certs, /etc/ai-gateway-extproc-uds) without writing there.
# Called inside a new user and mount namespace:
#   namespace.sh ROOT PATH FOLDER [PATH FOLDER ...] -- COMMAND ARGS...
# The program sees the whole host, with each PATH leading to FOLDER.
set -eu
root=$1
shift
mount -t tmpfs tmpfs "$root"
mkdir "$root/.host" "$root/etc"
mount --rbind / "$root/.host"
for entry in /* /.[!.]*; do
  name=${entry#/}
  [ -e "$entry" ] || [ -L "$entry" ] || continue
  case $name in etc | certs | sds | .host) ;; *) ln -s ".host/$name" "$root/$name" ;; esac
done
for entry in /etc/*; do
  ln -s "/.host$entry" "$root$entry"
done
while [ "$1" != -- ]; do
  rm -f "$root$1"
  ln -s "$2" "$root$1"
  shift 2
done
shift
# After the namespace is made: a change of credentials clears the parent-death signal.
exec setpriv --pdeathsig SIGKILL -- chroot "$root" "$@"
