# Owns the place where everything runs: a cluster made here, or the one that --context names; the images in it; the operator.
# Needs terminal.sh, build.sh.

cluster=e2e/cluster/cluster
registry=localhost/intermission

# check_prerequisites: everything that is missing in one message, before anything is changed.
check_prerequisites() {
  local missing=''
  ((BASH_VERSINFO[0] >= 5)) || missing+=$'\n  - bash 5 or later'
  command -v mvn >/dev/null || missing+=$'\n  - Maven 3.8.7 or later (apt-get install maven)'
  command -v go >/dev/null || missing+=$'\n  - Go 1.25 or later (https://go.dev/dl), to build the Kubernetes tools'
  curl --help all 2>/dev/null | grep -q -- --aws-sigv4 || missing+=$'\n  - curl 7.75 or later'
  [[ -z $missing ]] || fail "some things are missing on this machine:$missing" "Install them and run this again. Nothing has been changed."
}

# bring_cluster_up: afterwards kubectl speaks to it.
bring_cluster_up() {
  KUBECONFIG=$("$cluster" up "${cluster_options[@]}") || exit
  kubectl=$(e2e/cluster/tool kubectl)
  export KUBECONFIG
}

build_images() {
  build_sources
  mapfile -t archives < <(e2e/images/build)
  ((${#archives[@]} == 3)) || fail "not all images could be built." "The lines above say why."
}

# hand_over_images: into the cluster's own nodes, or to the registry that they pull from.
hand_over_images() {
  if [[ $registry != localhost/intermission ]]; then
    e2e/images/push "$registry"
  else
    "$cluster" load "${archives[@]}"
  fi
}

install_operator() { e2e/install --kubeconfig "$KUBECONFIG" --registry "$registry" --credentials-for default; }
