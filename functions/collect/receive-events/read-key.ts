import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { isObject } from "#domain/collect/parse-body.ts";
import type { Json } from "#domain/model/json.ts";

/** The write key a request names outside its body: as the user of Basic, with any password, or as `?writeKey=`. */
export function readKey({ headers, queryStringParameters }: APIGatewayProxyEventV2): string | undefined {
	return readBasic(headers.authorization) || queryStringParameters?.writeKey || undefined;
}

/** The write key that a body names, for senders that can set neither a header nor the query. */
export function readBodyKey(body: Json): string | undefined {
	const writeKey = isObject(body) ? body.writeKey : undefined;
	return typeof writeKey === "string" && writeKey !== "" ? writeKey : undefined;
}

/** Keys are ASCII, which all encodings of Basic agree on, and `atob` reads four times as fast as a buffer. */
function readBasic(authorization = ""): string | undefined {
	if (!/^basic /i.test(authorization)) return undefined;
	try {
		return atob(authorization.slice("basic ".length)).split(":", 1)[0];
	} catch {
		return undefined; // not base64, so it names no key
	}
}
