#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# build.sh FOLDER - fills FOLDER/bin with kube-apiserver, kube-controller-manager, kube-scheduler and etcd,
# and FOLDER/version with what they were built from.
#
# Debian 12's source package "kubernetes" is the whole upstream tree with its vendored modules; later
# releases have the client alone. So whatever Debian this runs on, sources and tools come from Debian 12, by
# an apt configuration of our own that leaves the machine's lists and packages alone. That Go is 1.19: the
# tree predates modules that newer Go insists on. About 4 minutes on two cores, 3 GB while it builds.
set -euo pipefail

folder=$(realpath -m "$1")
work=$folder/work
tools=$work/tools
gopath=$work/gopath
tree=$gopath/src/k8s.io/kubernetes
commands=(kube-apiserver kube-controller-manager kube-scheduler)

# mirror: the Debian archive this machine uses.
mirror() {
    local uris
    # shellcheck disable=SC2016 # apt fills it in
    uris=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian')
    [[ -n $uris ]] || {
        echo "build.sh: no list of a Debian archive here; run apt-get update first" >&2
        return 1
    }
    head -n 1 <<<"$uris"
}

configure_apt() {
    local apt=$work/apt
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    cat >"$apt/debian.sources" <<TEXT
Types: deb deb-src
URIs: $(mirror)
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
TEXT
    cat >"$apt/apt.conf" <<TEXT
Dir::Etc::SourceList "$apt/debian.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "";
TEXT
    export APT_CONFIG=$apt/apt.conf
}

fetch() {
    configure_apt
    apt-get update -q
    mkdir -p "$work/packages"
    (
        cd "$work/packages"
        apt-get source -q --download-only kubernetes
        apt-get download -q golang-1.19-go golang-1.19-src etcd-server
    )
}

unpack() {
    local package
    mkdir -p "$tools" "$tree"
    for package in "$work"/packages/*.deb; do
        dpkg-deb -x "$package" "$tools"
    done
    tar -xf "$work"/packages/kubernetes_*.orig.tar.gz -C "$tree" --strip-components 1
}

go_environment() {
    export GOROOT=$tools/usr/lib/go-1.19 GOPATH=$gopath GOCACHE=$work/gocache PATH=$tools/usr/lib/go-1.19/bin:$PATH
    export GO111MODULE=off GOFLAGS='' CGO_ENABLED=0 GOTOOLCHAIN=local
}

# openapi_packages: all whose types the API server describes. Those of the staging folder are imported as
# vendored ones.
openapi_packages() {
    grep -rl --include='*.go' '^// +k8s:openapi-gen=true' pkg staging/src/k8s.io |
        grep -v -e /code-generator/ -e /sample-apiserver/ |
        xargs -n 1 dirname | LC_ALL=C sort -u |
        sed -e 's,^staging/src/,k8s.io/kubernetes/vendor/,' -e 's,^pkg/,k8s.io/kubernetes/pkg/,' |
        paste -sd,
}

# The tree comes without this one generated package, the schema the server checks what is applied against.
generate_openapi() {
    go build -o "$work/openapi-gen" k8s.io/kubernetes/vendor/k8s.io/code-generator/cmd/openapi-gen
    "$work/openapi-gen" -O zz_generated.openapi -h hack/boilerplate/boilerplate.generatego.txt \
        -p k8s.io/kubernetes/pkg/generated/openapi -i "$(openapi_packages)" \
        --output-base "$gopath/src" -r /dev/null
}

build() {
    local version=$1 package=k8s.io/kubernetes/vendor/k8s.io/component-base/version command minor
    minor=${version#*.}
    for command in "${commands[@]}"; do
        go build -ldflags "-s -w -X $package.gitVersion=v$version -X $package.gitMajor=${version%%.*} \
            -X $package.gitMinor=${minor%%.*}" -o "$folder/bin/$command" "./cmd/$command"
    done
    cp "$tools/usr/bin/etcd" "$folder/bin/etcd"
}

source_version() {
    basename "$work"/packages/kubernetes_*.dsc | sed -e 's/^kubernetes_//' -e 's/\.dsc$//'
}

main() {
    local version
    rm -rf "$folder"
    mkdir -p "$folder/bin"
    fetch
    unpack
    go_environment
    cd "$tree"
    generate_openapi
    version=$(source_version)
    # Debian writes 1.20.5+really1.20.2-1: the part behind "really" is what it is.
    build "$(sed -e 's/.*really//' -e 's/-.*//' <<<"$version")"
    printf '%s\n' "$version" >"$folder/version"
    cd "$folder"
    rm -rf "$work"
}

main
