/** A request's body, decompressed. Segment's limit, which SDKs split their batches by. */
export const MAX_BODY_BYTES = 500 * 1024;
/** One event as UTF-8 JSON. Segment's and RudderStack's limit, which their SDKs check before they send. */
export const MAX_EVENT_BYTES = 32 * 1024;
/** The detail of one bus entry as UTF-8 JSON: EventBridge took 256 KB an entry, less 16 KB for what surrounds it. */
export const MAX_ENVELOPE_BYTES = 240 * 1024;
/** Events in one request (Segment). */
export const MAX_EVENTS = 2500;
/** How deep JSON may be nested; an event itself is level 1. Deeper ones break parsers further on. */
export const MAX_LEVELS = 64;
/** Characters of a messageId (Segment). */
export const MAX_MESSAGE_ID = 100;
/** How far ahead of us a sender's clock may say it is before we do not believe it (DESIGN 5). */
export const MAX_FUTURE_MS = 10 * 60 * 1000;
