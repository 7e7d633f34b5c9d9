# Owns a node: containerd, kubelet and kube-proxy in a member "node<n>".
# Needs member.sh, network.sh, pki.sh, packages.sh, wait.sh.

make_node_files() {
  local name=$1 folder
  folder=$(member_folder "$name")
  mkdir -p "$folder/cni" "$folder/pki"
  make_certificate "$folder/pki" kubelet "/O=system:nodes/CN=system:node:$name" "IP:$(member_address "$name"),DNS:$name"
  make_kubeconfig "$folder/pki/kubelet.kubeconfig" "$folder/pki" kubelet
  make_client "$folder/pki" kube-proxy /CN=system:kube-proxy
  cp "$STATE/control/pki/ca.crt" "$folder/pki/ca.crt"
  : >"$folder/resolv.conf"
  fill_in containerd.toml "$name" "$folder/containerd.toml"
  fill_in pods.conflist "$name" "$folder/cni/pods.conflist"
  fill_in kubelet.yaml "$name" "$folder/kubelet.yaml"
  fill_in kube-proxy.yaml "$name" "$folder/kube-proxy.yaml"
}

# fill_in TEMPLATE NODE TARGET: an unchanged file is not touched, since kube-proxy ends itself when its file is written.
fill_in() {
  sed -e "s|@NODE@|$2|" -e "s|@CGROUP@|/$(cluster_cgroup)/$2|" \
    -e "s|@POD_NETWORK@|$(node_pod_network "$2")|" -e "s|@ALL_PODS@|$(pod_network)|" -e "s|@DNS_ADDRESS@|$(dns_service_address)|" \
    -e "s|@CNI_PLUGINS@|$(cni_plugin_folder)|" -e "s|@SNAPSHOTTER@|$(snapshotter)|" \
    "$CLUSTER_HOME/config/$1" >"$3.new"
  if cmp --silent "$3.new" "$3"; then rm "$3.new"; else put_in_place "$3.new" "$3"; fi
}

# An overlay cannot lie upon an overlay, which is what a machine that is itself a container has.
snapshotter() {
  if [[ $(stat --file-system --format=%T "$STATE") == overlayfs ]]; then echo native; else echo overlayfs; fi
}

start_containerd() {
  start_daemon "$1" containerd containerd --config /run/node/containerd.toml
  wait_until 15 "containerd on $1" inside "$1" ctr --address /run/node/containerd.sock version
}

start_kubelet() {
  start_daemon "$1" kubelet /run/kubernetes/kubelet --config=/run/node/kubelet.yaml --kubeconfig=/run/node/pki/kubelet.kubeconfig \
    --hostname-override="$1" --node-ip="$(member_address "$1")" --root-dir=/run/node/kubelet
  start_daemon "$1" kube-proxy /run/kubernetes/kube-proxy --config=/run/node/kube-proxy.yaml
}
