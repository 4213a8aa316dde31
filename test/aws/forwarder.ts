import {
	createServer,
	type IncomingHttpHeaders,
	type IncomingMessage,
	request,
	type Server,
	type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Certificate } from "./certificate.ts";

export type Forwarder = { readonly url: string; close(): Promise<void> };

/** A request that was passed on, and what became of it. */
export type Exchange = {
	readonly method: string;
	/** With its query. */
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
	readonly status: number;
	/** The answer, when it was a refusal. */
	readonly refusal: string;
};

type Listening = {
	readonly host: string;
	readonly port: number;
	/** Told of each request when it has been answered. */
	readonly tell?: (exchange: Exchange) => void;
};

/**
 * Passes requests on to `to`, which may end in a path, with the sender's Host, so that signatures stay good. It says
 * that they came over TLS: our buckets and queues deny everything else, and the emulator believes this header.
 */
export async function startForwarder(
	to: string,
	{ host, port, tell }: Listening = { host: "127.0.0.1", port: 0 },
): Promise<Forwarder> {
	const server = createServer((incoming, outgoing) => passOn(incoming, outgoing, { to, ...(tell && { tell }) }));
	await new Promise<void>((done, failed) => {
		server.once("error", failed).listen(port, host, done);
	});
	const address = server.address() as AddressInfo; // it listens on TCP
	return { url: `http://${host}:${address.port}`, close: () => close(server) };
}

/** By which path of the emulator it is reached, whatever a host's name begins with. */
export type DoorPath = (id: string) => string;
type Behind = { readonly emulator: () => string; readonly path: DoorPath };

/** The public door of every HTTP API of the emulator, or of every function URL, over TLS: the host's name says which is meant. */
export async function startDoor({ key, cert }: Certificate, { emulator, path }: Behind) {
	const server = createTlsServer({ key, cert }, (incoming, outgoing) => {
		const [id = ""] = (incoming.headers.host ?? "").split(".");
		// By another host's name than its own the emulator would look for a bucket.
		incoming.headers.host = new URL(emulator()).host;
		passOn(incoming, outgoing, { to: `${emulator()}${path(id)}` });
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const { port } = server.address() as AddressInfo; // it listens on TCP
	return { port, close: () => close(server) };
}

function passOn(
	incoming: IncomingMessage,
	outgoing: ServerResponse,
	{ to, tell }: { readonly to: string } & Pick<Listening, "tell">,
): void {
	const { hostname, port, pathname } = new URL(to);
	const { method = "", url = "/" } = incoming;
	const headers = { ...incoming.headers, "x-forwarded-proto": "https" };
	const sent = copyOf(incoming);
	const path = (pathname === "/" ? "" : pathname) + url;
	const onward = request({ hostname, port, path, method, headers }, (answer) => {
		const status = answer.statusCode ?? 502;
		const answered = status < 400 ? () => "" : copyOf(answer);
		answer.once("end", () => {
			tell?.({ method, path: url, headers, body: sent(), status, refusal: answered() });
		});
		outgoing.writeHead(status, answer.headers);
		answer.pipe(outgoing);
	});
	onward.on("error", () => outgoing.destroy());
	incoming.pipe(onward);
}

/** What came through a stream so far, as text. */
function copyOf(stream: NodeJS.ReadableStream): () => string {
	const chunks: Uint8Array[] = [];
	stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
	return () => Buffer.concat(chunks).toString("utf8");
}

const close = (server: Pick<Server, "close" | "closeAllConnections">): Promise<void> =>
	new Promise((done) => {
		server.close(() => done());
		server.closeAllConnections();
	});
