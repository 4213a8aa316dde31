import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export type Forwarder = { readonly url: string; close(): Promise<void> };

/**
 * Passes requests on to `to`, which may end in a path, with the sender's Host, so that signatures stay good. It says
 * that they came over TLS: our buckets and queues deny everything else, and the emulator believes this header.
 */
export async function startForwarder(
	to: string,
	{ host, port }: { readonly host: string; readonly port: number } = { host: "127.0.0.1", port: 0 },
): Promise<Forwarder> {
	const { hostname, port: toPort, pathname } = new URL(to);
	const prefix = pathname === "/" ? "" : pathname;
	const server = createServer((incoming, outgoing) => {
		const { method, url = "/" } = incoming;
		const headers = { ...incoming.headers, "x-forwarded-proto": "https" };
		const onward = request({ hostname, port: toPort, path: prefix + url, method, headers }, (answer) => {
			outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(outgoing);
		});
		onward.on("error", () => outgoing.destroy());
		incoming.pipe(onward);
	});
	await new Promise<void>((done, failed) => {
		server.once("error", failed).listen(port, host, done);
	});
	const address = server.address() as AddressInfo; // it listens on TCP
	return { url: `http://${host}:${address.port}`, close: () => close(server) };
}

const close = (server: Server): Promise<void> =>
	new Promise((done) => {
		server.close(() => done());
		server.closeAllConnections();
	});
