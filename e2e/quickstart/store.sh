# Owns the look into the bucket: the final checkpoint's manifest, read from S3 itself and not from what a pod says.
# Needs terminal.sh and $kubectl.

# weights_digest: the SHA-256 over all weights that the trainer declared in the job's newest verified checkpoint.
weights_digest() {
  local uri
  uri=$(field '{.status.checkpoint.uri}')
  object "${uri#s3://}" | tr -d ' \n' | sed -n 's/.*"digests":{\([^}]*\)}.*/\1/p' | sed -n 's/.*"weights":"\([0-9a-f]*\)".*/\1/p'
}

# object BUCKET/KEY: through a tunnel to the MinIO of the cluster, which lives as long as this one read.
object() {
  local port tunnel status=0
  exec {tunnel_words}< <(exec "$kubectl" --namespace minio port-forward service/minio :9000 2>/dev/null)
  tunnel=$!
  read -r -t 15 -u "$tunnel_words" port || fail "no tunnel to MinIO came up." "Look at: kubectl --namespace minio get pods"
  port=${port#*:}
  curl --silent --show-error --fail --max-time 15 --aws-sigv4 aws:amz:us-east-1:s3 \
    --config <(printf 'user = "%s:%s"\n' "$(root_secret user)" "$(root_secret password)") \
    "http://127.0.0.1:${port%% *}/$1" || status=$?
  kill "$tunnel"
  exec {tunnel_words}<&-
  return "$status"
}

root_secret() { "$kubectl" --namespace minio get secret minio-root --output "jsonpath={.data.$1}" | base64 --decode; }
