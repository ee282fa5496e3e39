#!/bin/sh
# Installs Alertmanager where it is missing. Debian's package starts nothing that the tests need: they run their own.
set -eu
if command -v prometheus-alertmanager >/dev/null; then exit 0; fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
  apt-get -o DPkg::Lock::Timeout=300 update
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends prometheus-alertmanager
} >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
