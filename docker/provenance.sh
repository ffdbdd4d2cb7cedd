#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# provenance.sh IMAGE DIGEST [BASE] - what the image was made from, as an in-toto statement with a SLSA v1 predicate,
# on stdout: to keep beside the image, or to sign and attach (cosign attest --type slsaprovenance1 --predicate).
#
#   IMAGE    its name in the registry, without tag
#   DIGEST   sha256:..., as the registry has it
#   BASE     name@sha256:... as given to --build-arg BASE; otherwise the one in the Dockerfile
#
# BUILDER_ID says who built (a URI; this machine's name otherwise), BUILD_ID which build, SOURCE_DATE_EPOCH when.
# SOURCE_URI is the repository; otherwise what git calls origin.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() {
    printf 'provenance: %s\n' "$1" >&2
    exit 1
}

[[ $# -eq 2 || $# -eq 3 ]] || die "usage: provenance.sh IMAGE sha256:DIGEST [BASE]"
image=$1 digest=$2 base=${3:-$(sed -n 's/^ARG BASE=//p' docker/Dockerfile)}
hexadecimal='^[0-9a-f]{64}$'
[[ ${digest#sha256:} =~ $hexadecimal ]] || die "$digest is not a sha256 digest"
[[ $base == *@sha256:* && ${base##*@sha256:} =~ $hexadecimal ]] || die "the base $base is not pinned by digest"
command -v jq >/dev/null || die "jq is not installed"

revision=$(git rev-parse HEAD)
# A password in it is nobody's business.
source=${SOURCE_URI:-$(git config --get remote.origin.url || true)}
[[ ! $source =~ ^([a-z+]+://)[^/@]*@(.*)$ ]] || source=${BASH_REMATCH[1]}${BASH_REMATCH[2]}
# Files, without what lies about untracked: that does not get into the context, or is in .gitignore.
changed=$(git status --porcelain --untracked-files=no | wc -l)
date --utc --date="@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%FT%TZ >/dev/null || die "SOURCE_DATE_EPOCH is not a time"

jq -n \
    --arg image "$image" --arg digest "${digest#sha256:}" --arg revision "$revision" \
    --arg source "git+${source:-file://localhost/cicada}" --arg changed "$changed" \
    --arg base "${base%@*}" --arg base_digest "${base##*@sha256:}" \
    --arg dockerfile "$(sha256sum docker/Dockerfile | cut -d' ' -f1)" \
    --arg builder "${BUILDER_ID:-https://$(uname -n)/docker-build}" --arg build "${BUILD_ID:-}" \
    --arg finished "$(date --utc --date="@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%FT%TZ)" '
{
  _type: "https://in-toto.io/Statement/v1",
  subject: [{name: $image, digest: {sha256: $digest}}],
  predicateType: "https://slsa.dev/provenance/v1",
  predicate: {
    buildDefinition: {
      buildType: "tag:cicada,2026:docker/Dockerfile",
      externalParameters: {dockerfile: "docker/Dockerfile", target: "runtime", baseImage: ($base + "@sha256:" + $base_digest)},
      internalParameters: {uncommittedChanges: ($changed | tonumber)},
      resolvedDependencies: [
        {uri: $source, digest: {gitCommit: $revision}},
        {uri: ("docker://" + $base), digest: {sha256: $base_digest}},
        {uri: ($source + "#docker/Dockerfile"), digest: {sha256: $dockerfile}}
      ]
    },
    runDetails: {
      builder: {id: $builder},
      metadata: ({finishedOn: $finished} + (if $build == "" then {} else {invocationId: $build} end))
    }
  }
}'
