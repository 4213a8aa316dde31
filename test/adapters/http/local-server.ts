import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Received = {
	readonly method: string;
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
};

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** An HTTP server of a test, on a free port: keeps what it was sent, and answers as the test says. */
export async function localServer(answer: Answer = (response) => response.end()) {
	const received: Received[] = [];
	const state = { answer, connections: 0 };
	const server = createServer((request, response) => {
		const chunks: Uint8Array[] = [];
		request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
		request.on("end", () => {
			const { method = "", url = "", headers } = request;
			received.push({ method, path: url, headers, body: Buffer.concat(chunks) });
			state.answer(response, request);
		});
	});
	server.on("connection", () => {
		state.connections += 1;
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		port,
		url: `http://127.0.0.1:${port}`,
		received,
		connections: () => state.connections,
		/** From now on it answers like this. */
		answers: (next: Answer) => {
			state.answer = next;
		},
		/** Closes every connection nobody is speaking on. */
		closeIdle: () => server.closeIdleConnections(),
		close: async () => {
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
}

export type LocalServer = Awaited<ReturnType<typeof localServer>>;

/** An answer with a status, and a body and headers if there are any. */
export const status =
	(code: number, body = "", headers: Record<string, string> = {}): Answer =>
	(response) =>
		response.writeHead(code, headers).end(body);
