#!/bin/sh
# Puts Grafana's own model of a dashboard (types, published by its makers) into the tools folder: grafana/node_modules/@grafana/schema.
set -eu
tools=${CCM_TOOLS:-$HOME/.cache/ccm-tools}/grafana
mkdir -p "$tools"
# One at a time: two runs would write the same files.
exec 9>"$tools/lock"
flock 9
if [ -d "$tools/node_modules/@grafana/schema" ]; then exit 0; fi
npm install --prefix "$tools" --no-audit --no-fund --ignore-scripts @grafana/schema@13.2.3 >"$tools/log" 2>&1 || {
  tail -n 20 "$tools/log" >&2
  exit 1
}
