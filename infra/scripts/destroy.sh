#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# destroy.sh - removes everything deploy.sh made, in the order that leaves nothing behind.

# shellcheck source=infra/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help() {
    cat <<EOF
Usage: $ME [OPTION...]

Removes the load test cluster: balancers, namespace, images, infrastructure, log groups. Asks first, and
goes on only if the word "destroy" is typed. After a failure run it again; it goes on from there.
Results are gone with the cluster: export them before (infra/docs/QUICKSTART.md).

  --skip-kubernetes  for a cluster that no longer answers: leave Services and namespace to their end.
                     Balancers they made keep the VPC from being deleted; delete those by hand first.
$VAR_FILE_HELP
$COMMON_HELP

Environment: those of terraform, aws and kubectl, such as AWS_PROFILE and KUBECONFIG.
EOF
}

SKIP_KUBERNETES=false

options() {
    while (($# > 0)); do
        common_option "$@"
        ((TAKEN > 0)) || var_file_option "$@"
        if ((TAKEN == 0)); then
            TAKEN=1
            case $1 in
            --skip-kubernetes) SKIP_KUBERNETES=true ;;
            *) usage_error "there is no option $1; this script takes nothing else" ;;
            esac
        fi
        shift "$TAKEN"
    done
}

# cluster_exists: AWS says so. Any other trouble than "there is none" is a failure.
cluster_exists() {
    local answer
    answer=$(cloud eks describe-cluster --name "$CLUSTER" 2>&1) && return 0
    [[ $answer == *ResourceNotFound* ]] && return 1
    die "aws eks describe-cluster failed: ${answer##*$'\n'}"
}

# balancer_services: NAMESPACE/NAME of every Service of type LoadBalancer, in all namespaces: any of them
# keeps the VPC from being deleted.
balancer_services() {
    kube get services --all-namespaces -o json |
        jq -r '.items[] | select(.spec.type == "LoadBalancer") | "\(.metadata.namespace)/\(.metadata.name)"'
}

delete_balancer_services() {
    local services service
    services=$(balancer_services)
    for service in $services; do
        run kube delete service --namespace "${service%/*}" "${service#*/}" --ignore-not-found --wait=false
    done
    "$DRY_RUN" || wait_until "the Services of type LoadBalancer to be gone" no_balancer_services
}

