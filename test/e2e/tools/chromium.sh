#!/bin/sh
# Installs Chromium, with fonts for Chinese and for emoji, from Debian's packages; nothing of it is started.
set -eu
if command -v chromium >/dev/null && fc-list 2>/dev/null | grep -q NotoSansCJK && fc-list | grep -q NotoColorEmoji; then exit 0; fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends \
    chromium fontconfig fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji
} >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
