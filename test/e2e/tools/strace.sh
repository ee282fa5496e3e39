#!/bin/sh
# Installs strace, with which the benchmark counts the syncs of a check.
set -eu
if command -v strace >/dev/null; then exit 0; fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends strace
} >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
