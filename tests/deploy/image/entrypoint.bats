#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# T11: from the container's variables to the command line, with a cicada that only says how it was called.

bats_require_minimum_version 1.5.0

setup() {
    entrypoint="$BATS_TEST_DIRNAME/../../../docker/entrypoint.sh"
    export PATH="$BATS_TEST_TMPDIR:$PATH"
    cat >"$BATS_TEST_TMPDIR/cicada" <<'STUB'
#!/bin/sh
printf 'process %s' "$$"
printf ' <%s>' "$@"
echo
exit 7
STUB
    chmod +x "$BATS_TEST_TMPDIR/cicada"
}

# started EXPECTED VARIABLE... [-- WORD...]: cicada gets these words, and its exit code is the container's.
started() {
    local expected=$1 variables=()
    shift
    while [[ $# -gt 0 && $1 != -- ]]; do
        variables+=("$1")
        shift
    done
    [[ $# -eq 0 ]] || shift
    run env -i PATH="$PATH" "${variables[@]}" "$entrypoint" "$@"
    echo "$status: $output"
    [[ $status -eq 7 ]]
    [[ ${output#process * } == "$expected" ]]
}

# refused PATTERN VARIABLE...: one line on stderr, none of cicada's exit codes, and no cicada.
refused() {
    local pattern=$1
    shift
    run --separate-stderr env -i PATH="$PATH" "$@" "$entrypoint"
    echo "$status: $output / $stderr"
    [[ $status -eq 64 ]]
    [[ -z $output ]]
    [[ ${#stderr_lines[@]} -eq 1 ]]
    # shellcheck disable=SC2053 # it is a pattern
    [[ $stderr == $pattern ]]
}

@test "D36: a mode that is unset, empty or unknown starts nothing" {
    refused "entrypoint: LOCUST_MODE must be master or worker, not ''"
    refused "entrypoint: LOCUST_MODE must be master or worker, not ''" LOCUST_MODE=
    refused "*not 'slave'" LOCUST_MODE=slave
    refused "*not 'Master'" LOCUST_MODE=Master
    refused "*not ''" LOCUST_MODE_MASTER=false
    refused "*not ''" TARGET_HOST=http://t MASTER_HOST=m
}

@test "D38: a worker without a master's name starts nothing" {
    refused "entrypoint: a worker needs MASTER_HOST*" LOCUST_MODE=worker
    refused "entrypoint: a worker needs MASTER_HOST*" LOCUST_MODE=worker MASTER_HOST=
    refused "entrypoint: a worker needs MASTER_HOST*" LOCUST_MODE_WORKER=true
}

@test "D38: a master has rebalancing on, a worker its health port" {
    started '<--master> <--enable-rebalancing> <--health-port> <8090>' LOCUST_MODE=master
    started '<--worker> <--master-host> <m> <--health-port> <8090>' LOCUST_MODE=worker MASTER_HOST=m
    # A master has no master.
    started '<--master> <--enable-rebalancing> <--health-port> <8090>' LOCUST_MODE=master MASTER_HOST=m
}

@test "D37: each alias becomes its option" {
    started '<--master> <--enable-rebalancing> <--health-port> <8090> <--host> <http://t> <-f> <shop.so> <--loglevel> <DEBUG>' \
        LOCUST_MODE=master TARGET_HOST=http://t LOCUST_FILE=shop.so LOG_LEVEL=DEBUG
    started '<--worker> <--master-host> <m> <--health-port> <8090> <--host> <http://t> <-f> <shop.so> <--loglevel> <DEBUG>' \
        LOCUST_MODE=worker MASTER_HOST=m TARGET_HOST=http://t LOCUST_FILE=shop.so LOG_LEVEL=DEBUG
}

@test "D37: what cicada reads itself is left to it" {
    started '<--master> <--enable-rebalancing> <--health-port> <8090>' \
        LOCUST_MODE=master LOCUST_SCENARIO=httpbin LOCUST_USERS=10 LOCUST_SPAWN_RATE=2 LOCUST_RUN_TIME=1m
}

@test "D37: an empty alias counts as not set" {
    started '<--master> <--enable-rebalancing> <--health-port> <8090>' \
        LOCUST_MODE=master TARGET_HOST= LOCUST_FILE= LOG_LEVEL=
}

@test "D37: Locust's own variable wins over its alias" {
    started '<--master> <--enable-rebalancing> <--health-port> <8090> <--loglevel> <DEBUG>' \
        LOCUST_MODE=master TARGET_HOST=http://t LOCUST_HOST=http://own LOCUST_FILE=a.so LOCUST_LOCUSTFILE=own.so \
        LOG_LEVEL=DEBUG
    started '<--master> <--enable-rebalancing> <--health-port> <8090> <--host> <http://t>' \
        LOCUST_MODE=master TARGET_HOST=http://t LOCUST_HOST= LOG_LEVEL=DEBUG LOCUST_LOGLEVEL=WARNING
    started '<--worker> <--health-port> <8090>' \
        LOCUST_MODE=worker MASTER_HOST=m LOCUST_MASTER_NODE_HOST=own
    started '<--worker> <--health-port> <8090>' LOCUST_MODE=worker LOCUST_MASTER_NODE_HOST=own
    started '<--worker> <--master-host> <m>' LOCUST_MODE=worker MASTER_HOST=m LOCUST_HEALTH_PORT=9000
}

@test "D36: Locust's own mode wins over LOCUST_MODE" {
    started '<--health-port> <8090>' LOCUST_MODE=master LOCUST_MODE_WORKER=1 LOCUST_MASTER_NODE_HOST=own
    started '<--enable-rebalancing> <--health-port> <8090>' LOCUST_MODE=worker LOCUST_MODE_MASTER=True
    started '<--enable-rebalancing> <--health-port> <8090>' LOCUST_MODE_MASTER=yes
    started '<--worker> <--master-host> <m> <--health-port> <8090>' \
        LOCUST_MODE=worker MASTER_HOST=m LOCUST_MODE_MASTER=off
}

@test "values with spaces, quotes and stars stay one word" {
    started "<--master> <--enable-rebalancing> <--health-port> <8090> <--host> <http://t/a b*'\"\$(id)> <-f> <a.so, b.so>" \
        LOCUST_MODE=master "TARGET_HOST=http://t/a b*'\"\$(id)" 'LOCUST_FILE=a.so, b.so'
}

@test "further words follow the options" {
    started '<--master> <--enable-rebalancing> <--health-port> <8090> <--headless> <-u> <5> <a b>' \
        LOCUST_MODE=master -- --headless -u 5 'a b'
}

@test "D38: cicada takes the place of the entrypoint, so that it is process 1 and gets SIGTERM" {
    # shellcheck disable=SC2016 # for the inner shell
    run env -i PATH="$PATH" LOCUST_MODE=master sh -c 'echo "process $$"; exec "$0"' "$entrypoint"
    echo "$output"
    [[ ${lines[1]} == "${lines[0]} "* ]]
}
