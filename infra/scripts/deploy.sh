#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# deploy.sh - from nothing to a load test cluster that can be used. Run again, it brings what is there up
# to date, and goes on where it stopped.

# shellcheck source=infra/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help() {
    cat <<EOF
Usage: $ME [OPTION...] [TAG]

Makes the infrastructure of infra/, builds and pushes the image as TAG ("latest"), applies the manifests,
and says where the web page is. Takes about 25 minutes the first time, and costs money until destroy.sh.

  --overlay DIR      what to apply (k8s/overlays/eks)
  --no-autoscaler    without k8s/addons/cluster-autoscaler: another one looks after the nodes
  --take-over        overwrite fields of the objects that somebody else has changed
  --i-know           let a balancer be open to the whole internet
$VAR_FILE_HELP
$COMMON_HELP

Environment: those of terraform, aws, kubectl and docker, such as AWS_PROFILE, KUBECONFIG, DOCKER_HOST.
EOF
}

TAG='' OVERLAY=$ROOT/k8s/overlays/eks AUTOSCALER=true I_KNOW=false
APPLY=(apply --server-side --field-manager=cicada-deploy)
HERE=$ROOT/infra/scripts

options() {
    while (($# > 0)); do
        common_option "$@"
        ((TAKEN > 0)) || var_file_option "$@"
        if ((TAKEN == 0)); then
            TAKEN=1
            case $1 in
            --overlay)
                value "$@"
                [[ -f $2/kustomization.yaml ]] || usage_error "--overlay: there is no $2/kustomization.yaml"
                OVERLAY=$2 TAKEN=2
                ;;
            --no-autoscaler) AUTOSCALER=false ;;
            --take-over) APPLY+=(--force-conflicts) ;;
            --i-know) I_KNOW=true ;;
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
}

# ---- Manifests -----------------------------------------------------------------------------------

# render DIR: its objects as a JSON array. kubectl alone turns YAML into JSON without a cluster: by
# removing a label that is not there.
render() {
    kubectl kustomize "$1" | kubectl label --local -f - -o json cicada-no-such-label- | jq -s .
}

# about OBJECTS FILTER: a question about rendered objects.
about() { jq -r -L "$HERE" "include \"manifests\"; $2" <<<"$1"; }

# place OBJECTS: as they are to be applied.
place() {
    local vpc_cidr web
    vpc_cidr=$(state 'first(resources[] | select(.type == "aws_vpc") | .values.cidr_block) // "10.0.0.0/16"')
    web=$(state 'output("web_source_cidrs")')
    jq -L "$HERE" --arg image "$IMAGE" --arg vpc "$vpc_cidr" --argjson web "${web:-[\"$vpc_cidr\"]}" \
        --arg cluster "$CLUSTER" --arg region "$REGION" \
        'include "manifests"; placed($image; $vpc; $web; $cluster; $region)' <<<"$1"
}

# exposure OBJECTS: no balancer is open to everybody, unless that is wanted.
exposure() {
    local open
    open=$(about "$1" open_to_all)
    if [[ -n $open ]] && ! "$I_KNOW"; then
        warn "$open"
        die "whoever reaches the web page can start load against any host; name source ranges, or say --i-know"
    fi
    [[ -z $open ]] || warn "$open, as --i-know says"
}

# apply OBJECTS: server-side, as a field manager of our own, so that what the autoscaler decided stays.
apply() {
    if "$DRY_RUN"; then
        jq -r '.[] | "    would apply \(.kind) \(.metadata.name)"' <<<"$1"
    else
        jq -c '.[]' <<<"$1" | kube "${APPLY[@]}" -f - | sed 's/^/    /'
    fi
}

# web_login OBJECTS: the Secret with the web page's users, if the manifests want one and there is none. Only
# hashes get to the pod; the password is kept beside them for who may read Secrets.
web_login() {
    local password user token
    about "$1" 'needs_secret("locust-web")' | grep -qx true || return 0
    if "$DRY_RUN"; then
        say "would make the Secret locust-web, if there is none"
        return 0
    fi
    kube get secret locust-web --namespace "$NAMESPACE" --ignore-not-found -o name | grep -q . && return 0
    password=$(od -An -v -tx1 -N16 /dev/urandom | tr -d ' \n')
    user=$(cicada --print-web-user admin <<<"$password")
    token=$(cicada --print-web-token metrics </dev/null)
    [[ $user == admin:?* && $token == *$'\n'metrics:?* ]] ||
        die "the image's cicada makes no web user; it said: $user"
    jq -n --arg users "$user"$'\n'"${token##*$'\n'}"$'\n' --arg token "$(sed -n '1s/.*: //p' <<<"$token")" \
        --arg password "$password" --arg namespace "$NAMESPACE" \
        '{apiVersion: "v1", kind: "Secret", metadata: {name: "locust-web", namespace: $namespace},
          stringData: {users: $users, token: $token, password: $password}}' |
        kube "${APPLY[@]}" -f - >/dev/null
    good "Secret locust-web with a user \"admin\""
}

# cicada ARGUMENT...: the image's.
cicada() { docker run --rm -i --network none --entrypoint cicada "$REPOSITORY_URL:$TAG" "$@"; }

# ---- Waiting for Kubernetes ----------------------------------------------------------------------

