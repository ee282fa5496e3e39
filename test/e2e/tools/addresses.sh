#!/bin/sh
# Installs what gives this machine another address for a while (ip) and a process a file of hosts of its own (unshare).
set -eu
if command -v ip >/dev/null && command -v unshare >/dev/null && command -v mount >/dev/null; then exit 0; fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
  apt-get -o DPkg::Lock::Timeout=300 update
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends iproute2 util-linux mount
} >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
