# shellcheck shell=bash
# Odoo itself: a checkout that the user gives (ODOO_HOME), or Debian's package
# odoo-19, pinned by version and checksum, unpacked into the cache.

DEB_VERSION=${DEB_VERSION:-19.0.0+dfsg-1}
DEB_SHA256=${DEB_SHA256:-9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf}
# The package links to these by relative links: they must lie in the same root.
ODOO_HELPERS=(libjs-jquery libjs-jquery-form libjs-underscore fonts-font-awesome
    fonts-glyphicons-halflings fonts-inconsolata fonts-ocr-b fonts-roboto-unhinted
    fonts-montserrat/sid)

# Sets ODOO_ROOT (to be on sys.path), ODOO_ADDONS (extra addons folder or empty), ODOO_ID.
odoo_ensure() {
    if [ -n "${ODOO_HOME:-}" ]; then
        odoo_use_checkout
    else
        ODOO_ROOT=$CACHE/odoo-$DEB_VERSION/usr/lib/python3/dist-packages
        ODOO_ADDONS=
        ODOO_ID=deb-$DEB_VERSION
        [ -e "$CACHE/odoo-$DEB_VERSION/complete" ] || odoo_unpack
    fi
}

odoo_use_checkout() {
    [ -d "$ODOO_HOME" ] || die "ODOO_HOME=$ODOO_HOME is not a directory" \
        "give the top of an Odoo 19.0 checkout, or leave ODOO_HOME away to use the packaged Odoo"
    ODOO_ROOT=$(cd "$ODOO_HOME" && pwd -P)
    [ -f "$ODOO_ROOT/odoo/release.py" ] || die "ODOO_HOME=$ODOO_HOME has no odoo/release.py" \
        "give the directory that holds odoo-bin and the folder odoo/"
    local version
    version=$(sed -nE 's/^version_info *= *\(([0-9]+), *([0-9]+).*/\1.\2/p' "$ODOO_ROOT/odoo/release.py")
    [ "$version" = 19.0 ] || die "ODOO_HOME=$ODOO_HOME holds Odoo ${version:-of unknown version}, the addons need 19.0" \
        "git -C $ODOO_HOME checkout 19.0, or give another checkout"
    ODOO_ADDONS=
    [ ! -d "$ODOO_ROOT/addons" ] || ODOO_ADDONS=$ODOO_ROOT/addons
    ODOO_ID=home-$ODOO_ROOT-$(git -C "$ODOO_ROOT" rev-parse --short HEAD 2>/dev/null || echo unknown)
}

odoo_fetch_deb() { # prints the path of the checked .deb
    local deb=$DEBS/odoo-19_${DEB_VERSION}_all.deb versions
    if [ ! -e "$deb" ]; then
        apt_setup
        versions=$(apt_versions odoo-19)
        grep -qxF -- "$DEB_VERSION" <<<"$versions" || die \
            "Debian sid no longer has odoo-19 $DEB_VERSION; it has: ${versions:-none}" \
            "take that one: make run DEB_VERSION=${versions%%$'\n'*} DEB_SHA256=<its SHA-256, or: skip>, then run make test," \
            "or put the file odoo-19_${DEB_VERSION}_all.deb into $DEBS," "$NO_DEBIAN_ADVICE"
        begin "Odoo 19 ($DEB_VERSION, 122 MB)"
        apt_fetch "odoo-19=$DEB_VERSION"
        finish
    fi
    if [ "$DEB_SHA256" != skip ] && ! sha256sum --status -c <<<"$DEB_SHA256  $deb"; then
        die "$deb does not have the expected SHA-256" \
            "expected $DEB_SHA256" "found    $(sha256sum "$deb" | cut -d' ' -f1)" \
            "delete the file and try again; if you chose another DEB_VERSION, give its DEB_SHA256 too"
    fi
    ODOO_DEB=$deb
}

odoo_unpack() {
    lock_cache
    [ ! -e "$CACHE/odoo-$DEB_VERSION/complete" ] || { unlock_cache; return 0; }
    need_space "$CACHE" 2500 "Odoo with its Python packages"
    odoo_fetch_deb
    begin "helper packages of Odoo"
    apt_fetch "${ODOO_HELPERS[@]}"
    finish
    begin "unpacking Odoo"
    local target=$CACHE/odoo-$DEB_VERSION helper
    rm -rf "$target"
    mkdir -p "$target"
    # The package carries a second copy of every addon, which nothing uses.
    dpkg-deb --fsys-tarfile "$ODOO_DEB" | tar -x -C "$target" \
        --exclude='./usr/lib/python3/dist-packages/addons' \
        --exclude='./usr/lib/python3/dist-packages/setup' \
        --exclude='./usr/lib/python3/dist-packages/doc'
    for helper in "${ODOO_HELPERS[@]}"; do
        dpkg-deb -x "$(find "$DEBS" -name "${helper%/*}_*.deb" | sort -V | tail -n 1)" "$target"
    done
    odoo_repair "$target/usr/lib/python3/dist-packages/odoo/addons"
    touch "$target/complete"
    finish
    unlock_cache
}

odoo_repair() {
    # Debian removes this non-free file; without it each page logs an error and
    # each browser test fails. Only the background blur of video calls uses it.
    local folder=$1/mail/static/lib/selfie_segmentation
    mkdir -p "$folder"
    [ -e "$folder/selfie_segmentation.js" ] || echo '/* not packaged */' >"$folder/selfie_segmentation.js"
    [ -e "$1/web/static/lib/jquery/jquery.js" ] || die "the unpacked Odoo lacks jquery" \
        "remove $CACHE/debs and try again"
}
