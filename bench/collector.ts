import { createHash, randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import type { Definitions } from "#domain/model/definitions.ts";
import type { Bus } from "#domain/model/ports.ts";
import { receiveEvents } from "#functions/collect/receive-events/receive-events.ts";
import { requests } from "./corpus.ts";
import { cpuOf } from "./measure.ts";
import { bareHandler } from "./peers/bare.ts";
import { middyPowertoolsZod } from "./peers/middy-powertools-zod.ts";

export type CollectorFigures = {
	readonly eventsPerRequest: number;
	/** CPU of one event, microseconds, by contender. */
	readonly microsPerEvent: Readonly<Record<string, number>>;
	/** Tutti's CPU over each peer's. */
	readonly ratios: Readonly<Record<string, number>>;
};

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<{ body?: string }>;

const EVENTS_PER_ROUND = 8000;
/** A bus that serialises, as every real one must, and sends nowhere. */
const bus: Bus = { publish: async (entries) => void entries.map(({ detail }) => JSON.stringify(detail)) };
const context = { awsRequestId: "bench", functionName: "bench" } as Context; // what the contenders read of it
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** CPU of the collector beside its peers on the same requests, after checking that all accept and reject alike. */
export async function benchCollector(eventsPerRequest: number): Promise<CollectorFigures> {
	const corpus = requests(EVENTS_PER_ROUND / eventsPerRequest, eventsPerRequest);
	const contenders: Record<string, Handler> = {
		"bare JSON.parse": bareHandler(bus),
		Tutti: receiveEvents({
			rates: { tell: async () => ({ before: 0, now: 0 }) },
			definitions: oneSource,
			bus,
			now: () => new Date(),
			newId: randomUUID,
			log: quiet,
		}) as Handler,
		"middy + Powertools + zod": middyPowertoolsZod(bus) as Handler,
	};
	await requireEqualAnswers(contenders, corpus);

	const timings = await cpuOf(
		Object.entries(contenders).map(([name, handler]) => ({
			name,
			run: async () => {
				for (const event of corpus) await handler(event, context);
			},
		})),
	);
	const micros = Object.fromEntries(timings.map(({ name, cpuMicros }) => [name, cpuMicros / EVENTS_PER_ROUND]));
	const tutti = micros.Tutti ?? Number.NaN;
	const peers = Object.entries(micros).filter(([name]) => name !== "Tutti");
	return {
		eventsPerRequest,
		microsPerEvent: micros,
		ratios: Object.fromEntries(peers.map(([name, peer]) => [name, tutti / peer])),
	};
}

/** A peer that does less is no peer: each must accept and reject as many of every request as the others. */
async function requireEqualAnswers(contenders: Record<string, Handler>, corpus: readonly APIGatewayProxyEventV2[]) {
	for (const event of corpus) {
		const counts = await Promise.all(
			Object.values(contenders).map(async (handler) => countsOf(await handler(event, context))),
		);
		if (new Set(counts).size !== 1) throw new Error(`the contenders answer differently: ${counts.join(" | ")}`);
	}
}

function countsOf({ body = "" }: { body?: string }): string {
	const { accepted, rejected } = JSON.parse(body) as { accepted: number; rejected: number | unknown[] };
	return `${accepted} accepted, ${Array.isArray(rejected) ? rejected.length : rejected} rejected`;
}

const oneSource: Definitions = {
	current: async () => workspace,
};
const hash = createHash("sha256").update("sk_demo_server").digest("base64url");
const workspace = {
	sources: [
		{
			id: "server",
			enabled: true,
			key: { kind: "secret" as const, writeKey: `sha256:${hash}` },
			rate: { perSecond: 1e9, burst: 1e9 },
			publish: "envelope" as const,
			version: 1,
			appliedAt: "2026-11-20T00:00:00.000Z",
		},
	],
	trackingPlans: [],
	identity: DEFAULT_IDENTITY,
	segments: [],
	destinations: [],
};
