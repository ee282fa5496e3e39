#!/bin/sh
# Installs Postfix, and Dovecot for its authentication, where they are missing. The machine's own mail stays unconfigured:
# the tests run both from configuration folders of their own.
set -eu
if [ -x /usr/sbin/postfix ] && [ -x /usr/sbin/dovecot ]; then exit 0; fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{
  echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
  apt-get -o DPkg::Lock::Timeout=300 update
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends postfix dovecot-core
} >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
