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
  # Of a user's own context there is a copy here, whose namespace may be any.
  "$kubectl" config set-context --current --namespace default >/dev/null
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

# remove_everything: a cluster made here goes as a whole; one of yours keeps all but what was put there.
remove_everything() {
  if [[ $("$cluster" status 2>/dev/null) == *'(context)'* ]]; then leave_cluster; fi
  "$cluster" down
}

leave_cluster() {
  KUBECONFIG=$("$cluster" kubeconfig)
  export KUBECONFIG
  mapfile -t tools < <(e2e/cluster/tool kubectl helm)
  "${tools[0]}" delete trainingjobs digits digits-undisturbed --ignore-not-found --timeout 60s
  "${tools[1]}" uninstall intermission --namespace intermission-system --ignore-not-found --wait --timeout 60s
  "${tools[0]}" delete namespace intermission-system --ignore-not-found
  "${tools[0]}" delete secret intermission-s3 --ignore-not-found
  note "The kind TrainingJob stays, since all jobs would go with it: kubectl delete crd trainingjobs.intermission.dev"
}
