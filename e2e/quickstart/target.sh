# Owns the place where everything runs: a cluster made here, or the one that --context names; the images in it; the operator.
# Needs terminal.sh.

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

# bring_cluster_up: sets $kubectl and $helm.
bring_cluster_up() {
  "$cluster" up "${cluster_options[@]}"
  kubectl=("$(e2e/cluster/tool kubectl)" --kubeconfig "$("$cluster" kubeconfig "${cluster_options[@]}")")
  helm=("$(e2e/cluster/tool helm)" --kubeconfig "$("$cluster" kubeconfig "${cluster_options[@]}")")
  if [[ $context ]]; then
    kubectl+=(--context "$context")
    helm+=(--kube-context "$context")
  fi
}

build_images() {
  mvn --batch-mode --quiet --no-transfer-progress package -DskipTests || fail "the build failed." "The lines above are Maven's."
  mapfile -t archives < <(images/build)
  ((${#archives[@]} == 3)) || fail "not all images could be built." "The lines above say why."
}

# hand_over_images: into the cluster's own nodes, or to the registry that they pull from.
hand_over_images() {
  if [[ $registry != localhost/intermission ]]; then
    images/push "$registry"
  else
    "$cluster" load "${cluster_options[@]}" "${archives[@]}"
  fi
}

# install_operator: the chart, with the bucket in the cluster. The CRD goes first, because Helm never updates one.
install_operator() {
  "${kubectl[@]}" apply --server-side --force-conflicts --filename helm/intermission/crds >/dev/null
  "${kubectl[@]}" create namespace intermission-system --dry-run=client --output yaml | "${kubectl[@]}" apply --filename - >/dev/null
  give_credentials intermission-system
  give_credentials default
  "${helm[@]}" upgrade --install intermission helm/intermission --namespace intermission-system --wait --timeout 2m \
    --values e2e/quickstart/values.yaml \
    --set "image.repository=$registry/operator,agent.image.repository=$registry/agent" >/dev/null ||
    fail "the operator could not be installed." "Look at: kubectl --namespace intermission-system get pods,events"
  # The tag stays 'dev': a rebuilt image under the old name is seen only by a new pod.
  "${kubectl[@]}" --namespace intermission-system rollout restart deployment/intermission >/dev/null
  "${kubectl[@]}" --namespace intermission-system rollout status deployment/intermission --timeout 2m >/dev/null
}

# give_credentials NAMESPACE: the bucket's key pair under the name that the installation expects.
give_credentials() {
  "${kubectl[@]}" --namespace "$1" create secret generic intermission-s3 --dry-run=client --output yaml \
    --from-file AWS_ACCESS_KEY_ID=<(root_secret user) --from-file AWS_SECRET_ACCESS_KEY=<(root_secret password) |
    "${kubectl[@]}" apply --filename - >/dev/null
}
