#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# verify-deployment.sh - ten checks that the deployment is whole. Changes nothing.

# shellcheck source=infra/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help() {
    cat <<EOF
Usage: $ME [OPTION...]

Makes ten checks, all of them whatever the first ones say, and says for each that fails where to look.
Succeeds only if all of them pass.

  --workers N        how many workers have to be ready at least (3)
  --no-balancer      the web page has no balancer on purpose (NodePort, port-forward): check 6 passes
                     without an address
$VAR_FILE_HELP
$COMMON_HELP
With --timeout given, a check that fails is made again until it passes or the time is up; without it all
are made once. --yes and --dry-run change nothing here.

Environment: those of terraform, aws and kubectl, such as AWS_PROFILE and KUBECONFIG.
EOF
}

WORKERS=3 BALANCER=true PATIENT=false

options() {
    while (($# > 0)); do
        [[ $1 != --timeout ]] || PATIENT=true
        common_option "$@"
        ((TAKEN > 0)) || var_file_option "$@"
        if ((TAKEN == 0)); then
            TAKEN=1
            case $1 in
            --workers)
                value "$@"
                [[ $2 =~ ^[0-9]{1,4}$ ]] || usage_error "--workers: \"$2\" is no number"
                WORKERS=$2 TAKEN=2
                ;;
            --no-balancer) BALANCER=false ;;
            *) usage_error "there is no option $1; this script takes nothing else" ;;
            esac
        fi
        shift "$TAKEN"
    done
    "$PATIENT" || TIMEOUT=0
}

# ---- The checks ----------------------------------------------------------------------------------
#
# Each says in NOTE what it saw, good or bad, and depends on no other. They run without the shell's -e.

# What cannot be missing, and how many of each at least.
RESOURCES='{"aws_vpc": 1, "aws_subnet": 4, "aws_internet_gateway": 1, "aws_nat_gateway": 1,
    "aws_route_table": 3, "aws_security_group": 2, "aws_eks_cluster": 1, "aws_eks_node_group": 1,
    "aws_eks_addon": 5, "aws_ecr_repository": 1, "aws_cloudwatch_log_group": 2}'

