# SPDX-License-Identifier: MIT
"""The HPA controller's arithmetic (autoscaling/v2 with behaviour), on a clock of its own.

What pkg/controller/podautoscaler does each time it looks: the number that would bring the average to the
target, unless it is within a tenth of it; of what was found in the stabilisation window the least going up
and the most going down; and no further than a policy allows from where its period began."""

import math

TOLERANCE = 0.1
LOOKS_EVERY_S = 15


class Hpa:
    """One autoscaler, from the object as it is applied."""

    def __init__(self, manifest, replicas):
        self.spec = manifest["spec"]
        self.replicas = replicas
        self.found = [(-LOOKS_EVERY_S, replicas)]  # (when, how many would be right)
        self.changes = []  # (when, by how many)
        self.history = [(0, replicas)]

    def rule(self, direction):
        return self.spec["behavior"][direction]

    def target(self, resource):
        for metric in self.spec["metrics"]:
            if metric["resource"]["name"] == resource:
                return metric["resource"]["target"]["averageUtilization"]
        raise KeyError(resource)

    def right(self, utilization):
        """The largest that a metric asks for; utilization by resource, in percent of the request."""
        asked = []
        for resource, percent in utilization.items():
            ratio = percent / self.target(resource)
            within = abs(ratio - 1) <= TOLERANCE
            asked.append(self.replicas if within else math.ceil(round(self.replicas * ratio, 9)))
        return max(asked)

    def stable(self, now, right):
        self.found.append((now, right))
        least = most = right
        for when, number in self.found:
            if now - when < self.rule("scaleUp")["stabilizationWindowSeconds"]:
                least = min(least, number)
            if now - when < self.rule("scaleDown")["stabilizationWindowSeconds"]:
                most = max(most, number)
        return min(max(self.replicas, least), most) if least <= most else self.replicas

    def limit(self, now, direction):
        """How far the policies let it go; both of ours take the one that goes furthest (Max)."""
        rule, up = self.rule(direction), direction == "scaleUp"
        if rule["selectPolicy"] == "Disabled":
            return self.replicas
        limits = []
        for policy in rule["policies"]:
            since = now - policy["periodSeconds"]
            changed = sum(by for when, by in self.changes if when > since and (by > 0) == up)
            began = self.replicas - changed
            if policy["type"] == "Percent":
                by = began * policy["value"] / 100
                limits.append(math.ceil(round(began + by, 9)) if up else int(round(began - by, 9)))
            else:
                limits.append(began + policy["value"] if up else began - policy["value"])
        assert rule["selectPolicy"] == "Max"
        return max(limits) if up else min(limits)

    def look(self, now, utilization):
        wanted = self.stable(now, self.right(utilization))
        if wanted > self.replicas:
            wanted = min(wanted, max(self.limit(now, "scaleUp"), self.replicas))
        elif wanted < self.replicas:
            wanted = max(wanted, min(self.limit(now, "scaleDown"), self.replicas))
        wanted = min(max(wanted, self.spec["minReplicas"]), self.spec["maxReplicas"])
        if wanted != self.replicas:
            self.changes.append((now, wanted - self.replicas))
            self.replicas = wanted
            self.history.append((now, wanted))


def run(manifest, replicas, seconds, cores, at_most=2.0):
    """[(second, workers)] under a demand of so many cores (of 1000m requests) shared by the workers, of
    which each uses at_most, its limit."""
    hpa = Hpa(manifest, replicas)
    for now in range(0, seconds + 1, LOOKS_EVERY_S):
        each = min(cores / hpa.replicas, at_most)
        hpa.look(now, {"cpu": 100 * each, "memory": 100 * 60 / 512})
    return hpa.history


def numbers(history):
    return [number for _, number in history]
