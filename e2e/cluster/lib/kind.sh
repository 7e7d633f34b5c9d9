# Owns the cluster that kind runs in Docker, for machines where the native one cannot start. kind is built from its Go module.
# Written on a machine without a Docker daemon, so this file could not be tried there; it uses kind's plainest commands only.
# Needs tools.sh, images.sh, addons.sh.

kind_is_possible() { command -v docker >/dev/null && docker info >/dev/null 2>&1; }

kind() { "$(tool_binary kind)" "$@" --name "$CLUSTER"; }

kind_up() {
  local nodes=$1 archive
  kind_is_possible || fail "Docker does not answer, and kind needs it." "Start Docker and see that 'docker info' works for you; or start the native cluster as root: cluster up."
  ensure_tools kind kubectl minio
  mkdir -p "$STATE"
  # dies here: without this note "down" would look for a native cluster.
  echo kind >"$STATE/backend"
  if ! "$(tool_binary kind)" get clusters 2>/dev/null | grep -qx "$CLUSTER"; then
    say "creating cluster $CLUSTER with kind"
    kind_config "$nodes" | kind create cluster --config - --kubeconfig "$KUBECONFIG_FILE" --wait 180s
  fi
  kind export kubeconfig --kubeconfig "$KUBECONFIG_FILE"
  archive=$(image_archive minio)
  kind_load "$archive"
  bring_minio localhost/minio:1
}

kind_config() {
  local n
  printf 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n'
  for ((n = 2; n <= $1; n++)); do echo '- role: worker'; done
}

kind_down() {
  ensure_tools kind
  kind delete cluster --kubeconfig "$KUBECONFIG_FILE"
}

kind_load() { kind load image-archive "$1"; }

# kind_has NAME: kind's nodes are containers with containerd's own tools in them.
kind_has() {
  local node
  for node in $(kind get nodes); do
    docker exec "$node" ctr --namespace k8s.io images list --quiet | grep -xF "$1" >/dev/null || return
  done
}

kind_status() { docker ps --filter "label=io.x-k8s.kind.cluster=$CLUSTER" --format '{{.Names}} {{.Status}}'; }
