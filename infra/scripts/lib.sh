#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# lib.sh - what deploy.sh, destroy.sh, build-and-push.sh and verify-deployment.sh share: talking, options,
# bounded waits, prerequisites, and the facts about what is deployed. Sourced, never run.
#
# Tools are called by their bare names and get the environment unchanged, so AWS_PROFILE,
# AWS_ENDPOINT_URL, KUBECONFIG, TF_CLI_CONFIG_FILE, DOCKER_HOST and the like work as always.
#
# shellcheck disable=SC2034 # much of what is set here is for the scripts to read

set -euo pipefail

if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
    echo "bash 4.4 or newer is needed, this is $BASH_VERSION (macOS: brew install bash)" >&2
    exit 1
fi

shopt -s inherit_errexit

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
INFRA=$ROOT/infra
NAMESPACE=locust
ME=$(basename "$0")

# ---- Talking -------------------------------------------------------------------------------------

bold='' red='' green='' yellow='' plain=''
if [[ -t 1 && -t 2 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
    bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' yellow=$'\e[33m' plain=$'\e[0m'
fi

STEP='' HINT='' REACHED=0 TOLD=false

# step NAME HINT: from here on a failure is one of this step, and HINT says where to look.
step() {
    STEP=$1 HINT=$2
    REACHED=$((REACHED + 1))
    printf '\n%s[%d] %s%s\n' "$bold" "$REACHED" "$STEP" "$plain"
}

say() { printf '    %s\n' "$*"; }
good() { printf '  %s✓%s %s\n' "$green" "$plain" "$*"; }
warn() { printf '  %s!%s %s\n' "$yellow" "$plain" "$*" >&2; }

die() {
    printf '%s%s: %s%s\n' "$red" "$ME" "$*" "$plain" >&2
    TOLD=true
    exit 1
}

# usage_error MESSAGE: what was typed makes no sense; nothing has been done.
usage_error() {
    printf '%s%s: %s%s\nTry "%s --help".\n' "$red" "$ME" "$*" "$plain" "$ME" >&2
    STEP='' TOLD=true
    exit 2
}

# The last words of a script that fails: which step, and what to look at.
on_exit() {
    local code=$?
    [[ -z ${SCRATCH:-} ]] || rm -rf "$SCRATCH"
    ((code != 0)) && [[ -n $STEP ]] || return 0
    "$TOLD" || printf '%s%s: a command failed with %d%s\n' "$red" "$ME" "$code" "$plain" >&2
    printf '%sFailed at step %d: %s%s\n' "$red" "$REACHED" "$STEP" "$plain" >&2
    [[ -z $HINT ]] || printf 'Look at: %s\n' "$HINT" >&2
    printf 'What is done stays done: running %s again goes on from here.\n' "$ME" >&2
}
trap on_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# scratch: a folder for this run's files, removed at its end. Sets SCRATCH.
scratch() { [[ -n ${SCRATCH:-} ]] || SCRATCH=$(mktemp -d); }

# ---- Options -------------------------------------------------------------------------------------

YES=false DRY_RUN=false TIMEOUT=900
VAR_FILES=()

COMMON_HELP='  --yes              ask nothing
  --dry-run          change nothing; say what would be done
  --timeout TIME     longest time for each wait: 90, 90s, 15m, 1h (15m)
  --help             this text'

VAR_FILE_HELP='  --env NAME         variables from infra/environments/NAME.tfvars, after terraform.tfvars
  --var-file FILE    variables from FILE; may be repeated'

# seconds TIME: "90", "90s", "15m" or "1h" as seconds.
seconds() {
    [[ $1 =~ ^([0-9]{1,6})([smh]?)$ ]] || return 1
    local factor=1
    case ${BASH_REMATCH[2]} in
    m) factor=60 ;;
    h) factor=3600 ;;
    esac
    echo $((10#${BASH_REMATCH[1]} * factor))
}

# common_option ARGUMENT...: takes an option all scripts have. Sets TAKEN to how many arguments that were,
# 0 if the first is none of them.
common_option() {
    TAKEN=1
    case $1 in
    --yes) YES=true ;;
    --dry-run) DRY_RUN=true ;;
    --help | -h)
        help
        exit 0
        ;;
    --timeout)
        value "$@"
        TIMEOUT=$(seconds "$2") || usage_error "--timeout: \"$2\" is not a time such as 90s, 15m or 1h"
        TAKEN=2
        ;;
    *) TAKEN=0 ;;
    esac
}

