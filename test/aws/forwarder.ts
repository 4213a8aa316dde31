import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A port of this machine that passes every request on; `to` may be set once the other end is there. */
export type Forwarder = { readonly url: string; to: string | undefined; close(): Promise<void> };

/**
 * Passes requests on to `to`, which may end in a path, with the sender's Host, so that signatures stay good. It says
 * that they came over TLS: our buckets and queues deny everything else, and the emulator believes this header.
 */
export async function startForwarder(): Promise<Forwarder> {
	const server = createServer((incoming, outgoing) => {
		if (!forwarder.to) {
			outgoing.writeHead(503).end();
			return;
		}
		const to = new URL(forwarder.to + incoming.url);
		const onward = request(
			{
				host: to.hostname,
				port: to.port,
				path: forwarder.to.slice(to.origin.length) + incoming.url,
				method: incoming.method,
				headers: { ...incoming.headers, "x-forwarded-proto": "https" },
			},
			(answer) => {
				outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
				answer.pipe(outgoing);
			},
		);
		onward.on("error", () => outgoing.destroy());
		incoming.pipe(onward);
	});
	const forwarder: Forwarder = { url: await listen(server), to: undefined, close: () => close(server) };
	return forwarder;
}

const listen = (server: Server): Promise<string> =>
	new Promise((done) => {
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address() as AddressInfo; // it listens on TCP
			done(`http://127.0.0.1:${port}`);
		});
	});

const close = (server: Server): Promise<void> =>
	new Promise((done) => {
		server.close(() => done());
		server.closeAllConnections();
	});
