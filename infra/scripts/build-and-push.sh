#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# build-and-push.sh - builds the image and pushes it to the registry that Terraform made.

# shellcheck source=infra/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help() {
    cat <<EOF
Usage: $ME [OPTION...] [TAG]

Builds docker/Dockerfile and pushes it to the ECR repository of infra/ under TAG: a version, a git commit,
or "latest", which is the default and the only tag that may be pushed twice. A TAG that is there already
is left as it is, so running this again does no harm.

  --platform LIST    what to build for (linux/amd64); several, divided by commas, need docker buildx
$VAR_FILE_HELP
$COMMON_HELP

Environment: those of terraform, aws and docker, such as AWS_PROFILE and DOCKER_HOST.
EOF
}

TAG='' PLATFORM=linux/amd64

options() {
    while (($# > 0)); do
        common_option "$@"
        ((TAKEN > 0)) || var_file_option "$@"
        if ((TAKEN == 0)); then
            TAKEN=1
            case $1 in
            --platform)
                value "$@"
                PLATFORM=$2 TAKEN=2
                ;;
            -*) usage_error "there is no option $1" ;;
            *)
                [[ -z $TAG ]] || usage_error "one tag, not both \"$TAG\" and \"$1\""
                check_tag "$1"
                TAG=$1
                ;;
            esac
        fi
        shift "$TAKEN"
    done
    TAG=${TAG:-latest}
    [[ $PLATFORM =~ ^linux/[a-z0-9/]+(,linux/[a-z0-9/]+)*$ ]] ||
        usage_error "--platform: \"$PLATFORM\" is not of the form linux/amd64,linux/arm64"
}

# build: with one platform by the engine itself; several at once, their list, and attestations in the
# registry, only buildx can make. The image's list of contents is in the image either way.
build() {
    local revision created origin arguments
    revision=$(git -C "$ROOT" rev-parse HEAD 2>/dev/null || echo unknown)
    created=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    origin=$(git -C "$ROOT" config --get remote.origin.url 2>/dev/null || echo unknown)
    # A password in it is nobody's business.
    [[ ! $origin =~ ^([a-z+]+://)[^/@]*@(.*)$ ]] || origin=${BASH_REMATCH[1]}${BASH_REMATCH[2]}
    arguments=(--platform "$PLATFORM" --file "$ROOT/docker/Dockerfile"
        --build-arg "VERSION=$TAG" --build-arg "REVISION=$revision"
        --build-arg "SOURCE=$origin" --build-arg "CREATED=$created"
        --tag "$REPOSITORY_URL:$TAG")
    if [[ $PLATFORM == *,* ]]; then
        run docker buildx build "${arguments[@]}" --provenance=mode=max --sbom=true --push "$ROOT"
    else
        run docker build "${arguments[@]}" "$ROOT"
    fi
}

# login: the password goes from one program to the other, and is on no command line.
login() {
    if "$DRY_RUN"; then
        say "would log docker in at ${REPOSITORY_URL%%/*}"
    else
        cloud ecr get-login-password --output text |
            docker login --username AWS --password-stdin "${REPOSITORY_URL%%/*}" >/dev/null
    fi
}

main() {
    local pushed=''
    options "$@"

    step "Prerequisites" "the lines above"
    tools terraform aws docker
    credentials

    step "Registry" "terraform -chdir=infra state list; has deploy.sh made the infrastructure?"
    init
    look
    if [[ -z $REPOSITORY_URL ]]; then
        "$DRY_RUN" || die "Terraform's state has no ECR repository: run deploy.sh first"
        REPOSITORY_URL=ACCOUNT.dkr.ecr.$REGION.amazonaws.com/$CLUSTER
    else
        pushed=$(digest "$TAG")
    fi
    say "$REPOSITORY_URL"
    if [[ -n $pushed && $TAG != latest ]]; then
        good "$TAG is there already ($pushed); its tag can't be pushed twice, so nothing is built"
    else
        # A registry's password first: without one the build is in vain.
        login

        step "Build $TAG for $PLATFORM" "the build's output above; docker system df, if the disk is full"
        build

        step "Push" "docker login and the registry: aws ecr describe-repositories"
        [[ $PLATFORM == *,* ]] || run docker push "$REPOSITORY_URL:$TAG"
        "$DRY_RUN" || pushed=$(digest "$TAG")
        "$DRY_RUN" || [[ -n $pushed ]] || die "the registry does not know $TAG after the push"
    fi

    STEP=''
    cat <<EOF

Image: $REPOSITORY_URL:$TAG
       $REPOSITORY_URL@${pushed:-DIGEST}

What it was made from, to keep or to sign:
    docker/provenance.sh $REPOSITORY_URL ${pushed:-sha256:DIGEST} >provenance.json

To run it in the cluster:
    infra/scripts/deploy.sh $TAG
or, touching nothing but the image:
    kubectl -n $NAMESPACE set image deployment/locust-master deployment/locust-worker \\
        '*=$REPOSITORY_URL@${pushed:-DIGEST}'
EOF
}

main "$@"
