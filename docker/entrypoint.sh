#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# entrypoint.sh - from the container's variables to the command line of cicada, which becomes process 1.
#
#   LOCUST_MODE   master or worker; nothing else starts
#   MASTER_HOST   --master-host, which a worker must have
#   TARGET_HOST   --host
#   LOCUST_FILE   -f: a module (.so), or a built-in scenario; LOCUST_SCENARIO names one of those, too
#   LOG_LEVEL     --loglevel
#
# Where Locust has a variable of its own for the same (LOCUST_HOST, LOCUST_LOCUSTFILE, ...), that one wins,
# since cicada reads it itself; a variable that is empty counts as not set. Further words of the container's
# command follow the options made here, so they win over these.
set -euo pipefail

# 64, "used the wrong way", is none of cicada's own exit codes.
refuse() {
    printf 'entrypoint: %s\n' "$1" >&2
    exit 64
}

# on VALUE: whether cicada takes it for a flag that is set.
on() {
    case ${1,,} in
    true | yes | on | 1) return 0 ;;
    *) return 1 ;;
    esac
}

# option_for VALUE NATIVE OPTION: adds the option if the value is there and Locust's own variable is not.
option_for() {
    [[ -z $1 || -n $2 ]] || arguments+=("$3" "$1")
}

arguments=()
if on "${LOCUST_MODE_WORKER:-}"; then
    mode=worker
elif on "${LOCUST_MODE_MASTER:-}"; then
    mode=master
else
    mode=${LOCUST_MODE:-}
    [[ $mode == master || $mode == worker ]] ||
        refuse "LOCUST_MODE must be master or worker, not '$mode'"
    arguments+=("--$mode")
fi

if [[ $mode == worker ]]; then
    [[ -n ${MASTER_HOST:-}${LOCUST_MASTER_NODE_HOST:-} ]] ||
        refuse "a worker needs MASTER_HOST, the name or address of its master"
    option_for "${MASTER_HOST:-}" "${LOCUST_MASTER_NODE_HOST:-}" --master-host
else
    arguments+=(--enable-rebalancing) # pods come and go during a test
fi
# A headless master answers there, too; one with a web interface leaves it closed.
option_for 8090 "${LOCUST_HEALTH_PORT:-}" --health-port
option_for "${TARGET_HOST:-}" "${LOCUST_HOST:-}" --host
option_for "${LOCUST_FILE:-}" "${LOCUST_LOCUSTFILE:-}" -f
option_for "${LOG_LEVEL:-}" "${LOCUST_LOGLEVEL:-}" --loglevel

exec cicada "${arguments[@]}" "$@"
