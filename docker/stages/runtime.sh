#!/bin/sh
# SPDX-License-Identifier: MIT
#
# runtime.sh LIST - makes the base what cicada runs on: the packages of the list, the newest security updates,
# the user locust, and no file that lends its owner's rights.
set -eu

apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get upgrade -q -y --no-install-recommends
# shellcheck disable=SC2046 # a list of words
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends ca-certificates $(cat "$1")
apt-get clean
rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/debconf/*-old /var/cache/ldconfig/* "$1"

groupadd --gid 1000 locust
useradd --uid 1000 --gid 1000 --create-home --shell /usr/sbin/nologin locust
# Where results go: a volume that is empty takes the owner over.
install -d -o locust -g locust /results

find / -xdev -type f -perm /6000 -exec chmod ug-s {} +
