import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Source } from "#contracts/definitions/source.ts";
import type { CollectAnswer, Rejection } from "#contracts/http/collect.ts";
import type { RefusalCode } from "#contracts/http/collect-codes.ts";
import type { Call } from "#domain/collect/accept-events.ts";
import { type Collection, collectEvents } from "#domain/collect/collect-events.ts";
import { moment } from "#domain/collect/iso-time.ts";
import { parseBody } from "#domain/collect/parse-body.ts";
import type { Arrived } from "#domain/collect/read-shared.ts";
import { type Bus, BusRefused } from "#domain/model/ports.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import type { OpenGate } from "./gate.ts";
import { readBodyKey, readKey } from "./read-key.ts";
import type { Text } from "./read-text.ts";
import { isRefusal, RETRY_SECONDS, type Refusal } from "./refusal.ts";
import { senderAddress } from "./sender-address.ts";

/** How a request brings events. */
export type Delivery = {
	readonly call: Call;
	/** Reads the request's text. Not called for a key that is refused: nobody unknown makes us inflate anything. */
	readonly read: () => Text | RefusalCode;
	readonly isStrict: boolean;
};

export type CollectorDeps = {
	readonly openGate: OpenGate;
	readonly bus: Bus;
	readonly now: () => Date;
	readonly newId: () => string;
	readonly log: Log;
	/** @default false */
	readonly isBehindCdn?: boolean;
};

/** Admits, reads, accepts and publishes a request's events. An answer that counts them means that the bus has them. */
export async function collect(
	event: APIGatewayProxyEventV2,
	delivery: Delivery,
	deps: CollectorDeps,
): Promise<CollectAnswer | Refusal> {
	const gate = await deps.openGate();
	const { origin } = event.headers;
	const key = readKey(event);
	const early = key === undefined ? undefined : gate.admit(key, origin);
	if (early && isRefusal(early)) return early;
	const body = readArrived(delivery);
	if (typeof body === "string") return { code: body };
	const source = early ?? gate.admit(readBodyKey(body.value), origin);
	if (isRefusal(source)) return source;
	return answer(await publish({ event, delivery, source, body }, deps), source, deps.log);
}

function readArrived({ read }: Delivery): Arrived | RefusalCode {
	const text = read();
	if (typeof text === "string") return text;
	const body = parseBody(text.text);
	return typeof body === "string" ? body : { ...body, bytes: text.bytes };
}

type Admitted = {
	readonly event: APIGatewayProxyEventV2;
	readonly delivery: Delivery;
	readonly source: Source;
	readonly body: Arrived;
};

/** Undefined when the bus did not take the events. */
async function publish(admitted: Admitted, deps: CollectorDeps): Promise<Collection | undefined> {
	const { event, delivery, source, body } = admitted;
	const ip = senderAddress(event, deps.isBehindCdn ?? false);
	const { userAgent } = event.requestContext.http;
	const seen = userAgent ? { ip, userAgent } : { ip };
	const { call, isStrict } = delivery;
	try {
		return await collectEvents(
			{ body, call, source, seen, isStrict, received: moment(deps.now().getTime()) },
			{ bus: deps.bus, newId: deps.newId, byteLength: (text) => Buffer.byteLength(text) },
		);
	} catch (error) {
		const codes = error instanceof BusRefused ? { codes: error.codes } : {};
		deps.log.error("the bus did not take the events of a request", {
			source: source.id,
			...codes,
			...describeError(error),
		});
		return undefined;
	}
}

function answer(collection: Collection | undefined, source: Source, log: Log): CollectAnswer | Refusal {
	if (!collection) return { code: "unavailable", retryAfterSeconds: RETRY_SECONDS };
	if (collection.kind === "refused") return { code: collection.code };
	if (collection.rejected.length > 0) logRejected(collection.rejected, source, log);
	if (collection.kind === "rejected") return { code: "rejected_in_strict_mode", rejected: collection.rejected };
	return { success: true, accepted: collection.accepted, rejected: [...collection.rejected] };
}

/** One line a request, however many events: which codes how often, and nothing that the events said. */
function logRejected(rejected: readonly Rejection[], source: Source, log: Log): void {
	const codes: Record<string, number> = {};
	for (const { code } of rejected) codes[code] = (codes[code] ?? 0) + 1;
	log.warn("events were rejected", { source: source.id, rejected: rejected.length, codes });
}