# var_file_option ARGUMENT...: the same for --env and --var-file.
var_file_option() {
    local file
    TAKEN=2
    case $1 in
    --env)
        value "$@"
        file=$INFRA/environments/$2.tfvars
        [[ $2 != */* && -f $file ]] || usage_error "--env: there is no infra/environments/$2.tfvars"
        ;;
    --var-file)
        value "$@"
        [[ -f $2 ]] || usage_error "--var-file: there is no $2"
        file=$(cd "$(dirname "$2")" && pwd -P)/$(basename "$2")
        ;;
    *)
        TAKEN=0
        return 0
        ;;
    esac
    VAR_FILES+=("-var-file=$file")
}

# value OPTION [VALUE...]: complains when the value is missing.
value() {
    [[ $# -ge 2 && -n $2 && $2 != --* ]] || usage_error "$1 needs a value"
}

# check_tag TAG: whether a registry takes it.
check_tag() {
    [[ $1 =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || usage_error "\"$1\" is no image tag"
}

# run COMMAND...: runs what changes something; with --dry-run only says it.
run() {
    if "$DRY_RUN"; then
        printf '    would run:'
        printf ' %q' "$@"
        printf '\n'
    else
        "$@"
    fi
}

# confirm QUESTION WORD: goes on only if that very word is typed.
confirm() {
    local answer=''
    "$YES" || "$DRY_RUN" && return 0
    printf '\n%s%s%s ' "$bold" "$1" "$plain"
    IFS= read -r answer || true
    [[ $answer == "$2" ]] && return 0
    STEP=''
    die "not confirmed; nothing was changed"
}

# ---- Waiting -------------------------------------------------------------------------------------

POLL=${CICADA_POLL_SECONDS:-5}

# wait_until WHAT COMMAND...: until COMMAND succeeds, at most TIMEOUT seconds; else returns 1. COMMAND may
# set NOTE to what is missing.
wait_until() {
    local what=$1 start=$SECONDS told=0
    shift
    NOTE=''
    while ! "$@"; do
        if ((SECONDS - start >= TIMEOUT)); then
            warn "$what: not within $TIMEOUT s${NOTE:+ ($NOTE)}"
            return 1
        fi
        if ((SECONDS - start >= told)); then
            say "waiting for $what${NOTE:+ ($NOTE)}, $((SECONDS - start)) of at most $TIMEOUT s"
            told=$((told + 30))
        fi
        sleep "$POLL"
    done
}

# ---- Prerequisites -------------------------------------------------------------------------------

# at_least HAVE WANTED: compares versions field by field.
at_least() {
    local have=() wanted=() i
    IFS=.- read -ra have <<<"${1#v}"
    IFS=. read -ra wanted <<<"$2"
    for i in "${!wanted[@]}"; do
        local field=${have[i]:-0}
        field=${field%%[!0-9]*}
        ((10#${field:-0} > 10#${wanted[i]})) && return 0
        ((10#${field:-0} < 10#${wanted[i]})) && return 1
    done
    return 0
}

declare -A MINIMUM=([terraform]=1.11 [aws]=1.27 [kubectl]=1.28 [docker]=20.10 [jq]=1.6)
declare -A GET_IT=(
    [terraform]=https://developer.hashicorp.com/terraform/install
    [aws]=https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html
    [kubectl]=https://kubernetes.io/docs/tasks/tools/
    [docker]=https://docs.docker.com/engine/install/
    [jq]=https://jqlang.org/download/
)

version_of() {
    case $1 in
    terraform) terraform version -json | jq -r .terraform_version ;;
    aws) aws --version 2>&1 | sed -E 's|^aws-cli/([0-9.]+).*|\1|' ;;
    kubectl) kubectl version --client -o json | jq -r .clientVersion.gitVersion ;;
    docker) docker version --format '{{.Client.Version}}' ;;
    jq) jq --version | sed 's/^jq-//' ;;
    esac 2>/dev/null
}

# tools NAME...: all of them are there and new enough; else says every one that is not.
tools() {
    local name version bad=0
    for name in jq "$@"; do
        if ! command -v "$name" >/dev/null; then
            warn "$name is missing (at least ${MINIMUM[$name]}): ${GET_IT[$name]}"
            bad=1
            # Without jq the versions of the others can't be read.
            [[ $name != jq ]] || break
            continue
        fi
        if ! version=$(version_of "$name") || [[ -z $version ]]; then
            case $name in
            docker) warn "docker answers nothing: is its daemon running, and may you talk to it? (docker info)" ;;
            *) warn "$name is there but does not say its version" ;;
            esac
            bad=1
        elif ! at_least "$version" "${MINIMUM[$name]}"; then
            warn "$name is $version, at least ${MINIMUM[$name]} is needed: ${GET_IT[$name]}"
            bad=1
        else
            good "$name $version"
        fi
    done
    ((bad == 0)) || die "prerequisites are missing, see above"
}

# credentials: who we are; sets ACCOUNT.
credentials() {
    local answer
    if ! answer=$(aws sts get-caller-identity --output json 2>&1); then
        case $answer in
        *ExpiredToken* | *"has expired"*)
            die "the AWS credentials have expired: log in again (aws sso login, or new keys)"
            ;;
        *"Unable to locate credentials"* | *NoCredentials*)
            die "there are no AWS credentials: aws configure, aws sso login, or set AWS_PROFILE"
            ;;
        *InvalidClientTokenId* | *SignatureDoesNotMatch* | *AuthFailure*)
            die "AWS does not know these credentials: check AWS_PROFILE and AWS_ACCESS_KEY_ID"
            ;;
        *) die "aws sts get-caller-identity failed: ${answer##*$'\n'}" ;;
        esac
    fi
    ACCOUNT=$(jq -r .Account <<<"$answer")
    good "AWS account $ACCOUNT as $(jq -r .Arn <<<"$answer")"
}

# ---- Terraform -----------------------------------------------------------------------------------

tf() { terraform -chdir="$INFRA" "$@"; }

# init: backend.hcl, if there is one, says where the state is kept.
init() {
    local backend=()
    [[ ! -f $INFRA/backend.hcl ]] || backend=(-backend-config=backend.hcl)
    tf init -input=false -no-color "${backend[@]}" >/dev/null
}

# no_certificate: what Terraform says, without the cluster's certificate, which it shows in plans (any long
# quoted word of base64 is taken for it), and without the outputs after an apply, a screen and a half.
no_certificate() {
    awk '/^Outputs:$/ { outputs = 1 }
        length($0) > 200 && match($0, /"[A-Za-z0-9+\/=]+"/) && RLENGTH > 200 {
            $0 = substr($0, 1, RSTART - 1) "(certificate)" substr($0, RSTART + RLENGTH)
        }
        !outputs { print; fflush() }'
}

# state JQ-FILTER [ARGUMENT...]: a look into Terraform's state, which holds resources and outputs.
state() {
    jq -r "def resources: [.values.root_module | select(. != null) | recurse(.child_modules[]?) | .resources[]?];
        def output(name): .values.outputs[name].value? // empty; $1" <<<"$STATE"
}

# look: what is deployed. Sets STATE, CLUSTER, REGION, PROJECT, VPC and REPOSITORY_URL; what the state
# does not say comes from the variables, or is empty.
look() {
    local variables=''
    STATE=$(tf show -json -no-color)
    CLUSTER=$(state 'first(resources[] | select(.type == "aws_eks_cluster") | .values.name) // ""')
    VPC=$(state 'first(resources[] | select(.type == "aws_vpc") | .values.id) // ""')
    PROJECT=$(state 'first(resources[].values.tags_all?.project? // empty) // ""')
    REPOSITORY_URL=$(state 'first(resources[] | select(.type == "aws_ecr_repository") |
        .values.repository_url) // ""')
    REGION=$(state 'first(resources[].values.arn? // empty | strings |
        capture("^arn:[^:]+:[^:]+:(?<region>[a-z0-9-]+):").region) // ""')
    if [[ -z $CLUSTER || -z $REGION || -z $PROJECT ]]; then
        variables=$(tf console "${VAR_FILES[@]}" <<<'jsonencode({ cluster = var.cluster_name, region = var.aws_region, project = local.project })' | jq -r .)
        CLUSTER=${CLUSTER:-$(jq -r .cluster <<<"$variables")}
        REGION=${REGION:-$(jq -r .region <<<"$variables")}
        PROJECT=${PROJECT:-$(jq -r .project <<<"$variables")}
    fi
}

# ---- The cloud and the cluster -------------------------------------------------------------------

cloud() { aws --region "$REGION" --output json "$@"; }

# digest TAG: of the image in the registry; nothing if there is no such image.
digest() {
    local answer
    if answer=$(cloud ecr describe-images --repository-name "${REPOSITORY_URL#*/}" --image-ids "imageTag=$1" 2>&1); then
        jq -r '.imageDetails[0].imageDigest' <<<"$answer"
    elif [[ $answer != *ImageNotFound* ]]; then
        die "aws ecr describe-images failed: ${answer##*$'\n'}"
    fi
}

