import type { IncomingMessage } from "node:http";

/**
 * Reads a request's body, but never more than `limit` bytes of it: answers `"too large"` as soon as it is, without
 * waiting for the rest. Throws when the sender goes away in the middle.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | "too large"> {
	if (Number(request.headers["content-length"] ?? 0) > limit) return "too large";
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > limit) return "too large";
		chunks.push(chunk);
	}
	return Buffer.concat(chunks, size);
}
