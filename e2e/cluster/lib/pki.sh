# Owns the certificates and the kubeconfigs. Elliptic keys, made in milliseconds, but for people's: not every client reads those.
# Needs instance.sh.

# make_authority: the cluster's certificate authority and the key that signs service account tokens.
# dies here: the authority's certificate is made last, and without it all of this is done again.
make_authority() {
  local pki=$STATE/control/pki
  [[ -s $pki/ca.crt ]] && return
  mkdir -p "$pki"
  make_key "$pki/ca.key"
  make_key "$pki/sa.key"
  openssl pkey -in "$pki/sa.key" -pubout -out "$pki/sa.pub"
  openssl req -x509 -new -key "$pki/ca.key" -subj /CN=intermission -days 3650 -out "$pki/ca.crt.new"
  put_in_place "$pki/ca.crt.new" "$pki/ca.crt"
}

make_key() {
  (umask 077 && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.new")
  put_in_place "$1.new" "$1"
}

# make_rsa_key FILE: for the kubeconfig that is handed out. Fabric8 reads an elliptic client key only with Bouncy Castle beside it.
make_rsa_key() {
  (umask 077 && openssl genrsa -out "$1.new" 2048 2>/dev/null)
  put_in_place "$1.new" "$1"
}

# make_certificate FOLDER NAME SUBJECT [ALTERNATIVE-NAMES]: FOLDER/NAME.crt and .key, signed by the authority.
make_certificate() {
  local certificate=$1/$2.crt key=$1/$2.key authority=$STATE/control/pki/ca
  [[ -s $certificate ]] && return
  mkdir -p "$1"
  [[ -s $key ]] || make_key "$key"
  openssl req -new -key "$key" -subj "$3" |
    openssl x509 -req -CA "$authority.crt" -CAkey "$authority.key" -set_serial "0x$(openssl rand -hex 8)" -days 3650 \
      -extfile <(echo "${4:+subjectAltName=$4}") -out "$certificate.new" 2>/dev/null
  put_in_place "$certificate.new" "$certificate"
}

# make_front_proxy FOLDER: FOLDER/front-proxy.crt and .key, its own authority: were it the cluster's, the API server would take
# every client for a front proxy with a wrong name.
make_front_proxy() {
  [[ -s $1/front-proxy.crt ]] && return
  make_key "$1/front-proxy.key"
  openssl req -x509 -new -key "$1/front-proxy.key" -subj /CN=front-proxy -days 3650 -out "$1/front-proxy.crt.new"
  put_in_place "$1/front-proxy.crt.new" "$1/front-proxy.crt"
}

# make_kubeconfig FILE FOLDER NAME: for the certificate FOLDER/NAME.crt; everything is inside, so the file can be copied anywhere.
make_kubeconfig() {
  [[ -s $1 ]] && return
  (
    umask 077
    cat >"$1.new" <<END
apiVersion: v1
kind: Config
current-context: $CLUSTER
clusters:
  - name: $CLUSTER
    cluster:
      server: https://$(member_address control):6443
      certificate-authority-data: $(base64 -w0 "$STATE/control/pki/ca.crt")
users:
  - name: $CLUSTER
    user:
      client-certificate-data: $(base64 -w0 "$2/$3.crt")
      client-key-data: $(base64 -w0 "$2/$3.key")
contexts:
  - name: $CLUSTER
    context: {cluster: $CLUSTER, user: $CLUSTER}
END
  )
  put_in_place "$1.new" "$1"
}

# make_client FOLDER NAME SUBJECT: a certificate and the kubeconfig that uses it.
make_client() {
  make_certificate "$1" "$2" "$3"
  make_kubeconfig "$1/$2.kubeconfig" "$1" "$2"
}
