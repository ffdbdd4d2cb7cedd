#!/bin/sh
# SPDX-License-Identifier: MIT
#
# page.sh FOLDER - the web page in FOLDER/dist. The one that came along is taken if ./dev made it of these very
# sources (see ui_sources there); otherwise npm makes it.
set -eu
cd "$1"

sources() {
    printf '%s\n' package.json package-lock.json tsconfig.json vite.config.ts index.html
    find src tools -type f | LC_ALL=C sort
}

if [ -f dist/.made-from ] && [ "$(sources | xargs cat | sha256sum)" = "$(cat dist/.made-from)" ]; then
    echo "page: took the one that was built before"
    exit 0
fi

echo "page: building it"
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends nodejs npm ca-certificates
rm -rf dist
npm ci --no-audit --no-fund --ignore-scripts
npm run build
rm -rf node_modules