check_terraform() {
    local missing
    STATE=$(tf show -json -no-color 2>&1) || {
        NOTE=${STATE##*$'\n'}
        return 1
    }
    # shellcheck disable=SC2016 # the dollars are jq's
    missing=$(state '[resources[] | select(.mode == "managed") | .type] as $have | '"$RESOURCES"' | to_entries[] |
        .key as $type | ([$have[] | select(. == $type)] | length) as $count | select($count < .value) |
        "\($type): \($count) of \(.value)"') || {
        NOTE="the state can't be read"
        return 1
    }
    NOTE="$(state '[resources[] | select(.mode == "managed")] | length') resources"
    [[ -z $missing ]] || {
        NOTE=${missing//$'\n'/, }
        return 1
    }
}

check_cluster() {
    local answer
    answer=$(cloud eks describe-cluster --name "$CLUSTER" 2>&1) || {
        NOTE=${answer##*$'\n'}
        return 1
    }
    NOTE=$(jq -r '"\(.cluster.status), Kubernetes \(.cluster.version)"' <<<"$answer")
    [[ $NOTE == ACTIVE,* ]]
}

# objects ARGUMENT...: kubectl get's answer in ANSWER.
objects() {
    if [[ -z ${CONTEXT:-} ]]; then
        NOTE="there is no way into the cluster"
        return 1
    fi
    ANSWER=$(kube get "$@" -o json 2>&1) || {
        NOTE=${ANSWER##*$'\n'}
        return 1
    }
}

check_nodes() {
    local bad
    objects nodes || return 1
    bad=$(jq -r '.items[] | select([.status.conditions[]? | select(.type == "Ready" and .status == "True")] == []) |
        .metadata.name' <<<"$ANSWER")
    NOTE="$(jq '.items | length' <<<"$ANSWER") nodes"
    [[ -z $bad ]] || {
        NOTE="not Ready: ${bad//$'\n'/, }"
        return 1
    }
    [[ $NOTE != "0 nodes" ]]
}

check_namespace() {
    objects namespace "$NAMESPACE" || return 1
    NOTE=$(jq -r .status.phase <<<"$ANSWER")
    [[ $NOTE == Active ]]
}

check_deployments() {
    objects deployments --namespace "$NAMESPACE" || return 1
    NOTE=$(jq -r '[.items[] | "\(.metadata.name) \(.status.readyReplicas // 0)/\(.spec.replicas)"] |
        join(", ")' <<<"$ANSWER")
    jq -e --argjson workers "$WORKERS" '
        def deployment(name): .items[] | select(.metadata.name == name);
        def ready: .status.readyReplicas // 0;
        (deployment("locust-master") | ready == 1 and .spec.replicas == 1) and
        (deployment("locust-worker") | ready >= $workers and ready >= .spec.replicas)' <<<"$ANSWER" >/dev/null
}

check_balancer() {
    if ! "$BALANCER"; then
        NOTE="none, on purpose"
        return 0
    fi
    objects service locust-master-web --namespace "$NAMESPACE" || return 1
    NOTE=$(jq -r '.status.loadBalancer.ingress[0]? | .hostname // .ip // "no address yet"' <<<"$ANSWER")
    NOTE=${NOTE:-no address yet}
    [[ $NOTE != "no address yet" ]]
}

check_hpa() {
    objects hpa locust-worker --namespace "$NAMESPACE" || return 1
    NOTE=$(jq -r '[.spec.metrics[].resource.name as $name | "\($name) \(
        [.status.currentMetrics[]?.resource | select(.name == $name) | .current.averageUtilization] |
        first // "<unknown>")%"] | join(", ")' <<<"$ANSWER")
    [[ -n $NOTE && $NOTE != *"<unknown>"* ]]
}

check_pods() {
    local bad
    objects pods --namespace "$NAMESPACE" || return 1
    bad=$(jq -r '.items[] | select(.status.phase != "Succeeded") |
        select([.status.conditions[]? | select(.type == "Ready" and .status == "True")] == []) |
        "\(.metadata.name) \([.status.containerStatuses[]?.state.waiting.reason // empty] |
        first // "")" + (if .status.phase == "Running" then " not ready" else " \(.status.phase)" end)' <<<"$ANSWER")
    NOTE="$(jq '.items | length' <<<"$ANSWER") pods"
    [[ -z $bad ]] || {
        NOTE=${bad//$'\n'/, }
        return 1
    }
    [[ $NOTE != "0 pods" ]]
}

check_logs() {
    local answer group missing=()
    answer=$(cloud logs describe-log-groups 2>&1) || {
        NOTE=${answer##*$'\n'}
        return 1
    }
    for group in "/aws/eks/$CLUSTER/cluster" "/aws/containerinsights/$CLUSTER/application"; do
        jq -e --arg name "$group" '.logGroups | any(.logGroupName == $name)' <<<"$answer" >/dev/null ||
            missing+=("$group")
    done
    NOTE="both groups"
    ((${#missing[@]} == 0)) || {
        NOTE="missing: ${missing[*]}"
        return 1
    }
}

check_images() {
    local answer name=${REPOSITORY_URL#*/}
    name=${name:-$CLUSTER}
    answer=$(cloud ecr list-images --repository-name "$name" 2>&1) || {
        NOTE=${answer##*$'\n'}
        return 1
    }
    NOTE="$(jq '[.imageIds[].imageDigest] | unique | length' <<<"$answer") images"
    [[ $NOTE != "0 images" ]]
}

# function, name, where to look
CHECKS=(
    "check_terraform|Terraform resources|terraform -chdir=infra state list; terraform -chdir=infra plan"
    "check_cluster|cluster is ACTIVE|aws eks describe-cluster --name CLUSTER --region REGION"
    "check_nodes|nodes are Ready|kubectl get nodes -o wide; kubectl -n kube-system get pods; kubectl describe node NODE"
    "check_namespace|namespace locust|kubectl get namespace locust -o yaml; infra/scripts/deploy.sh"
    "check_deployments|master 1/1 and workers ready|kubectl -n locust describe deployments; kubectl -n locust get events --sort-by=.lastTimestamp"
    "check_balancer|balancer has an address|kubectl -n locust describe service locust-master-web"
    "check_hpa|autoscaler sees metrics|kubectl -n locust describe hpa locust-worker; kubectl -n kube-system get deployment metrics-server"
    "check_pods|pods are running|kubectl -n locust get pods -o wide; kubectl -n locust logs POD; kubectl -n locust describe pod POD"
    "check_logs|log groups|aws logs describe-log-groups --region REGION"
    "check_images|images in ECR|aws ecr list-images --repository-name CLUSTER --region REGION; infra/scripts/build-and-push.sh"
)

# ---- Running them --------------------------------------------------------------------------------

# passes FUNCTION: whether the check does before the time is up.
passes() {
    while NOTE='' && ! "$1"; do
        ((SECONDS < TIMEOUT)) || return 1
        sleep "$POLL"
    done
}

main() {
    local entry function title hint sign number=0 failed=()
    options "$@"
    tools terraform aws kubectl
    credentials
    init
    look
    # Whether this works is for the checks to say.
    kubeconfig kept 2>/dev/null || CONTEXT=''
    printf '\n%s%s in %s%s\n' "$bold" "$CLUSTER" "$REGION" "$plain"

    for entry in "${CHECKS[@]}"; do
        IFS='|' read -r function title hint <<<"$entry"
        number=$((number + 1))
        sign="$green✓$plain"
        passes "$function" || {
            sign="$red✗$plain"
            hint=${hint//CLUSTER/$CLUSTER}
            failed+=("$(printf '  %d. %s\n      %s' "$number" "$title" "${hint//REGION/$REGION}")")
        }
        printf '  %s %2d %-30s %s\n' "$sign" "$number" "$title" "$NOTE"
    done

    printf '\n%d of %d checks passed\n' $((number - ${#failed[@]})) "$number"
    ((${#failed[@]} > 0)) || return 0
    printf '\nWhere to look:\n'
    printf '%s\n' "${failed[@]}"
    return 1
}

main "$@"
