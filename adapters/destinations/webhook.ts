import { createHmac } from "node:crypto";
import type { HttpClient } from "#adapters/http/http-client.ts";
import { buildRequest, readResponse, type Sign } from "#domain/activate/destinations/webhook.ts";
import type { Order } from "#domain/activate/ports.ts";
import type { Verdict } from "#domain/activate/verdict.ts";

/** Standard Webhooks 1.0.0: a symmetric secret has 192 to 512 bits. */
const SECRET_BYTES = { least: 24, most: 64 };

/** The signature of Standard Webhooks' `v1`: the key is what stands in base64 after `whsec_`. */
export const signWebhook: Sign = (text, secret) => {
	const key = keyOf(secret);
	return key && createHmac("sha256", key).update(text).digest("base64");
};

/** Whether something can be signed with it. */
export const isWebhookSecret = (secret: string): boolean => keyOf(secret) !== undefined;

function keyOf(secret: string): Buffer | undefined {
	const base64 = secret.trim().replace(/^whsec_/, "");
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
	const key = Buffer.from(base64, "base64");
	return key.length >= SECRET_BYTES.least && key.length <= SECRET_BYTES.most ? key : undefined;
}

/** Sends news to a webhook. */
export async function sendWebhook(order: Order, http: HttpClient): Promise<Verdict> {
	const request = buildRequest(order, signWebhook);
	if ("kind" in request) return request;
	return readResponse(await http.send(request), order.at);
}
