# SPDX-License-Identifier: MIT
#
# manifests.jq - what deploy.sh puts into the rendered manifests, and what it refuses in them. Input: an
# array of Kubernetes objects.

# The manifests' own values, to be replaced: the image's name, and the VPC's addresses.
def is_ours: test("^cicada(:|@|$)");
def written_vpc: "10.0.0.0/16";

# ranges: the addresses a balancer of this Service lets in.
def ranges:
    .spec.loadBalancerSourceRanges
    // ((.metadata.annotations // {})["service.beta.kubernetes.io/load-balancer-source-ranges"] // "" |
        split(",") | map(gsub(" "; "")))
    | map(select(. != ""));

def internal:
    (.metadata.annotations // {}) as $note
    | $note["service.beta.kubernetes.io/aws-load-balancer-internal"] == "true"
    or $note["service.beta.kubernetes.io/aws-load-balancer-scheme"] == "internal";

def balancers: .[] | select(.kind == "Service" and .spec.type == "LoadBalancer");

# open_to_all: a line for each balancer that lets the whole internet in.
def open_to_all:
    balancers | select(internal | not)
    | (ranges | map(select(endswith("/0")))) as $everybody
    | if ranges == [] then "\(.metadata.name) names no loadBalancerSourceRanges, so everybody may come"
      elif $everybody != [] then "\(.metadata.name) lets \($everybody | join(", ")) in"
      else empty end;

# needs_secret(NAME): whether a pod can't start without it.
def needs_secret(name): any(.[]; .spec.template.spec.volumes[]?.secret | .secretName == name and .optional != true);

# placed: with the image by its digest, the VPC's real addresses, and the cluster's name.
def placed($image; $vpc; $web; $cluster; $region):
    map(
        (if .metadata.labels == {} then del(.metadata.labels) else . end)
        | (.spec.template.spec | select(. != null) | .containers, .initContainers | select(. != null) | .[] |
            select(.image | is_ours) | .image) |= $image
        | if .kind == "Service" and .spec.loadBalancerSourceRanges == [written_vpc]
          then .spec.loadBalancerSourceRanges = $web else . end
        | if .kind == "NetworkPolicy" then walk(if . == written_vpc then $vpc else . end) else . end
        | if .kind == "ConfigMap" and (.metadata.name | startswith("cluster-autoscaler-settings"))
          then .data += {CLUSTER_NAME: $cluster, AWS_REGION: $region} else . end);
