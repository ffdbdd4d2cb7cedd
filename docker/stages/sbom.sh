#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sbom.sh VERSION REVISION CREATED FILE - what is in this image, as CycloneDX 1.5: cicada, and every Debian package
# that dpkg knows of. No tool beside dpkg, sed and awk, since the image has none.
set -eu
version=$1 revision=$2 created=$3 file=$4
distro=$(sed -n 's/^ID=//p' /etc/os-release)-$(sed -n 's/^VERSION_ID="\(.*\)"/\1/p' /etc/os-release)

mkdir -p "$(dirname "$file")"
{
    printf '%s\t%s\t%s\t%s\n' "$version" "$revision" "$created" "$distro"
    dpkg-query -W -f='${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${Maintainer}\n' |
        LC_ALL=C sort
} | awk -F '\t' '
# Of JSON: names and addresses may hold quotes.
function text(s) {
    gsub(/\\/, "\\\\", s)
    gsub(/"/, "\\\"", s)
    return "\"" s "\""
}
# Of a package URL: what is not plain there is a percent sign and two digits.
function plain(s) {
    gsub(/%/, "%25", s)
    gsub(/:/, "%3A", s)
    gsub(/\+/, "%2B", s)
    gsub(/ /, "%20", s)
    return s
}
NR == 1 {
    distro = $4
    own = "pkg:generic/cicada@" plain($1)
    print "{"
    print "  \"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.5\", \"version\": 1,"
    print "  \"metadata\": {"
    print "    \"timestamp\": " text($3) ","
    print "    \"component\": {\"type\": \"container\", \"bom-ref\": \"image\", \"name\": \"cicada\", \"version\": " text($1) "}"
    print "  },"
    print "  \"components\": ["
    printf "    {\"type\": \"application\", \"bom-ref\": %s, \"name\": \"cicada\", \"version\": %s, \"purl\": %s,\n", text(own), text($1), text(own)
    printf "     \"licenses\": [{\"license\": {\"id\": \"MIT\"}}],\n"
    printf "     \"properties\": [{\"name\": \"cicada:revision\", \"value\": %s}]}", text($2)
    next
}
{
    purl = "pkg:deb/debian/" plain($1) "@" plain($2) "?arch=" $3 "&distro=" distro
    printf ",\n    {\"type\": \"library\", \"bom-ref\": %s, \"name\": %s, \"version\": %s, \"purl\": %s,\n", text(purl), text($1), text($2), text(purl)
    printf "     \"supplier\": {\"name\": %s},\n", text($6)
    printf "     \"properties\": [{\"name\": \"debian:source\", \"value\": %s}]}", text($4 " " $5)
}
END { print "\n  ]\n}" }' >"$file"
