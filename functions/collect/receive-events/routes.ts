import type { Call } from "#domain/collect/accept-events.ts";
import { EVENT_TYPES, type EventType } from "#domain/model/event.ts";

/** What a path of the collector is for. */
export type Route =
	| { readonly kind: "collect"; readonly call: Call }
	| { readonly kind: "pixel"; readonly type: EventType }
	| { readonly kind: "settings"; readonly writeKey: string }
	| { readonly kind: "source-config" }
	| { readonly kind: "health" };

const CALLS: readonly Call[] = [...EVENT_TYPES, "batch", "import"];
const SHORT = { t: "track", i: "identify", p: "page", s: "screen", g: "group", a: "alias", b: "batch" } as const;

const collect = (call: Call): Route => ({ kind: "collect", call });

/** Every path without a parameter. The short forms are what analytics-next sends to. */
const PATHS: ReadonlyMap<string, Route> = new Map([
	...CALLS.map((call) => [`/v1/${call}`, collect(call)] as const),
	...Object.entries(SHORT).map(([letter, call]) => [`/v1/${letter}`, collect(call)] as const),
	...EVENT_TYPES.map((type) => [`/v1/pixel/${type}`, { kind: "pixel", type }] as const),
	["/beacon/v1/batch", collect("batch")],
	["/sourceConfig", { kind: "source-config" }],
	["/healthz", { kind: "health" }],
]);

/** analytics-next asks for it under its `cdnURL`, which some set with `/v1` already behind it or cut off by a proxy. */
const SETTINGS = /^(?:\/v1)*\/projects\/([^/]+)\/settings$/;

/** What is at a path, decoded as API Gateway decodes it. It may end in a slash as RudderStack's `/sourceConfig/` does. */
export function findRoute(rawPath: string): Route | undefined {
	const path = rawPath.length > 1 && rawPath.endsWith("/") ? rawPath.slice(0, -1) : rawPath;
	return PATHS.get(path) ?? findSettings(path);
}

function findSettings(path: string): Route | undefined {
	const [, writeKey] = SETTINGS.exec(path) ?? [];
	return writeKey === undefined ? undefined : { kind: "settings", writeKey };
}

/** The one method a route takes, besides OPTIONS. */
export const methodOf = ({ kind }: Route): "GET" | "POST" => (kind === "collect" ? "POST" : "GET");
