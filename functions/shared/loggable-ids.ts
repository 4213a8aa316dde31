import { messageHash } from "#adapters/crypto/message-hash.ts";

/** What SDKs make: a UUID, some with a word of the SDK's own and the time before it; and what the canary calls its events. */
const MADE =
	/^(?:(?:(?:ajs-next|node-next|analytics-node|list)-)?(?:\d{10,16}-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|canary-\d{4}-\d\d-\d\dT\d\d:\d\dZ)$/i;

/**
 * The first of these `messageId`s as a log may have them. What a machine made is there as it is: the trace of an event, to be
 * asked for at `/v1/trace/{messageId}`. Whatever else a sender chose may name a person, so it is `#` and its hash, by which
 * whoever has the id finds its lines.
 */
export const loggableIds = (messageIds: readonly string[], most: number): string[] =>
	messageIds.slice(0, most).map((id) => (MADE.test(id) ? id : `#${messageHash(id)}`));