rolled_out() {
    local objects
    objects=$(kube get deployments --namespace "$NAMESPACE" -o json 2>&1) || {
        NOTE=${objects##*$'\n'}
        return 1
    }
    NOTE=$(jq -r '[.items[] | "\(.metadata.name) \(.status.readyReplicas // 0)/\(.spec.replicas)"] |
        join(", ")' <<<"$objects")
    jq -e '(.items | length) > 0 and all(.items[];
        (.status.observedGeneration // 0) >= .metadata.generation and
        (.status.updatedReplicas // 0) == .spec.replicas and
        (.status.readyReplicas // 0) == .spec.replicas and
        (.status.replicas // 0) == .spec.replicas)' <<<"$objects" >/dev/null
}

balancer_ready() {
    ADDRESS=$(kube get service locust-master-web --namespace "$NAMESPACE" -o json |
        jq -r '.status.loadBalancer.ingress[0]? | .hostname // .ip // empty')
    [[ -n $ADDRESS ]]
}

skew() {
    local far
    far=$(kube version -o json | jq -r '[.clientVersion, .serverVersion | .minor | gsub("[^0-9]"; "") | tonumber] |
        select((.[0] - .[1] | fabs) > 1) | "kubectl is 1.\(.[0]), the cluster 1.\(.[1])"')
    [[ -z $far ]] || warn "$far: more than one version apart is not supported"
}

# ---- The steps -----------------------------------------------------------------------------------

infrastructure() {
    local changes=0 cost
    scratch
    tf plan -input=false -no-color -detailed-exitcode -out="$SCRATCH/plan" "${VAR_FILES[@]}" |
        no_certificate || changes=$?
    ((changes == 0 || changes == 2)) || die "terraform plan failed"
    if ((changes == 0)); then
        good "nothing to change"
        return 0
    fi
    cost=$(tf show -json "$SCRATCH/plan" |
        jq -r '.planned_values.outputs.estimated_monthly_cost.value | select(. != null) |
            "$\(.hourly) an hour, $\(.monthly) a month"')
    confirm "This is what will be made${cost:+; it costs about $cost}. Type \"yes\" to go on:" yes
    if "$DRY_RUN"; then
        say "would apply this plan"
        return 0
    fi
    tf apply -input=false -no-color "$SCRATCH/plan" | no_certificate
}

image() {
    local arguments=("$TAG" --timeout "$TIMEOUT") file
    for file in "${VAR_FILES[@]}"; do
        arguments+=(--var-file "${file#-var-file=}")
    done
    ! "$DRY_RUN" || arguments+=(--dry-run)
    "$HERE/build-and-push.sh" "${arguments[@]}" 2>&1 | sed 's/^/    /'
    IMAGE=$REPOSITORY_URL:$TAG
    "$DRY_RUN" || IMAGE=$REPOSITORY_URL@$(digest "$TAG")
}

manifests() {
    local objects
    objects=$(place "$1")
    # The namespace first: the Secret has to be there before the pods that want it.
    apply "$(jq 'map(select(.kind == "Namespace"))' <<<"$objects")"
    web_login "$objects"
    apply "$objects"
    if "$AUTOSCALER"; then
        apply "$(place "$(render "$ROOT/k8s/addons/cluster-autoscaler")")"
    fi
}

access() {
    cat <<EOF

${bold}Ready.${plain} ${ADDRESS:+Web page: http://$ADDRESS:8089 (an internal balancer is reached from inside the VPC only)}
From this machine, always:
    kubectl -n $NAMESPACE port-forward service/locust-master 8089    # then http://localhost:8089
User "admin"; the password:
    kubectl -n $NAMESPACE get secret locust-web -o jsonpath='{.data.password}' | base64 -d
Next:
    infra/scripts/verify-deployment.sh
    kubectl -n $NAMESPACE get hpa -w                                 # watch the workers grow
    kubectl -n $NAMESPACE logs -f deployment/locust-master
    infra/scripts/destroy.sh                                    # when done: it costs until then
EOF
}

main() {
    local objects
    options "$@"

    step "Prerequisites" "the lines above"
    tools terraform aws kubectl docker
    credentials
    objects=$(render "$OVERLAY")
    exposure "$objects"
    init

    step "Infrastructure (about 20 minutes)" "the error above; AWS permissions and quotas of this account; terraform -chdir=infra state list"
    infrastructure
    look
    if "$DRY_RUN" && [[ -z $REPOSITORY_URL ]]; then
        REPOSITORY_URL=ACCOUNT.dkr.ecr.$REGION.amazonaws.com/$CLUSTER
    fi

    step "Kubeconfig" "aws eks describe-cluster --name $CLUSTER --region $REGION; a private endpoint (cluster_endpoint_public_access = false) answers inside the VPC only; access_entries: who may"
    if ! "$DRY_RUN"; then
        kubeconfig fresh
        wait_until "the cluster's API to answer" answers
        skew
        good "context $CONTEXT"
    fi

    step "Image $TAG" "the output of build-and-push.sh above"
    image
    good "$IMAGE"

    step "Manifests" "kubectl -n $NAMESPACE get pods; kubectl -n $NAMESPACE get events --sort-by=.lastTimestamp; fields somebody else changed: --take-over"
    manifests "$objects"
    "$DRY_RUN" || wait_until "the pods to be ready" rolled_out

    step "Web page" "kubectl -n $NAMESPACE describe service locust-master-web (events); it may take 3 minutes more"
    ADDRESS=''
    if [[ -z $(about "$objects" 'balancers | .metadata.name') ]]; then
        say "without a balancer"
    elif ! "$DRY_RUN"; then
        wait_until "the balancer's address" balancer_ready
        good "$ADDRESS"
    fi

    STEP=''
    if "$DRY_RUN"; then
        say "Nothing was changed."
    else
        access
    fi
}

main "$@"
