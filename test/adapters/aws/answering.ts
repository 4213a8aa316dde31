import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** One call as it came over the wire: the operation's name and its input. */
export type Call<Input> = { readonly operation: string; readonly input: Input };

export type AnsweringServer<Input> = {
	/** What a client of the SDK is made with to talk to this server. */
	readonly settings: {
		readonly endpoint: string;
		readonly region: string;
		readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
		readonly maxAttempts: number;
	};
	readonly calls: readonly Call<Input>[];
	close(): Promise<void>;
};

/** An answer that is an error of the service's, with its name as the protocol writes it. */
export class ServiceError extends Error {
	readonly fields: object;
	constructor(name: string, fields: object = {}) {
		super(name);
		this.name = name;
		this.fields = fields;
	}
}

/**
 * A server on loopback that speaks AWS's JSON protocol: it says what `answer` gives for each call, or the
 * `ServiceError` it throws. `Input` is what the test knows its own calls to carry.
 */
export async function answering<Input>(
	answer: (call: Call<Input>, nth: number) => object,
): Promise<AnsweringServer<Input>> {
	const calls: Call<Input>[] = [];
	const server = createServer((request, response) => {
		void respond(request, response, (call) => {
			calls.push(call as Call<Input>);
			return answer(call as Call<Input>, calls.length);
		});
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const { port } = server.address() as AddressInfo; // it listens on TCP
	return {
		settings: {
			endpoint: `http://127.0.0.1:${port}`,
			region: "eu-central-1",
			credentials: { accessKeyId: "test", secretAccessKey: "test" },
			maxAttempts: 1,
		},
		calls,
		close: async () => {
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		},
	};
}

async function respond(
	request: IncomingMessage,
	response: ServerResponse,
	answer: (call: Call<unknown>) => object,
): Promise<void> {
	const target = String(request.headers["x-amz-target"]);
	const operation = target.slice(target.indexOf(".") + 1);
	const body = await text(request);
	response.setHeader("content-type", request.headers["content-type"] ?? "application/x-amz-json-1.1");
	try {
		response.end(JSON.stringify(answer({ operation, input: JSON.parse(body) })));
	} catch (error) {
		const { name, fields } = error as ServiceError; // the tests throw nothing else
		response.writeHead(400).end(JSON.stringify({ __type: name, message: name, ...fields }));
	}
}
