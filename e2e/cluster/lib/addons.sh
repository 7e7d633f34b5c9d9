# Owns what runs in the cluster before anybody uses it: CoreDNS and MinIO.
# Needs tools.sh, wait.sh, instance.sh; KUBECONFIG_FILE.

kubectl() { "$(tool_binary kubectl)" --kubeconfig "$KUBECONFIG_FILE" "$@"; }

apply_dns() {
  sed "s|@DNS_ADDRESS@|$(dns_service_address)|" "$CLUSTER_HOME/manifests/coredns.yaml" | kubectl apply -f - >/dev/null
}

# apply_minio IMAGE [MORE-MANIFESTS...]
apply_minio() {
  local image=$1
  shift
  kubectl create namespace minio --dry-run=client -o yaml | kubectl apply -f - >/dev/null
  # The password is made once: a second "up" must not lock out who has read it.
  kubectl --namespace minio get secret minio-root >/dev/null 2>&1 ||
    kubectl --namespace minio create secret generic minio-root \
      --from-literal=user=intermission --from-literal=password="$(openssl rand -hex 20)" >/dev/null
  { cat -- "$@"; echo ---; sed "s|@MINIO_IMAGE@|$image|" "$CLUSTER_HOME/manifests/minio.yaml"; } | kubectl apply -f - >/dev/null
}

minio_secret() { kubectl --namespace minio get secret minio-root -o "go-template={{.data.$1 | base64decode}}"; }

# make_bucket ENDPOINT NAME: fine when it is there. The signed request is all of S3 that is needed here.
make_bucket() {
  local answer
  answer=$(curl --silent --noproxy '*' --max-time 5 --output /dev/null --write-out '%{http_code}' --request PUT \
    --aws-sigv4 aws:amz:us-east-1:s3 --user "$(minio_secret user):$(minio_secret password)" "$1/$2") || :
  [[ $answer == 200 || $answer == 409 ]]
}
