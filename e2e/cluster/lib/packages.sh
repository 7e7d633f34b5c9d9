# Owns what comes from the distribution: installs the Debian packages that are missing, and leaves none of their services running.
# Needs say.sh.

# The file by which each package is recognised, so that the same program from another source counts as well.
package_proof() {
  case $1 in
    containernetworking-plugins) cni_plugin_folder >/dev/null ;;
    iproute2) command -v ip >/dev/null ;;
    nftables) command -v nft >/dev/null ;;
    util-linux) command -v flock >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# cni_plugin_folder: Debian's place first, then the one that everybody else uses.
cni_plugin_folder() {
  local folder
  for folder in /usr/lib/cni /opt/cni/bin; do
    [[ -x $folder/bridge && -x $folder/host-local && -x $folder/portmap ]] && echo "$folder" && return
  done
  return 1
}

# missing_packages PACKAGE...: those that are not there yet.
missing_packages() {
  local package
  for package in "$@"; do
    package_proof "$package" || printf '%s ' "$package"
  done
}

# ensure_packages PACKAGE...
ensure_packages() {
  local missing
  missing=$(missing_packages "$@")
  [[ $missing ]] || return 0
  command -v apt-get >/dev/null || fail "these programs are missing: $missing" \
    "There is no apt-get here to install them with; install them by your distribution's own means and run this again."
  ((EUID == 0)) || fail "these packages are missing: $missing" "Run: sudo apt-get install --no-install-recommends $missing"
  # shellcheck disable=SC2086 # a list of words
  with_clock "installing Debian packages: $missing" install_packages $missing ||
    fail "apt-get could not install: $missing" "The lines above are its own words; 'apt-get update' and a look at the mirror help most often."
  missing=$(missing_packages "$@")
  [[ -z $missing ]] || fail "still missing after the installation: $missing" "Install them by hand and run this again."
}

# One copy of this after another, and after whoever else installs: two clusters of a fresh machine come up at the same time.
# containerd's package starts a service of its own, which this cluster does not use: it is stopped and disabled if it was not there before.
install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  apt_install "$@" || { apt update && apt_install "$@"; } || return
  if [[ " $* " == *' containerd '* && -d /run/systemd/system ]]; then
    systemctl disable --now containerd.service
  fi
}

apt_install() { apt install -y --no-install-recommends "$@"; }

# Not inherited: a service that a package starts would hold the lock for ever.
apt() { flock --close /run/intermission-packages.lock apt-get -o DPkg::Lock::Timeout=300 "$@"; }
