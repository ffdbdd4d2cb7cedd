#!/bin/sh
# SPDX-License-Identifier: MIT
#
# packages.sh ARCHITECTURE - what cicada is compiled with, the libraries being of that Debian architecture.
set -eu
arch=${1:-$(dpkg --print-architecture)}
suffix=''
compiler='gcc libc6-dev'

if [ "$arch" != "$(dpkg --print-architecture)" ]; then
    dpkg --add-architecture "$arch"
    suffix=":$arch"
    case $arch in
    amd64) compiler="gcc-x86-64-linux-gnu libc6-dev:amd64" ;;
    arm64) compiler="gcc-aarch64-linux-gnu libc6-dev:arm64" ;;
    *)
        echo "packages: no cross file for $arch, see docker/cross" >&2
        exit 1
        ;;
    esac
fi

# msgpack's C library has had a name of its own since Debian 13.
msgpack=libmsgpack-c-dev
if grep -qx 'VERSION_ID="12"' /etc/os-release; then
    msgpack=libmsgpack-dev
fi

libraries=''
for library in libcurl4-openssl-dev libev-dev libjansson-dev libmicrohttpd-dev libcmocka-dev \
    libunistring-dev zlib1g-dev libssl-dev libzmq3-dev libcrypt-dev "$msgpack"; do
    libraries="$libraries $library$suffix"
done

apt-get update -q
# shellcheck disable=SC2086 # lists of words
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    $compiler $libraries uthash-dev meson ninja-build pkg-config python3
