# Owns the network between the members: a bridge inside of the control plane's namespace, a cable from it to each node and one
# to this machine. This machine gets one interface with routes to nodes, pods and services, all of which vanish with the
# control plane's namespace; its own forwarding and firewall settings are not touched, so nothing in the cluster reaches
# further than this machine. That is wanted: the pull of an image that was not loaded fails at once instead of hanging.
# Needs member.sh, instance.sh.

# connect_control: the bridge, and the cable to this machine.
connect_control() {
  ip link show "$(host_interface)" >/dev/null 2>&1 && return
  inside control ip -batch - <<END
link set lo up
link add nodes type bridge
address add $(member_address control)/24 dev nodes
link set nodes up
END
  ip link add "$(host_interface)" type veth peer name host netns "$(pid_in "$(member_holder control)")"
  inside control ip link set host master nodes up
  ip address add "$(host_address)/24" dev "$(host_interface)"
  ip link set "$(host_interface)" up
  ip route add "$(service_network)" via "$(member_address node1)"
}

# connect_node NAME: its cable, and the ways between its pods, the other nodes, the control plane and this machine.
connect_node() {
  local name=$1 address other
  inside "$name" ip link show eth0 >/dev/null 2>&1 && return
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
}
