#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# D61-D65: what the four scripts do with what is typed, before they touch anything. The tools are stubs
# that note their calls; nothing may be called when the arguments make no sense.

# shellcheck disable=SC2016 # what a stub does expands in the stub
setup() {
    scripts=$BATS_TEST_DIRNAME/../../../infra/scripts
    calls=$BATS_TEST_TMPDIR/calls
    stubs=$BATS_TEST_TMPDIR/bin
    mkdir "$stubs"
    : >"$calls"
    stub terraform 'case $1 in version) echo "{\"terraform_version\": \"1.11.4\"}" ;; esac'
    stub aws 'case $1 in --version) echo aws-cli/2.15.1 Python/3 ;; *) exit 254 ;; esac'
    stub kubectl 'echo "{\"clientVersion\": {\"gitVersion\": \"v1.32.4\"}}"'
    stub docker 'echo 28.0.1'
    PATH=$stubs:$PATH
}

# stub NAME BODY: a program of that name, first on PATH.
stub() {
    printf '#!/bin/sh\necho "%s $*" >>"%s"\n%s\n' "$1" "$calls" "$2" >"$stubs/$1"
    chmod 755 "$stubs/$1"
}

# refused SCRIPT ARGUMENT...: as wrong usage, before anything was called. Its words are in $output.
refused() {
    local script=$1
    shift
    run "$scripts/$script" "$@" </dev/null
    [ "$status" -eq 2 ]
    [ ! -s "$calls" ]
    [[ $output == *"--help"* ]]
}

@test "--help tells what each script does, and calls nothing" {
    for script in deploy destroy build-and-push verify-deployment; do
        run "$scripts/$script.sh" --help
        [ "$status" -eq 0 ]
        [[ $output == "Usage: $script.sh"* ]]
        for option in --yes --dry-run --timeout --help; do
            [[ $output == *"$option"* ]]
        done
    done
    [ ! -s "$calls" ]
}

@test "no output that is no terminal has colours" {
    run "$scripts/deploy.sh" --nonsense
    [[ $output != *$'\e'* ]]
    run "$scripts/verify-deployment.sh"
    [[ $output != *$'\e'* ]]
}

@test "options nobody knows are refused" {
    for script in deploy destroy build-and-push verify-deployment; do
        refused "$script.sh" --nonsense
        [[ $output == *"--nonsense"* ]]
    done
}

@test "destroy and verify take no words" {
    refused destroy.sh destroy
    refused verify-deployment.sh now
}

@test "one tag, and only what a registry takes" {
    for script in deploy build-and-push; do
        refused "$script.sh" one two
        refused "$script.sh" "a b"
        refused "$script.sh" .hidden
        refused "$script.sh" "$(printf 'a%.0s' {1..129})"
        refused "$script.sh" ""
    done
}

@test "times are numbers with a unit" {
    for time in "" soon -1 1.5 5d 15m0s; do
        refused destroy.sh --timeout "$time"
    done
    refused destroy.sh --timeout
    refused destroy.sh --timeout --yes
}

@test "variables come from files that exist" {
    for script in deploy destroy build-and-push verify-deployment; do
        refused "$script.sh" --env nowhere
        refused "$script.sh" --env ../../etc
        refused "$script.sh" --var-file /nowhere.tfvars
        refused "$script.sh" --var-file
    done
}

@test "platforms are named as docker does" {
    refused build-and-push.sh --platform amd64
    refused build-and-push.sh --platform "linux/amd64;linux/arm64"
    refused build-and-push.sh --platform
}

@test "an overlay is a folder of kustomize" {
    refused deploy.sh --overlay /tmp
}

@test "verify wants a number of workers" {
    refused verify-deployment.sh --workers many
    refused verify-deployment.sh --workers
}

@test "D71: every missing or old tool is named, with the version that is needed" {
    rm "$stubs/terraform"
    stub kubectl 'echo "{\"clientVersion\": {\"gitVersion\": \"v1.27.9\"}}"'
    stub docker 'echo "Cannot connect to the Docker daemon" >&2; exit 1'
    mkdir "$BATS_TEST_TMPDIR/few"
    for tool in bash basename cat dirname env jq mktemp rm sed sh; do
        ln -s "$(command -v "$tool")" "$BATS_TEST_TMPDIR/few/$tool"
    done
    PATH=$stubs:$BATS_TEST_TMPDIR/few run "$scripts/deploy.sh" --yes
    [ "$status" -eq 1 ]
    [[ $output == *"terraform is missing (at least 1.11)"* ]]
    [[ $output == *"kubectl is v1.27.9, at least 1.28 is needed"* ]]
    [[ $output == *"docker answers nothing: is its daemon running"* ]]
    [[ $output == *"Failed at step 1: Prerequisites"* ]]
}

@test "X12: Terraform 1.10 is too old, 1.11 and 2.0 are not" {
    for version in 1.10.9 1.11.0-beta1 1.11.0 1.100.0 2.0.0; do
        stub terraform "echo '{\"terraform_version\": \"$version\"}'"
        run "$scripts/verify-deployment.sh"
        if [ "$version" = 1.10.9 ]; then
            [[ $output == *"terraform is 1.10.9, at least 1.11 is needed"* ]]
        else
            [[ $output == *"terraform $version"* ]]
        fi
    done
}

@test "credentials: each trouble gets its own sentence, and nothing else is tried" {
    while IFS='|' read -r answer sentence; do
        : >"$calls"
        stub aws "case \$1 in --version) echo aws-cli/2.15.1 ;; *) echo '$answer' >&2; exit 254 ;; esac"
        for script in deploy destroy build-and-push verify-deployment; do
            run "$scripts/$script.sh" --yes
            [ "$status" -eq 1 ]
            [[ $output == *"$sentence"* ]]
        done
        run grep -v -e version -e "^aws sts get-caller-identity" "$calls"
        [ -z "$output" ]
    done <<'ROWS'
An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired|credentials have expired
Error when retrieving token from sso: Token has expired and refresh failed|credentials have expired
Unable to locate credentials. You can configure credentials by running "aws configure".|there are no AWS credentials
An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: The security token is invalid.|AWS does not know these credentials
Could not connect to the endpoint URL: "https://sts.eu-central-1.amazonaws.com/"|Could not connect to the endpoint
ROWS
}
