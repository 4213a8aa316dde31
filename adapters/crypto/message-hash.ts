import { HASH_LENGTH } from "#domain/unify/ring.ts";
import { sha256 } from "./sha256.ts";

/** The hash by which a fragment remembers that it has an event: 6 bytes of SHA-256. */
export const messageHash = (messageId: string): string => sha256(messageId).slice(0, HASH_LENGTH);
