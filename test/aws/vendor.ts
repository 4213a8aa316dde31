import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Certificate } from "./certificate.ts";

/** A name that nobody can have (RFC 2606). */
export const VENDOR_HOST = "crm.vendor.example";

export type Received = {
	/** Its id, of which the vendor is promised to be told once. */
	readonly id: string;
	readonly body: { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
	/** What it was answered. */
	readonly status: number;
	/** Did the signature hold for these very bytes, at this time? */
	readonly isSigned: boolean;
};

export type Vendor = {
	readonly port: number;
	readonly received: readonly Received[];
	/** What it answers from now on. */
	answerWith(status: number): void;
	close(): Promise<void>;
};

/** A receiver of webhooks, written from the text of Standard Webhooks 1.0.0 and not from our code. */
export async function startVendor({ key, cert }: Certificate, secret: string): Promise<Vendor> {
	const received: Received[] = [];
	let status = 204;
	const server = createServer({ key, cert }, async (request, answer) => {
		const chunks: Uint8Array[] = [];
		for await (const chunk of request) chunks.push(chunk as Uint8Array);
		const text = Buffer.concat(chunks).toString("utf8");
		const id = String(request.headers["webhook-id"]);
		received.push({ id, body: JSON.parse(text), status, isSigned: isSigned(request.headers, text, secret) });
		answer.writeHead(status).end();
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const { port } = server.address() as AddressInfo; // it listens on TCP
	return {
		port,
		received,
		answerWith: (next) => {
			status = next;
		},
		close: () =>
			new Promise((done) => {
				server.close(() => done());
				server.closeAllConnections();
			}),
	};
}

const TOLERANCE_SECONDS = 5 * 60;

function isSigned(headers: IncomingHttpHeaders, text: string, secret: string): boolean {
	const [id, time, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => headers[name]);
	if (Math.abs(Date.now() / 1000 - Number(time)) > TOLERANCE_SECONDS) return false;
	const key = Buffer.from(secret.replace("whsec_", ""), "base64");
	const expected = Buffer.from(createHmac("sha256", key).update(`${id}.${time}.${text}`).digest("base64"));
	return String(signatures)
		.split(" ")
		.some((signature) => {
			const given = Buffer.from(signature.replace(/^v1,/, ""));
			return given.length === expected.length && timingSafeEqual(given, expected);
		});
}
