import type { Json } from "#domain/model/json.ts";
import type { TraitValue } from "#domain/model/profile.ts";

/** Which event something came from: time in base 36, messageId, source, and 1 where it is the person's own word. */
export type Origin =
	| readonly [at: string, messageId: string, source: string]
	| readonly [at: string, messageId: string, source: string, declared: 1];

type Came = Omit<TraitValue, "value">;

/** The events that what stands in one item came from: each once, said by its position. */
export function originTable() {
	const positions = new Map<string, number>();
	const origins: Origin[] = [];
	return {
		origins,
		positionOf({ at, messageId, source, declared }: Came): number {
			const key = `${at} ${declared ? 1 : 0} ${source.length} ${source} ${messageId}`;
			const known = positions.get(key);
			if (known !== undefined) return known;
			const origin = [time(at), packed(messageId), source] as const;
			const position = origins.push(declared ? [...origin, 1] : origin) - 1;
			positions.set(key, position);
			return position;
		},
	};
}

export type OriginTable = ReturnType<typeof originTable>;

/** Answers the event at a position, always the same object. */
export function originsIn(stored: readonly Origin[]): (position: Json | undefined) => Came {
	const origins = stored.map(
		([at, messageId, source, declared]): Came => ({
			at: moment(at),
			messageId: unpacked(messageId),
			source,
			...(declared === 1 && { declared: true as const }),
		}),
	);
	return (position) => {
		const origin = origins[Number(position)];
		if (!origin) throw new Error("something in a fragment names an origin that is not there");
		return origin;
	};
}

/** ISO 8601 UTC as milliseconds since 1970 in base 36, and back. */
export const time = (at: string): string => Date.parse(at).toString(36);
export const moment = (base36: string): string => new Date(Number.parseInt(base36, 36)).toISOString();

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Most messageIds are UUIDs: 23 characters say what 36 do. What would be taken for such a one gets a sign before it. */
function packed(messageId: string): string {
	if (UUID.test(messageId)) return `~${Buffer.from(messageId.replaceAll("-", ""), "hex").toString("base64url")}`;
	return /^[~=]/.test(messageId) ? `=${messageId}` : messageId;
}

function unpacked(text: string): string {
	if (text.startsWith("=")) return text.slice(1);
	if (!text.startsWith("~")) return text;
	const hex = Buffer.from(text.slice(1), "base64url").toString("hex");
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
