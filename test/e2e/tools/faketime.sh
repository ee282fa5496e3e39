#!/bin/sh
# Installs libfaketime, with which the campaign of faults sets the program's clock.
set -eu
for library in /usr/lib/*/faketime/libfaketimeMT.so.1; do
  if [ -e "$library" ]; then exit 0; fi
done
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends faketime
} >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
