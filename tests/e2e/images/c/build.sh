#!/bin/sh
# Fills the tree $1 with small C programs; libledger.so is linked against and then left out on purpose.
set -eu
tree=$1
cd "$(dirname "$0")"
mkdir -p "$tree/usr/local/bin" "$tree/etc" "$tree/tmp"
for name in decoder matrix rounding; do
    gcc -O0 -g -static -o "$tree/usr/local/bin/$name" "$name.c"
done
libs=$(mktemp -d)
gcc -shared -fPIC -Wl,-soname,libledger.so.2 -o "$libs/libledger.so.2" ledger.c
gcc -o "$tree/usr/local/bin/billing" billing.c "$libs/libledger.so.2"
rm -r "$libs"
ldd "$tree/usr/local/bin/billing" | grep -o '/[^ ]*' | while read -r file; do
    mkdir -p "$tree$(dirname "$file")"
    cp -L "$file" "$tree$file"
done
