#!/bin/sh
# Installs Prometheus with promtool, from Debian's packages; nothing of it is started.
set -eu
if command -v promtool >/dev/null && command -v prometheus >/dev/null; then exit 0; fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends prometheus
} >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
