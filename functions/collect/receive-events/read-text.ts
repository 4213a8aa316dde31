import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { RefusalCode } from "#contracts/http/collect-codes.ts";
import { MAX_BODY_BYTES } from "#domain/collect/limits.ts";

/** The text a request brought, and how many bytes of UTF-8 that was. */
export type Text = { readonly text: string; readonly bytes: number };

/** Decodes, inflates and reads a request's body, whatever its content type calls it, and stops at 500 KB. */
export function readBody({ body = "", isBase64Encoded, headers }: APIGatewayProxyEventV2): Text | RefusalCode {
	const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "";
	if (isBase64Encoded || !isPlain(encoding)) {
		return readBytes(Buffer.from(body, isBase64Encoded ? "base64" : "latin1"), encoding);
	}
	const bytes = Buffer.byteLength(body);
	if (bytes > MAX_BODY_BYTES) return "body_too_large";
	return body.isWellFormed() ? { text: body, bytes } : "body_not_utf8";
}

/** Reads the pixel's `data`: base64, standard or URL-safe, whose `+` a query string turned into a space. */
export function readPixel(data = ""): Text | RefusalCode {
	return readBytes(Buffer.from(data.replaceAll(" ", "+"), "base64"), "");
}

const isPlain = (encoding: string): boolean => encoding === "" || encoding === "identity";

function readBytes(raw: Buffer, encoding: string): Text | RefusalCode {
	if (raw.length > MAX_BODY_BYTES) return "body_too_large";
	const plain = isPlain(encoding) ? raw : inflate(raw, encoding);
	return typeof plain === "string" ? plain : decode(plain);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Buffer): Text | RefusalCode {
	try {
		return { text: utf8.decode(bytes), bytes: bytes.length };
	} catch {
		return "body_not_utf8";
	}
}

/** Inflates until it is done or over the limit: a few kilobytes could otherwise unpack to gigabytes. */
function inflate(raw: Buffer, encoding: string): Buffer | RefusalCode {
	const inflater = INFLATERS.get(encoding);
	if (!inflater) return "bad_encoding";
	try {
		return inflater(raw, { maxOutputLength: MAX_BODY_BYTES });
	} catch (error) {
		return isTooLarge(error) ? "body_too_large" : "bad_encoding";
	}
}

type Inflater = (raw: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

const INFLATERS: ReadonlyMap<string, Inflater> = new Map<string, Inflater>([
	["gzip", gunzipSync],
	["x-gzip", gunzipSync],
	["deflate", (raw, options) => (hasZlibHeader(raw) ? inflateSync(raw, options) : inflateRawSync(raw, options))],
]);

/** RFC 9110 means zlib's format by deflate, many clients send it bare. RFC 1950: method 8, and a multiple of 31. */
const hasZlibHeader = (raw: Buffer): boolean =>
	raw.length > 1 && (raw.readUInt8(0) & 0x0f) === 8 && raw.readUInt16BE(0) % 31 === 0;

const isTooLarge = (error: unknown): boolean =>
	error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
