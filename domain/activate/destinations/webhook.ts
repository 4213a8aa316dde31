import type { JsonObject } from "#domain/model/json.ts";
import { type Answer, classifyAnswer } from "../classify-answer.ts";
import type { News } from "../delivery.ts";
import type { Order } from "../ports.ts";
import { retryAfterSeconds } from "../retry-after.ts";
import type { Failed, Verdict } from "../verdict.ts";

/** What the definition of a webhook says. */
export const WEBHOOK = {
	type: "webhook",
	settings: {
		url: "where to send to: https://…, or http://localhost… on this machine",
		secret: "what to sign with: whsec_ and the base64 of 24 to 64 random bytes, best as {{secret:name}}",
	},
	/** Its one action. Nothing is mapped: the body is always the whole news. */
	action: "send",
} as const;

export type WebhookRequest = {
	readonly method: "POST";
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
};

/** HMAC-SHA256 of a text's UTF-8 bytes with the webhook's secret, in base64; undefined when the secret is no secret. */
export type Sign = (text: string, secret: string) => string | undefined;

/**
 * The request of a webhook, by the Standard Webhooks specification 1.0.0: what is signed is `id.timestamp.body`, the
 * body being exactly what is sent. `webhook-id` stays the same when a delivery is tried again, so a receiver that
 * remembers it does nothing twice; `webhook-timestamp` is the time of the attempt.
 */
export function buildRequest({ settings, deliveryId, news, at }: Order, sign: Sign): WebhookRequest | Failed {
	const { url, secret } = settings;
	if (typeof url !== "string") return { kind: "unauthorised", reason: "missing_setting", detail: "url" };
	const body = JSON.stringify(webhookBody(news));
	const timestamp = String(Math.floor(at.getTime() / 1000));
	const signature = typeof secret === "string" ? sign(`${deliveryId}.${timestamp}.${body}`, secret) : undefined;
	if (signature === undefined) return { kind: "unauthorised", reason: "unusable_secret", detail: "secret" };
	return {
		method: "POST",
		url,
		headers: {
			"content-type": "application/json",
			"user-agent": "Tutti (Standard Webhooks)",
			"webhook-id": deliveryId,
			"webhook-timestamp": timestamp,
			"webhook-signature": `v1,${signature}`,
		},
		body,
	};
}

/**
 * What a webhook's receiver gets: `type` (`event.processed`, `segment.entered`, `segment.exited`), `timestamp` (when it
 * happened, ISO 8601 UTC) and `data`. The data of an event is the event as it was collected, of a segment its id, the
 * transition's, the membership's version, which is greater the later the change, and the cause: its kind, the event that
 * tipped it (`messageId`) and the condition that did (`leaf`), where there is one; both with the profile as it was then: its
 * id, its traits, its identifiers.
 */
export function webhookBody(news: News): JsonObject {
	const { profileId, traits, identifiers } = news.person;
	const profile = { profileId, traits, identifiers: identifiers.map(({ namespace, value }) => ({ namespace, value })) };
	if (news.kind === "event") {
		return { type: "event.processed", timestamp: news.event.timestamp, data: { event: { ...news.event }, profile } };
	}
	const { kind, at, segmentId, membershipVersion, transitionId, messageId, cause } = news;
	const tipped = { ...(messageId !== undefined && { messageId }), ...(cause && { cause: { ...cause } }) };
	return {
		type: `segment.${kind}`,
		timestamp: at,
		data: { segmentId, membershipVersion, transitionId, ...tipped, profile },
	};
}

/** What the receiver's answer means. Any 2xx is thanks; a body is not looked at. */
export function readResponse(response: WebhookResponse, now: Date): Verdict {
	if (response.kind === "failed") return classifyAnswer(network(response.reason));
	const wait = retryAfterSeconds(response.headers["retry-after"], now);
	return classifyAnswer({ status: response.status, ...(wait !== undefined && { retryAfterSeconds: wait }) });
}

export type WebhookResponse =
	| { readonly kind: "answered"; readonly status: number; readonly headers: Readonly<Record<string, string>> }
	| { readonly kind: "failed"; readonly reason: string };

const network = (code: string): Answer => ({ code });
