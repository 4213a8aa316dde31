import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { appIdOf } from "./app-id.ts";

/**
 * Loaded before the code of each function in the emulator (`node --import`), in place of the network that AWS has and a
 * test has not. The code of the functions is what is deployed: it resolves a name, finds a public address, may connect to
 * it, and speaks TLS to whoever is there.
 *
 * `LAMBDA_ROUTES` says which names lead to which port of this machine: `{ ".vendor.example": 4711 }`, by how they end. To
 * whoever resolves them they are at a public address that is nobody's (TEST-NET-3, RFC 5737).
 */
const ROUTES = Object.entries(JSON.parse(process.env.LAMBDA_ROUTES ?? "{}") as Record<string, number>);
const PUBLIC = "203.0.113.10";
const HERE = "127.0.0.1";

type Answer = (error: NodeJS.ErrnoException | null, found: string | dns.LookupAddress[], family?: number) => void;
type Lookup = (name: string, options: dns.LookupOptions, answer: Answer) => void;
type Connecting = { host?: string; port?: number; lookup?: Lookup };

const portOf = (name = ""): number | undefined => ROUTES.find(([end]) => name.endsWith(end))?.[1];

const reply = (answer: Answer, { all }: dns.LookupOptions, address: string): void =>
	all ? answer(null, [{ address, family: 4 }]) : answer(null, address, 4);

const publicLookup = dns.lookup as Lookup;
const lookup: Lookup = (name, options, answer) =>
	portOf(name) === undefined ? publicLookup(name, options, answer) : reply(answer, options, PUBLIC);

/** Between a name's address, which the caller must have approved, and the wire. */
const routed =
	(approve: Lookup): Lookup =>
	(name, options, answer) =>
		approve(name, options, (error, found) => (error ? answer(error, found) : reply(answer, options, HERE)));

function route(options: Connecting): Connecting {
	const port = portOf(options.host);
	return port === undefined ? options : { ...options, port, lookup: routed(options.lookup ?? lookup) };
}

const connect = net.Socket.prototype.connect as (...args: unknown[]) => net.Socket;
/** Called with options, or with what Node has made of the arguments of another function: a list that begins with them. */
function connectByRoute(this: net.Socket, first: unknown, ...more: unknown[]): net.Socket {
	if (Array.isArray(first)) first[0] = route(first[0] as Connecting);
	return connect.call(this, isOptions(first) ? route(first) : first, ...more);
}
const isOptions = (first: unknown): first is Connecting =>
	typeof first === "object" && first !== null && !Array.isArray(first);

dns.lookup = lookup as typeof dns.lookup;
net.Socket.prototype.connect = connectByRoute as typeof net.Socket.prototype.connect;
// So that named imports, in what is loaded after this, are these.
syncBuiltinESMExports();

// The SDK says in each request whose it is, so that the forwarder in front of the emulator knows.
process.env.AWS_SDK_UA_APP_ID = appIdOf(process.env.AWS_LAMBDA_FUNCTION_NAME ?? "");
