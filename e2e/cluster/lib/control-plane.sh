# Owns the control plane: etcd, API server, controller manager, scheduler, in the member "control".
# Needs member.sh, network.sh, pki.sh, wait.sh.

make_control_certificates() {
  local pki=$STATE/control/pki
  make_authority
  make_certificate "$pki" apiserver /CN=kube-apiserver \
    "IP:127.0.0.1,IP:$(member_address control),IP:$(api_service_address),DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
  make_certificate "$pki" kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
  make_front_proxy "$pki"
  make_client "$pki" controller-manager /CN=system:kube-controller-manager
  make_client "$pki" scheduler /CN=system:kube-scheduler
  [[ -s $pki/admin.key ]] || make_rsa_key "$pki/admin.key"
  make_client "$pki" admin /O=system:masters/CN=admin
  make_kubeconfig "$STATE/kubeconfig" "$pki" admin
}

# etcd listens only inside of its own network, so it needs no certificates. Without fsync: a cluster for tests may lose its data
# when the machine crashes, and is made anew after that in any case.
start_etcd() {
  start_daemon control etcd /run/kubernetes/etcd --data-dir=/run/node/etcd --unsafe-no-fsync --log-level=warn \
    --listen-client-urls=http://127.0.0.1:2379 --advertise-client-urls=http://127.0.0.1:2379 \
    --listen-peer-urls=http://127.0.0.1:2380
}

# The front proxy is the API server itself, as it shows itself to the API servers of others that it hands requests on to.
start_api_server() {
  local pki=/run/node/pki
  start_daemon control kube-apiserver /run/kubernetes/kube-apiserver \
    --etcd-servers=http://127.0.0.1:2379 \
    --bind-address="$(member_address control)" --advertise-address="$(member_address control)" \
    --service-cluster-ip-range="$(service_network)" \
    --tls-cert-file=$pki/apiserver.crt --tls-private-key-file=$pki/apiserver.key --client-ca-file=$pki/ca.crt \
    --kubelet-client-certificate=$pki/kubelet-client.crt --kubelet-client-key=$pki/kubelet-client.key \
    --kubelet-preferred-address-types=InternalIP \
    --proxy-client-cert-file=$pki/front-proxy.crt --proxy-client-key-file=$pki/front-proxy.key \
    --requestheader-client-ca-file=$pki/front-proxy.crt --requestheader-allowed-names=front-proxy \
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
    --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    --service-account-key-file=$pki/sa.pub --service-account-signing-key-file=$pki/sa.key \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
    --allow-privileged=true
}

api_server_is_ready() {
  is_alive "$STATE/control/kube-apiserver.pid" || fail 'kube-apiserver ended while it started.' "Its last words: $(tail -n 3 "$STATE/control/log/kube-apiserver.log")"
  curl --silent --fail --noproxy '*' --max-time 2 --cacert "$STATE/control/pki/ca.crt" "https://$(member_address control):6443/readyz"
}

# The controllers' default of 20 requests a second would decide every figure of a bulk test; one replica needs no election.
start_controllers() {
  local pki=/run/node/pki
  start_daemon control kube-controller-manager /run/kubernetes/kube-controller-manager \
    --kubeconfig=$pki/controller-manager.kubeconfig \
    --authentication-kubeconfig=$pki/controller-manager.kubeconfig --authorization-kubeconfig=$pki/controller-manager.kubeconfig \
    --service-account-private-key-file=$pki/sa.key --root-ca-file=$pki/ca.crt --use-service-account-credentials \
    --cluster-signing-cert-file=$pki/ca.crt --cluster-signing-key-file=$pki/ca.key \
    --kube-api-qps=500 --kube-api-burst=1000 --node-monitor-period=1s --node-monitor-grace-period=20s --leader-elect=false
  start_daemon control kube-scheduler /run/kubernetes/kube-scheduler \
    --kubeconfig=$pki/scheduler.kubeconfig \
    --authentication-kubeconfig=$pki/scheduler.kubeconfig --authorization-kubeconfig=$pki/scheduler.kubeconfig \
    --kube-api-qps=500 --kube-api-burst=1000 --leader-elect=false
}
