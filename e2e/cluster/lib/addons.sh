# Owns what runs in the cluster before anybody uses it: CoreDNS and MinIO.
# Needs tools.sh, wait.sh, instance.sh; KUBECONFIG_FILE.

kubectl() { "$(tool_binary kubectl)" --kubeconfig "$KUBECONFIG_FILE" "$@"; }

apply_dns() {
  sed "s|@DNS_ADDRESS@|$(dns_service_address)|" "$CLUSTER_HOME/manifests/coredns.yaml" | kubectl apply -f - >/dev/null
}

# apply_minio IMAGE [MORE-MANIFESTS...]: in one request after another of one client, since starting one costs more than they do.
apply_minio() {
  local image=$1
  shift
  {
    minio_credentials
    cat -- "$@" </dev/null
    echo ---
    sed "s|@MINIO_IMAGE@|$image|" "$CLUSTER_HOME/manifests/minio.yaml"
  } | kubectl apply -f - >/dev/null
}

# The password is made once: a second "up" must not lock out who has read it.
minio_credentials() {
  cat "$CLUSTER_HOME/manifests/minio-namespace.yaml"
  kubectl --namespace minio get secret minio-root >/dev/null 2>&1 && return
  cat <<END
---
apiVersion: v1
kind: Secret
metadata: {name: minio-root, namespace: minio}
stringData: {user: intermission, password: $(openssl rand -hex 20)}
---
END
}

minio_secret() { kubectl --namespace minio get secret minio-root -o "go-template={{.data.$1 | base64decode}}"; }

# make_bucket ENDPOINT NAME: fine when it is there. The signed request is all of S3 that is needed here.
make_bucket() {
  local answer
  answer=$(curl --silent --noproxy '*' --max-time 5 --output /dev/null --write-out '%{http_code}' --request PUT \
    --aws-sigv4 aws:amz:us-east-1:s3 --user "$(minio_secret user):$(minio_secret password)" "$1/$2") || :
  [[ $answer == 200 || $answer == 409 ]]
}

# bring_minio IMAGE: for clusters whose services this machine may not reach: the bucket is made through a forwarded port.
bring_minio() {
  local forward port
  apply_minio "$1"
  kubectl --namespace minio rollout status deployment/minio --timeout=180s >/dev/null 2>&1 || minio_failed
  coproc forward_minio {
    exec "$(tool_binary kubectl)" --kubeconfig "$KUBECONFIG_FILE" --namespace minio port-forward service/minio :9000
  }
  forward=$forward_minio_PID
  read -r port <&"${forward_minio[0]}"
  port=$(sed -nE 's/.*127.0.0.1:([0-9]+).*/\1/p' <<<"$port")
  wait_until 20 'the bucket "checkpoints"' make_bucket "http://127.0.0.1:$port" checkpoints
  kill "$forward"
}

minio_failed() {
  kubectl --namespace minio get persistentvolumeclaims,pods >&"$WORDS" || :
  kubectl --namespace minio get events --sort-by=.lastTimestamp --field-selector type=Warning | tail -n 5 >&"$WORDS" || :
  fail "MinIO is not ready after 180 s in the namespace minio." \
    "A claim that is Pending wants a default storage class with 8 GiB, a pod that cannot pull another MINIO_IMAGE. Then run this again; 'down' removes the namespace."
}
