#!/bin/sh
# Installs buildah, podman and runc, and makes the base image that the Dockerfile names where no image registry is reachable.
# The image is put together from Debian's packages and Node's package of the npm registry, once; later runs find it there.
set -eu
tools=${CCM_TOOLS:-$HOME/.cache/ccm-tools}/containers
image=docker.io/library/node:24-slim
mkdir -p "$tools"
# One at a time: two runs would build the same image twice.
exec 9>"$tools/lock"
flock 9

missing=
for tool in buildah podman runc debootstrap; do
  command -v "$tool" >/dev/null || missing="$missing $tool"
done
if [ -n "$missing" ]; then
  {
    apt-get update
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $missing ca-certificates
  } >"$tools/apt.log" 2>&1 || { tail -n 20 "$tools/apt.log" >&2; exit 1; }
fi

# A storage of our own: the machine's images and containers are not touched.
storage() { buildah --root "$tools/storage" --runroot "$tools/run" --storage-driver overlay "$@"; }
if storage inspect --type image "$image" >/dev/null 2>&1; then exit 0; fi

case $(uname -m) in
  x86_64) arch=x64 ;;
  aarch64) arch=arm64 ;;
  *) echo "Cannot make $image: there is no Node package for $(uname -m); use a machine with x86_64 or aarch64" >&2; exit 1 ;;
esac
work=$(mktemp -d "$tools/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
unpack() { # unpack PACKAGE FOLDER: a package of the npm registry
  mkdir -p "$2"
  (cd "$work" && tar -xzf "$(npm pack --silent "$1")" -C "$2" --strip-components 1)
}
{
  unpack "node-linux-$arch@24" "$work/node"
  unpack npm@11 "$work/npm"
  debootstrap --variant=minbase --include=ca-certificates,libstdc++6 bookworm "$work/root"
} >"$tools/base.log" 2>&1 || { tail -n 20 "$tools/base.log" >&2; exit 1; }

# What Debian's slim images leave out too.
rm -rf "$work"/root/var/cache/apt/* "$work"/root/var/lib/apt/lists/* "$work"/root/var/log/* \
  "$work"/root/usr/share/doc/* "$work"/root/usr/share/man/* "$work"/root/usr/share/info/* "$work"/root/usr/share/locale/*
local_=$work/root/usr/local
mkdir -p "$local_/bin" "$local_/lib/node_modules"
cp "$work/node/bin/node" "$local_/bin/node"
mv "$work/npm" "$local_/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$local_/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$local_/bin/npx"
chroot "$work/root" useradd --uid 1000 --user-group --create-home --shell /bin/bash node

container=$(storage from scratch)
mounted=$(storage mount "$container")
cp -a "$work/root/." "$mounted/"
storage umount "$container" >/dev/null
storage config --cmd node --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
storage commit --quiet --rm "$container" "$image" >/dev/null
