import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { ProfileId, SeedId } from "#domain/model/identifier.ts";
import type { Sql } from "#domain/model/ports.ts";
import type { Profile } from "#domain/model/profile.ts";
import { type AdminDeps, serveAdminApi } from "#functions/admin/serve-admin-api/serve-admin-api.ts";
import { httpEvent } from "../collect/http-event.ts";
import { aContext } from "../shared/queue-event.ts";
import { recordingLog } from "../shared/recording-log.ts";
import { aWorkspace } from "../unify/pass.ts";

export const NOW = "2026-10-09T08:53:20.000Z";

/** A seed id whose every digit is this one. */
export const seed = (digit: string): ProfileId =>
	`${digit.repeat(8)}-${digit.repeat(4)}-8${digit.repeat(3)}-8${digit.repeat(3)}-${digit.repeat(12)}` as SeedId;

export const aProfile = (over: Partial<Profile> = {}): Profile => ({
	profileId: seed("1"),
	aliases: [],
	identifiers: [],
	traits: {},
	eventCount: 1,
	firstSeen: "2026-10-01T00:00:00.000Z",
	lastSeen: "2026-10-02T00:00:00.000Z",
	...over,
});

const unused = (): never => {
	throw new Error("this route was not to be asked for that");
};

export type Asked = {
	readonly status: number;
	readonly headers: Record<string, unknown>;
	readonly body: Record<string, unknown>;
};

/** The admin API over what a test gives it; everything else throws. */
export function anAdminApi(deps: Partial<{ [K in keyof AdminDeps]: Partial<AdminDeps[K]> | AdminDeps[K] }>) {
	const log = recordingLog();
	const handler = serveAdminApi({
		administrators: { whose: async (token) => token },
		profiles: { read: unused },
		memberships: { of: unused, change: unused, membersOf: unused, size: unused },
		definitions: { current: async () => aWorkspace() },
		recomputes: { states: async () => new Map(), run: async () => undefined, sizes: async () => [] },
		transitions: { days: async () => [] },
		looks: { progress: async () => undefined },
		beats: { last: async () => undefined },
		register: { read: unused, history: unused, apply: unused },
		checkDestination: async () => [],
		hash: unused,
		vault: { seedId: unused, seal: unused, open: unused },
		sql: { query: unused },
		recentEvents: { since: unused },
		now: () => new Date(NOW),
		log,
		...deps,
	} as AdminDeps); // what is missing throws

	async function ask(
		line: string,
		sent: {
			query?: Record<string, string>;
			body?: unknown;
			event?: Partial<APIGatewayProxyEventV2>;
			/** Whose token it is. @default admin-token */
			as?: string;
		} = {},
	): Promise<Asked> {
		const [method = "GET", path = "/"] = line.split(" ");
		const body =
			sent.body === undefined ? {} : { body: typeof sent.body === "string" ? sent.body : JSON.stringify(sent.body) };
		const headers = { authorization: `Bearer ${sent.as ?? "admin-token"}` };
		const event = {
			...httpEvent({ method, path, ...(sent.query && { query: sent.query }), ...body }),
			...sent.event,
			headers: { ...headers, ...sent.event?.headers },
		};
		const answer = await handler(event, aContext);
		return {
			status: answer.statusCode,
			headers: answer.headers ?? {},
			body: JSON.parse(answer.body ?? "{}") as Record<string, unknown>,
		};
	}
	return { ask, log };
}

/** An SQL engine that remembers what it was asked and answers these rows. */
export function recordingSql(rows: Awaited<ReturnType<Sql["query"]>>["rows"] = []) {
	const asked: string[] = [];
	const query: Sql["query"] = async (sql) => {
		asked.push(sql);
		return { columns: [], rows, scannedBytes: 0 };
	};
	return { asked, query };
}
