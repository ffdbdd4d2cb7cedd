#!/bin/sh
# SPDX-License-Identifier: MIT
#
# compile.sh ARCHITECTURE TESTS SOURCE OUT - the programs in OUT/usr/local/bin, and in OUT/runtime-packages the
# Debian packages of the libraries they name.
set -eu
arch=${1:-$(dpkg --print-architecture)}
tests=$2 source=$3 out=$4
build=/build
readelf=readelf
set -- # the cross file, if need be

case $arch in
amd64) triplet=x86_64-linux-gnu ;;
arm64) triplet=aarch64-linux-gnu ;;
esac
if [ "$arch" != "$(dpkg --print-architecture)" ]; then
    set -- --cross-file "$source/docker/cross/$arch.ini"
    readelf=$triplet-readelf
    [ "$tests" != yes ] || echo "compile: tests for another processor can't run here" >&2
    tests=no
fi

meson setup "$build" "$source" --buildtype=release --prefix=/usr/local -Dwerror=true "$@"
if [ "$tests" = yes ]; then
    ninja -C "$build"
    meson test -C "$build" --no-rebuild --print-errorlogs --suite unit --timeout-multiplier 4
else
    ninja -C "$build" engine/cli/cicada engine/target/cicada-target
fi
meson install -C "$build" --no-rebuild --tags runtime --strip --destdir "$out"

# The library as named in the program -> its file -> its package, whose name may end in :ARCHITECTURE.
for name in $("$readelf" -d "$out"/usr/local/bin/* | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u); do
    file=$(find "/usr/lib/$triplet" "/lib/$triplet" "/usr/$triplet/lib" -name "$name" 2>/dev/null | head -n 1)
    dpkg -S "$file" 2>/dev/null || dpkg -S "${file#/usr}"
done | sed 's/:.*//' | sort -u >"$out/runtime-packages"
[ -s "$out/runtime-packages" ]
# The layer that is made of it can be taken from the cache as long as it says the same.
touch -d @0 "$out/runtime-packages"
cat "$out/runtime-packages"