# Always with the cluster's own context: the current one may be somebody else's cluster.
KUBECONFIG_OPTION=()
kube() { kubectl "${KUBECONFIG_OPTION[@]}" --context "$CONTEXT" --request-timeout=30s "$@"; }

# kubeconfig kept|fresh: a context for the cluster in the caller's kubeconfig, made if there is none, or anew.
# One that is there is used as it is: it may lead through a tunnel. Sets CONTEXT.
kubeconfig() {
    local cluster
    CONTEXT=$(state 'first(resources[] | select(.type == "aws_eks_cluster") | .values.arn) // ""')
    if [[ -z $CONTEXT ]]; then
        cluster=$(cloud eks describe-cluster --name "$CLUSTER" 2>&1) || {
            warn "aws eks describe-cluster: ${cluster##*$'\n'}"
            return 1
        }
        CONTEXT=$(jq -r .cluster.arn <<<"$cluster")
    fi
    if [[ $1 == kept ]] && kubectl config get-contexts --output name 2>/dev/null | grep -qxF "$CONTEXT"; then
        return 0
    fi
    if "$DRY_RUN"; then
        scratch
        KUBECONFIG_OPTION=(--kubeconfig "$SCRATCH/kubeconfig")
    fi
    cloud eks update-kubeconfig --name "$CLUSTER" --alias "$CONTEXT" "${KUBECONFIG_OPTION[@]}" >/dev/null
}

# answers: whether the cluster's API does; else NOTE says what it said.
answers() {
    local said
    said=$(kube get --raw /readyz 2>&1) && [[ $said == ok ]] && return 0
    NOTE=${said##*$'\n'}
    return 1
}
