import { clientFetch } from "#adapters/http/client-fetch.ts";
import type { HttpClient } from "#adapters/http/http-client.ts";
import { type Answer, classifyAnswer } from "#domain/activate/classify-answer.ts";
import type { Order } from "#domain/activate/ports.ts";
import { retryAfterSeconds } from "#domain/activate/retry-after.ts";
import { segmentEvent } from "#domain/activate/segment-event.ts";
import type { Verdict } from "#domain/activate/verdict.ts";
import { type Bought, type Chunks, openChunk, type Traffic } from "./chunk.ts";

/** For all the requests an action makes; the client has its own limit for each. */
const ACTION_MS = 20_000;

/** Runs the actions of bought destinations. Undefined for a type that is not one of them. */
export function segmentActions({ chunks, http }: { readonly chunks: Chunks; readonly http: HttpClient }) {
	const fetch = clientFetch(http);
	const opened = new Map<string, Bought>();

	const open = async (type: string): Promise<Bought | undefined> => {
		const chunk = opened.has(type) ? undefined : await chunks(type);
		if (chunk && !opened.has(type)) opened.set(type, openChunk(type, chunk, fetch));
		return opened.get(type);
	};

	return async (type: string, order: Order): Promise<Verdict | undefined> => {
		const bought = await open(type);
		return bought && runAction(bought, order);
	};
}

async function runAction(bought: Bought, { action, mapping, settings, news, at }: Order): Promise<Verdict> {
	// `executeAction` answers an unknown action with nothing at all.
	if (!Object.hasOwn(bought.definition.actions, action)) return { kind: "refused", reason: "unknown_action" };
	const traffic: Traffic = { requests: 0 };
	const signal = AbortSignal.timeout(ACTION_MS);
	// mapping-kit writes into what it is given, and what it is given here is the definition in force.
	const execution = { event: segmentEvent(news), mapping: structuredClone(mapping), settings, features: {}, signal };
	try {
		await bought.execute(action, execution, traffic);
	} catch (error) {
		return verdictOn(error, traffic, at);
	}
	if (traffic.requests === 0) return { kind: "delivered", reason: "nothing_to_send" };
	return traffic.status === undefined ? { kind: "delivered" } : { kind: "delivered", status: traffic.status };
}

/** What an action throws, as far as we look: the errors of the package's core, of its request client, and of our fetch. */
type Thrown = {
	readonly name?: unknown;
	readonly code?: unknown;
	readonly status?: unknown;
	readonly response?: { readonly status?: unknown; readonly headers?: unknown };
	readonly errors?: unknown;
};

function verdictOn(error: unknown, { requests }: Traffic, now: Date): Verdict {
	const thrown = (typeof error === "object" && error !== null ? error : {}) as Thrown;
	const status = [thrown.response?.status, thrown.status].find((value) => typeof value === "number");
	const headers = thrown.response?.headers;
	const wait = headers instanceof Headers ? retryAfterSeconds(headers.get("retry-after"), now) : undefined;
	const answer: Answer = {
		...(status !== undefined && { status }),
		...(typeof thrown.code === "string" && { code: thrown.code }),
		...(typeof thrown.name === "string" && { error: thrown.name }),
		...(wait !== undefined && { retryAfterSeconds: wait }),
		...detailOf(thrown),
	};
	const verdict = classifyAnswer(answer);
	// It went wrong before anything was asked of anybody: with the same event and mapping it always will.
	const isOurs = verdict.kind === "retry" && requests === 0 && status === undefined && answer.code === undefined;
	return isOurs ? { kind: "refused", reason: "mapping_failed" } : verdict;
}

/** Which fields are wrong, and how far that can be told without their values: the schema errors' paths, and names of missing fields. */
function detailOf({ name, errors }: Thrown): { detail?: string } {
	if (name !== "AggregateAjvError" || !Array.isArray(errors)) return {};
	const fields = (errors as { path?: unknown; message?: unknown }[]).map(({ path, message }) => {
		const missing = /missing the required field '([^']+)'/.exec(String(message))?.[1];
		return missing === undefined ? `${String(path)} is not valid` : `${String(path)}.${missing} is missing`;
	});
	return { detail: fields.join("; ").slice(0, 500) };
}
