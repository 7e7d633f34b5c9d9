# Owns the native cluster: the order in which its parts start, and its end.
# Needs all of lib but kind.sh and context.sh.

NATIVE_TOOLS='etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl coredns minio pause'

# native_up NODES: every step looks first whether it is done already, so this also mends what was killed half-way.
native_up() {
  local nodes=$1 n node names=()
  # shellcheck disable=SC2086 # lists of words
  ensure_packages $NATIVE_PACKAGES
  # shellcheck disable=SC2086
  ensure_tools $NATIVE_TOOLS
  begin_state
  # Nodes that are there stay, and are mended with the rest.
  for ((n = 1; n <= nodes; n++)); do names+=("node$n"); done
  while [[ -d $STATE/node$n ]]; do names+=("node$((n++))"); done

  say "starting the control plane at $(member_address control)"
  start_member control
  connect_control
  make_control_certificates
  start_etcd
  start_api_server
  for node in "${names[@]}"; do
    start_member "$node"
    connect_node "$node"
  done
  say "starting ${names[*]}"
  together bring_containerd "${names[@]}"
  wait_until 60 'the API server' api_server_is_ready
  start_controllers
  for node in "${names[@]}"; do start_kubelet "$node"; done
  together apply apply_dns apply_native_minio
  for node in "${names[@]}"; do wait_for_node "$node"; done
  say "nodes are ready"
  kubectl --namespace kube-system rollout status deployment/coredns --timeout=60s >/dev/null
  kubectl --namespace minio rollout status deployment/minio --timeout=60s >/dev/null
  wait_until 20 'the bucket "checkpoints"' make_bucket "http://$(minio_address):9000" checkpoints
  say "DNS and MinIO are ready"
}

# begin_state: a cluster whose control plane's namespace is gone (the machine was started anew, or "up" was killed before it
# made one) has nothing that is worth keeping: it wrote without fsync.
begin_state() {
  if [[ -e $STATE/instance ]] && ! member_is_up control; then native_down; fi
  mkdir -p "$STATE"
  chmod 700 "$STATE"
  claim_instance
}

bring_containerd() {
  make_node_files "$1"
  start_containerd "$1"
  import_own_images "$1"
}

apply() { "$1"; }

apply_native_minio() {
  mkdir -p "$STATE/node1/minio"
  chown 65532:65532 "$STATE/node1/minio"
  apply_minio localhost/minio:1 "$CLUSTER_HOME/manifests/minio-volume.yaml"
}

minio_address() { kubectl --namespace minio get service minio -o 'go-template={{.spec.clusterIP}}'; }

# together COMMAND ARGUMENT...: COMMAND with each argument, all at once; fails when one does.
together() {
  local command=$1 argument job jobs=()
  shift
  for argument in "$@"; do
    "$command" "$argument" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job"; done
}

wait_for_node() {
  kubectl wait --for=create "node/$1" --timeout=30s >/dev/null
  kubectl wait --for=condition=Ready "node/$1" --timeout=30s >/dev/null
}

# native_down: ends everything by its control groups; namespaces, mounts and firewall rules go with the last process.
# dies here: the folder that names the instance goes last, so the next "down" finds the rest.
native_down() {
  if read_instance && claim_is_ours "$INSTANCE"; then
    end_cgroup "$(cluster_cgroup)"
    remove_host_interface
    release_instance
  fi
  find "$STATE" -mindepth 1 -maxdepth 1 ! -name instance -exec rm -rf {} + 2>/dev/null
  rm -rf "$STATE"
}

native_load() {
  local names
  mapfile -t names < <(members | grep '^node')
  LOADED_ARCHIVE=$1 together import_loaded "${names[@]}"
}

import_loaded() { import_archive "$1" "$LOADED_ARCHIVE"; }

# native_has NAME: every node has an image of this name.
native_has() {
  local node
  for node in $(members | grep '^node'); do
    inside "$node" ctr --address /run/node/containerd.sock --namespace k8s.io images list --quiet | grep -xF "$1" >/dev/null || return
  done
}

# native_freeze NODE yes|no: the whole node, its kubelet, its containerd and its pods.
native_freeze() {
  read_instance
  [[ $1 == node* ]] && member_is_up "$1" || fail "cluster $CLUSTER has no node '$1'." "cluster status --name $CLUSTER names them."
  set_frozen "$(cluster_cgroup)/$1" "$2"
}

native_status() {
  local member file
  read_instance || return
  for member in $(members); do
    printf '%-10s %-15s' "$member" "$(member_address "$member")"
    for file in "$STATE/$member"/*.pid; do
      printf ' %s:%s' "$(basename "$file" .pid)" "$(is_alive "$file" && echo up || echo DOWN)"
    done
    echo
  done
}
