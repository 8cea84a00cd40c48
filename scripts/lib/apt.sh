# shellcheck shell=bash
# Debian packages without root: own lists and cache, the machine's own mirror,
# signatures checked with Debian's keyring. Nothing is installed in the system.

APT_READY=
APT_ROOT=$CACHE/apt
DEBS=$CACHE/debs
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
NO_DEBIAN_ADVICE="or use an Odoo 19.0 checkout: make run ODOO_HOME=/path/to/odoo"

apt_mirror() {
    apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        awk -v release="$VERSION_CODENAME" '$1 == release { print $2; exit }'
}

apt_private() {
    apt-get -q -o Dir::Etc::sourcelist="$APT_ROOT/sources.list" \
        -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferences=/dev/null \
        -o Dir::Etc::preferencesparts=/dev/null -o Dir::State::Lists="$APT_ROOT/lists" \
        -o Dir::Cache="$APT_ROOT/cache" -o Acquire::Languages=none \
        -o Acquire::AllowInsecureRepositories=false -o Acquire::Retries=3 \
        -o APT::Get::AllowUnauthenticated=false -o APT::Update::Error-Mode=any \
        -o APT::Default-Release="$VERSION_CODENAME" -o APT::Sandbox::User="$(id -un)" "$@"
}

apt_versions() { # versions of a package in the private lists
    apt-cache -o Dir::Etc::sourcelist="$APT_ROOT/sources.list" \
        -o Dir::Etc::sourceparts=/dev/null -o Dir::State::Lists="$APT_ROOT/lists" \
        -o Dir::Cache="$APT_ROOT/cache" madison "$1" 2>/dev/null | awk '{ print $3 }'
}

apt_setup() {
    [ -z "$APT_READY" ] || return 0
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
        die "this is not a Debian system (no apt-get)" "use a Debian 12 machine, docker-compose.yml," "$NO_DEBIAN_ADVICE"
    [ -r "$KEYRING" ] || die "Debian's keyring $KEYRING is missing" \
        "apt-get install debian-archive-keyring" "$NO_DEBIAN_ADVICE"
    # shellcheck source=/dev/null
    . /etc/os-release
    local mirror=${DEB_MIRROR:-$(apt_mirror)}
    [ -n "$mirror" ] || die "no Debian mirror for $VERSION_CODENAME in this machine's apt sources" \
        "name one: make run DEB_MIRROR=<address of a Debian mirror>" "$NO_DEBIAN_ADVICE"
    mkdir -p "$APT_ROOT"/{lists/partial,cache/archives/partial} "$DEBS"
    printf 'deb [signed-by=%s] %s %s main\n' \
        "$KEYRING" "$mirror" "$VERSION_CODENAME" "$KEYRING" "$mirror" sid >"$APT_ROOT/sources.list"
    begin "package lists of Debian $VERSION_CODENAME and sid"
    run_logged "$APT_ROOT/update.log" apt_private update ||
        die "the package lists could not be fetched from $mirror" \
            "check the network (and http_proxy), then run the same command again" \
            "another mirror: make run DEB_MIRROR=..." "$NO_DEBIAN_ADVICE"
    finish
    APT_READY=1
}

# apt_fetch PACKAGE...: into $DEBS
apt_fetch() {
    apt_setup
    local partial=$DEBS/partial # an interrupted download must not look complete
    rm -rf "$partial"
    mkdir -p "$partial"
    (cd "$partial" && run_logged "$APT_ROOT/download.log" apt_private download "$@") ||
        die "could not download: $*" "check the network, then run the same command again"
    mv "$partial"/*.deb "$DEBS"
}
