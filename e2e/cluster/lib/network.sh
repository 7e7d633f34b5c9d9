# Owns the network between the members: a bridge inside of the control plane's namespace, a cable from it to each node and one
# to this machine. This machine gets one interface with routes to nodes, pods and services, which are
# removed together; its own forwarding and firewall settings are not touched, so nothing in the cluster reaches
# further than this machine. That is wanted: the pull of an image that was not loaded fails at once instead of hanging.
# Needs member.sh, instance.sh.

# is_connected IP-COMMAND... INTERFACE: the alias is what a connection gets last.
# dies here: an interface without the alias is taken away and made again.
is_connected() { "${@:1:$#-1}" link show "${@: -1}" 2>/dev/null | grep -q 'alias connected'; }

# connect_control: the bridge, and the cable to this machine. The API server calls webhooks by their services.
connect_control() {
  is_connected ip "$(host_interface)" && return
  remove_host_interface
  inside control ip link delete nodes 2>/dev/null || :
  inside control ip -batch - <<END
link set lo up
link add nodes type bridge
address add $(member_address control)/24 dev nodes
link set nodes up
route add $(service_network) via $(member_address node1)
END
  ip link add "$(host_interface)" type veth peer name host netns "$(pid_in "$(member_holder control)")"
  inside control ip link set host master nodes up
  ip address add "$(host_address)/24" dev "$(host_interface)"
  ip link set "$(host_interface)" up
  ip route add "$(service_network)" via "$(member_address node1)"
  ip link set "$(host_interface)" alias "connected: Intermission cluster $CLUSTER"
}

# connect_node NAME: its cable, and the ways between its pods, the other nodes, the control plane and this machine.
connect_node() {
  local name=$1 address other
  is_connected inside "$name" ip eth0 && return
  inside "$name" ip link delete eth0 2>/dev/null || :
  address=$(member_address "$name")
  inside control ip link delete "$name" 2>/dev/null || :
  inside control ip link add "$name" type veth peer name eth0 netns "$(pid_in "$(member_holder "$name")")"
  inside control ip link set "$name" master nodes up
  inside "$name" ip -batch - <<END
link set lo up
address add $address/24 dev eth0
link set eth0 up
END
  inside "$name" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
  ip route replace "$(node_pod_network "$name")" via "$address"
  inside control ip route replace "$(node_pod_network "$name")" via "$address"
  for other in $(members | grep '^node'); do
    [[ $other != "$name" ]] || continue
    inside "$other" ip route replace "$(node_pod_network "$name")" via "$address"
    inside "$name" ip route replace "$(node_pod_network "$other")" via "$(member_address "$other")"
  done
  inside "$name" ip link set eth0 alias connected
}

# The kernel keeps a namespace for up to two minutes after its last process, for connections that nobody closed; its cable to
# this machine, and with that the routes, must not stay that long. The kernel may just be taking it away by itself.
remove_host_interface() {
  local interface
  interface=/sys/class/net/$(host_interface)
  [[ ! -e $interface ]] || ip link delete "$(host_interface)" || [[ ! -e $interface ]]
}