no_balancer_services() {
    local left
    left=$(balancer_services) || return 1
    NOTE=${left//$'\n'/, }
    [[ -z $left ]]
}

# leftovers_in_vpc: balancers of both kinds, and network interfaces that balancers hold.
leftovers_in_vpc() {
    [[ -n $VPC ]] || return 0
    cloud elbv2 describe-load-balancers |
        jq -r --arg vpc "$VPC" '.LoadBalancers[] | select(.VpcId == $vpc) | .LoadBalancerArn' &&
        cloud elb describe-load-balancers |
        jq -r --arg vpc "$VPC" '.LoadBalancerDescriptions[] | select(.VPCId == $vpc) | .LoadBalancerName' &&
        cloud ec2 describe-network-interfaces --filters "Name=vpc-id,Values=$VPC" |
        jq -r '.NetworkInterfaces[] | select(.Description | startswith("ELB ")) |
            "\(.NetworkInterfaceId) \(.Description)"'
}

vpc_free() {
    local left
    left=$(leftovers_in_vpc) || return 1
    NOTE=${left//$'\n'/, }
    [[ -z $left ]]
}

namespace_gone() {
    NOTE=$(kube get namespace "$NAMESPACE" --ignore-not-found -o 'jsonpath={.status.phase}' 2>&1) &&
        [[ -z $NOTE ]]
}

# kubernetes: whether there is something in the cluster to remove, and it can be reached.
kubernetes() {
    local silence groups
    if "$SKIP_KUBERNETES"; then
        warn "Kubernetes is left alone, as --skip-kubernetes says"
        return 1
    elif ! cluster_exists; then
        good "there is no cluster $CLUSTER any more"
        return 1
    fi
    kubeconfig kept || die "there is no way into the cluster $CLUSTER"
    answers && return 0
    silence=$NOTE
    # Terraform takes the right to use a cluster away before the cluster itself, so after a destroy that
    # stopped halfway nobody gets in. Without nodes and balancers nobody has to.
    groups=$(cloud eks list-nodegroups --cluster-name "$CLUSTER") || die "aws eks list-nodegroups failed"
    if [[ $(jq '.nodegroups | length' <<<"$groups") == 0 ]] && vpc_free; then
        warn "the cluster answers no more, and has no nodes and no balancers: nothing to do in it"
        return 1
    fi
    die "the cluster $CLUSTER does not answer ($silence). If it never will: $ME --skip-kubernetes"
}

# empty_repository: images of several platforms are lists of others, which can only go after the list; so
# in rounds, as long as each round removes something.
empty_repository() {
    local name=${REPOSITORY_URL#*/} images count before=-1 batch refusal=''
    while true; do
        images=$(repository_images "$name")
        count=$(jq length <<<"$images")
        ((count > 0)) || break
        say "$count images in $name"
        if "$DRY_RUN"; then
            say "would delete them"
            return 0
        fi
        ((count != before)) || die "the images of $name can't be deleted: $refusal"
        before=$count
        while read -r batch; do
            refusal=$(cloud ecr batch-delete-image --repository-name "$name" --image-ids "$batch" |
                jq -r '[.failures[]?.failureReason] | unique | join("; ")')
        done < <(jq -c 'range(0; length; 100) as $at | .[$at:$at + 100]' <<<"$images")
    done
    good "$name is empty"
}

# repository_images NAME: as ECR takes them for deletion. By digest: tags would leave the image.
repository_images() {
    local answer
    if ! answer=$(cloud ecr list-images --repository-name "$1" 2>&1); then
        [[ $answer == *RepositoryNotFound* ]] || die "aws ecr list-images failed: ${answer##*$'\n'}"
        answer='{"imageIds": []}'
    fi
    jq '[.imageIds[] | {imageDigest}] | unique' <<<"$answer"
}

delete_log_groups() {
    local prefix group groups
    for prefix in "/aws/eks/$CLUSTER/" "/aws/containerinsights/$CLUSTER/" "/aws/vpc/$CLUSTER/"; do
        groups=$(cloud logs describe-log-groups --log-group-name-prefix "$prefix" |
            jq -r '.logGroups[].logGroupName')
        for group in $groups; do
            run cloud logs delete-log-group --log-group-name "$group"
            good "log group $group"
        done
    done
}

# forget_kubeconfig: the caller's file no longer names what is gone.
forget_kubeconfig() {
    local context name
    for context in $(kubectl config get-contexts --output name); do
        [[ $context == arn:*:eks:"$REGION":"$ACCOUNT":cluster/"$CLUSTER" ]] || continue
        if [[ $(kubectl config current-context 2>/dev/null || true) == "$context" ]]; then
            kubectl config unset current-context >/dev/null
        fi
        for name in context cluster user; do
            kubectl config "delete-$name" "$context" >/dev/null 2>&1 || true
        done
        good "the kubeconfig no longer names the cluster"
    done
}

# still_tagged: the ARN of all that carries the project's tag.
still_tagged() {
    cloud resourcegroupstaggingapi get-resources --tag-filters "Key=project,Values=$PROJECT" |
        jq -r '.ResourceTagMappingList[].ResourceARN'
}

main() {
    local tagged outcome
    options "$@"

    step "Prerequisites" "the lines above"
    tools terraform aws kubectl
    credentials
    init
    look
    say "cluster $CLUSTER in $REGION, $(state '[resources[] | select(.mode == "managed")] | length') resources in Terraform's state"
    confirm "This deletes all of it, results included. Type \"destroy\" to go on:" destroy

    step "Balancers" "kubectl get services -A; aws elbv2 describe-load-balancers; aws ec2 describe-network-interfaces"
    if kubernetes; then
        delete_balancer_services
        "$DRY_RUN" || wait_until "the balancers and their network interfaces to be gone" vpc_free
        good "no balancer is left"

        step "Namespace $NAMESPACE" "kubectl get namespace $NAMESPACE -o yaml (finalizers); kubectl -n $NAMESPACE get all"
        run kube delete namespace "$NAMESPACE" --ignore-not-found --wait=false
        "$DRY_RUN" || wait_until "the namespace to be gone" namespace_gone
        good "the namespace is gone"
    else
        "$DRY_RUN" || wait_until "the balancers and their network interfaces to be gone" vpc_free
    fi

    step "Images" "aws ecr list-images --repository-name ${REPOSITORY_URL#*/}"
    if [[ -n $REPOSITORY_URL ]]; then
        empty_repository
    else
        good "there is no repository any more"
    fi

    step "Terraform destroy (about 10 minutes)" "the error above; deletion_protection must be off and applied; terraform -chdir=infra state list"
    if "$DRY_RUN"; then
        tf plan -destroy -input=false -no-color "${VAR_FILES[@]}" | no_certificate
    else
        tf destroy -auto-approve -input=false -no-color "${VAR_FILES[@]}" | no_certificate
    fi

    "$DRY_RUN" || forget_kubeconfig

    step "Leftover log groups" "aws logs describe-log-groups"
    delete_log_groups

    step "What still carries the tag project=$PROJECT" "aws resourcegroupstaggingapi get-resources"
    tagged=$(still_tagged)
    if [[ -n $tagged ]]; then
        warn "these do; AWS lists what was deleted for some hours more, and keys until their waiting time ends:"
        printf '      %s\n' "${tagged//$'\n'/$'\n      '}" >&2
    else
        good "nothing"
    fi

    STEP=''
    outcome="$CLUSTER is gone."
    ! "$DRY_RUN" || outcome="Nothing was changed."
    cat <<EOF

$outcome To see that nothing is left:
    terraform -chdir=infra state list
    aws --region $REGION eks list-clusters
    aws --region $REGION elbv2 describe-load-balancers
    aws --region $REGION ec2 describe-nat-gateways --filter Name=state,Values=available
    aws --region $REGION resourcegroupstaggingapi get-resources --tag-filters Key=project,Values=$PROJECT
and the bill after 24 hours. A bucket made by infra/bootstrap stays; it holds the state.
EOF
}

main "$@"
