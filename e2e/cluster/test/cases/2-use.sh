# A cluster that is used: alpha with one node, beta with two beside it.

aClusterComesUpWithDnsAndStore() { # case
  quietly "$cluster" up --name alpha
  [[ $(on alpha get nodes --no-headers | grep -c ' Ready ') == 1 ]] || broken 'not one ready node'
  [[ $(on alpha --namespace minio get secret minio-root -o 'go-template={{.data.password}}') ]] || broken 'no credentials'
}

upTwiceStartsNothingAnew() { # case
  local before
  before=$(cat "$INTERMISSION_STATE"/alpha/*/*.pid)
  quietly "$cluster" up --name alpha
  [[ $(cat "$INTERMISSION_STATE"/alpha/*/*.pid) == "$before" ]] || broken 'a daemon was started anew'
}

# An archive says by its index what is in it, so the second load costs nothing; what the node lost is loaded again.
aFileIsLoadedOnceUntilItsContentChanges() { # case
  local archive=$INTERMISSION_STATE/small.tar
  small_image 'first content' "$archive"
  load_says "loaded $archive" "$archive"
  load_says "$archive is loaded already" "$archive"
  small_image 'second content' "$archive"
  load_says "loaded $archive" "$archive"
  in_node alpha node1 ctr --address /run/node/containerd.sock --namespace k8s.io images remove localhost/small:1 >/dev/null
  load_says "loaded $archive" "$archive"
}

load_says() {
  quietly "$cluster" load --name alpha "$2"
  grep -qxF "$1" "$output" || broken "load did not say '$1' but: $(cat "$output")"
}

small_image() (
  for part in say paths archive; do
    # shellcheck source=/dev/null
    . "$here/../lib/$part.sh"
  done
  echo "$1" >"$INTERMISSION_STATE/content"
  plain_tar "$INTERMISSION_STATE/layer.tar" -C "$INTERMISSION_STATE" content
  write_archive localhost/small:1 "$INTERMISSION_STATE/layer.tar" '{"Cmd":["/content"]}' "$2"
)

# in_node CLUSTER NODE COMMAND...
in_node() { nsenter --target "$(cut -d' ' -f1 "$INTERMISSION_STATE/$1/$2/holder.pid")" --net --mount --wd=/ -- "${@:3}"; }

aSecondClusterStandsBesideTheFirst() { # case
  quietly "$cluster" up --name beta --nodes 2
  [[ $(on beta get nodes --no-headers | grep -c ' Ready ') == 2 ]] || broken 'not two ready nodes in beta'
  [[ $(on alpha get nodes --no-headers | grep -c ' Ready ') == 1 ]] || broken 'alpha has not one ready node'
  [[ $(on alpha get namespace kube-system -o 'go-template={{.metadata.uid}}') != $(on beta get namespace kube-system -o 'go-template={{.metadata.uid}}') ]] ||
    broken 'it is the same cluster'
}

# Alpha as it would be without us: no store, but a volume for who claims one, as a storage class offers.
aClusterOfYoursGetsAStoreAndLosesItAgain() { # case
  on alpha delete namespace/minio persistentvolume/minio-data >/dev/null
  on alpha apply -f "$here/../manifests/minio-volume.yaml" >/dev/null
  KUBECONFIG=$INTERMISSION_STATE/alpha/kubeconfig MINIO_IMAGE=localhost/minio:1 \
    quietly "$cluster" up --name yours --context alpha --with-minio
  "$cluster" status --name yours >"$output" 2>&1 || broken "it has no status, but: $(cat "$output")"
  grep -q 'yours (context)' "$output" || broken "its kind is not told, but: $(cat "$output")"
  [[ $(on yours --namespace minio get deployment minio -o 'go-template={{.status.readyReplicas}}') == 1 ]] || broken 'no store'
  "$cluster" load --name yours "$output" >"$output" 2>&1 && broken 'an image was loaded into a cluster that is not ours'
  grep -q 'Push the image to a registry' "$output" || broken "no remedy, but: $(cat "$output")"
  quietly "$cluster" down --name yours
  on alpha get namespace minio >/dev/null 2>&1 && broken 'the store is still there'
  [[ $(on alpha get nodes --no-headers | grep -c ' Ready ') == 1 ]] || broken 'the cluster went with it'
}

# Under the restricted profile, as our own pods run: names, the store behind a service, the other node, logs and exec.
podsOfTwoNodesReachEachOtherAndTheStore() { # case
  local far
  quietly "$cluster" load --name beta "$("$here/../base-image")"
  on beta create namespace probe >/dev/null
  on beta label namespace probe pod-security.kubernetes.io/enforce=restricted >/dev/null
  on beta --namespace probe apply -f "$here/pods.yaml" >/dev/null
  on beta --namespace probe wait --for=condition=Ready pod/near pod/far --timeout=30s >/dev/null
  far=$(on beta --namespace probe get pod far -o 'go-template={{.status.podIP}}')
  # Nobody listens there: the refusal is the answer of far's own kernel, a lost packet would be silence.
  on beta --namespace probe exec near -- timeout 5 bash -c "echo >/dev/tcp/$far/8080" >"$output" 2>&1 || :
  grep -q 'Connection refused' "$output" || broken "near does not reach far: $(cat "$output")"
  on beta --namespace probe exec far -- bash -c 'echo >/dev/tcp/minio.minio/9000 && echo >/dev/tcp/kubernetes.default/443' >/dev/null ||
    broken 'far does not reach MinIO and the API server by their names'
  [[ $(on beta --namespace probe logs far) == 'far is here' ]] || broken 'logs cannot be read'
}

thisMachineReachesPodsAndServices() { # case
  local address
  for address in $(on beta --namespace minio get service minio -o 'go-template={{.spec.clusterIP}}') \
    $(on beta --namespace minio get pod -o 'jsonpath={.items[0].status.podIP}'); do
    curl --silent --fail --noproxy '*' --max-time 5 "http://$address:9000/minio/health/ready" || broken "no answer from $address"
  done
}

anImageThatWasNotLoadedFailsWithinSeconds() { # case
  local reason='' deadline=$((SECONDS + 8))
  on beta --namespace probe apply -f "$here/missing-image.yaml" >/dev/null
  until [[ $reason == ErrImagePull || $reason == ImagePullBackOff ]]; do
    ((SECONDS < deadline)) || broken "the pull hangs: $(on beta --namespace probe get events | grep missing)"
    sleep 0.2
    reason=$(on beta --namespace probe get pod missing -o 'jsonpath={.status.containerStatuses[0].state.waiting.reason}')
  done
}
