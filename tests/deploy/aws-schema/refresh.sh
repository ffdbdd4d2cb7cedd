#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# refresh.sh - makes schema.json again from npm's @cdktf/provider-aws (37 MB, unpacked only in part).
# Run it after a change to types.txt, or with another version as its argument.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

version=${1:-21.22.1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

npm pack --silent --pack-destination "$work" "@cdktf/provider-aws@$version" >/dev/null
mapfile -t types < <(grep -v '^#' types.txt)
tar -xzf "$work"/*.tgz -C "$work" "${types[@]/#/package/lib/}"
node extract.js "$work/package/lib" "${types[@]}" >"$work/schema.json"
mv "$work/schema.json" schema.json
