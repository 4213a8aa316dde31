import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Where requests may go. The internet always; the rest only when it is said. */
export type Reach = {
	/** This machine: what `npm start` needs, and what a Lambda must not have (its own runtime listens there). */
	readonly loopback?: boolean;
	/** Private networks: for a deployment that delivers into its own VPC. */
	readonly privateNetworks?: boolean;
};

type Subnet = readonly [net: string, prefix: number, family: "ipv4" | "ipv6"];

const LOOPBACK = blockList([
	["127.0.0.0", 8, "ipv4"],
	["::1", 128, "ipv6"],
]);

/** RFC 1918, carrier-grade NAT (RFC 6598), unique local addresses (RFC 4193). */
const PRIVATE = blockList([
	["10.0.0.0", 8, "ipv4"],
	["172.16.0.0", 12, "ipv4"],
	["192.168.0.0", 16, "ipv4"],
	["100.64.0.0", 10, "ipv4"],
	["fc00::", 7, "ipv6"],
]);

/**
 * Never, whatever is allowed: link-local, where clouds serve their credentials (169.254.169.254, fd00:ec2::254), "this
 * network", multicast, reserved, and the IPv6 spellings of IPv4 addresses that a translator or a tunnel would turn back.
 */
const NEVER = blockList([
	["0.0.0.0", 8, "ipv4"],
	["169.254.0.0", 16, "ipv4"],
	["192.0.0.0", 24, "ipv4"],
	["198.18.0.0", 15, "ipv4"],
	["224.0.0.0", 3, "ipv4"],
	["192.88.99.0", 24, "ipv4"],
	["::", 96, "ipv6"],
	["::ffff:0:0:0", 96, "ipv6"],
	["2001::", 32, "ipv6"],
	["fec0::", 10, "ipv6"],
	["64:ff9b::", 96, "ipv6"],
	["64:ff9b:1::", 48, "ipv6"],
	["2002::", 16, "ipv6"],
	["fd00:ec2::", 32, "ipv6"],
	["fe80::", 10, "ipv6"],
	["ff00::", 8, "ipv6"],
]);

function blockList(subnets: readonly Subnet[]): BlockList {
	const list = new BlockList();
	for (const subnet of subnets) list.addSubnet(...subnet);
	return list;
}

/** Whether an IP address may be connected to. IPv4 addresses written as IPv6 (`::ffff:…`) count as what they are. */
export function isReachable(address: string, reach: Reach): boolean {
	const family = isIP(address) === 6 ? "ipv6" : "ipv4";
	if (LOOPBACK.check(address, family)) return reach.loopback ?? false;
	if (NEVER.check(address, family)) return false;
	if (PRIVATE.check(address, family)) return reach.privateNetworks ?? false;
	return true;
}

/** What `reachableLookup` fails with, in the error's `code`. */
export const ADDRESS_REFUSED = "ADDRESS_REFUSED";

/**
 * Resolves a host name for a connection, to the addresses that may be reached. Checking here, and not before, leaves no
 * moment in which the name could be pointed elsewhere.
 */
export const reachableLookup =
	(reach: Reach): LookupFunction =>
	(hostname, options, callback) => {
		lookup(hostname, { ...options, all: true }, (error, found) => {
			if (error) return callback(error, "");
			const reachable = found.filter(({ address }) => isReachable(address, reach));
			const [first] = reachable;
			if (!first) return callback(Object.assign(new Error("the address is refused"), { code: ADDRESS_REFUSED }), "");
			return options.all ? callback(null, reachable) : callback(null, first.address, first.family);
		});
	};
