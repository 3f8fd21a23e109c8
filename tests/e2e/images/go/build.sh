#!/bin/sh
# Fills the tree $1 with static Go programs; `exporter` is built for the architecture that this machine is not.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tree=$1
bin=$tree/usr/local/bin
mkdir -p "$bin" "$tree/etc" "$tree/tmp"
cd "$here"
export CGO_ENABLED=0 GO111MODULE=on
for name in checkout inventory; do
    go build -trimpath -ldflags=-s -o "$bin/$name" "./$name"
done
case $(go env GOHOSTARCH) in amd64) other=arm64 ;; *) other=amd64 ;; esac
GOARCH=$other go build -trimpath -ldflags=-s -o "$bin/exporter" ./exporter
