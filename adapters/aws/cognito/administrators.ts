import { CognitoJwtVerifier } from "aws-jwt-verify/cognito-verifier";
import {
	FetchError,
	JwksNotAvailableInCacheError,
	JwksValidationError,
	JwkValidationError,
	NonRetryableFetchError,
} from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import type { Administrators } from "#domain/model/administrators.ts";

/** API Gateway takes 10 KB of headers in all; no token of Cognito's is a fifth of that. */
const LONGEST = 8192;
/** Cognito answers its keys in some ten milliseconds; who waits longer than this had better ask again. */
const KEYS_MS = 3000;

/**
 * The users of a Cognito pool, by their access tokens: signed by the pool with RS256, for this client, neither expired nor
 * for another use (an id token says who somebody is, not what he may do). The keys are fetched once a process, and again
 * for a key id that is new, at most every ten seconds. Without them nobody comes in: `whose` throws.
 *
 * That an account was disabled meanwhile is not seen before its token expires, an hour at most.
 */
export function cognitoAdministrators(pool: {
	readonly userPoolId: string;
	readonly clientId: string;
	/** Where AWS is, when it is an emulator; as the SDKs take it. */
	readonly endpoint?: string | undefined;
	/** @default over the network */
	readonly fetchKeys?: (url: string) => Promise<ArrayBuffer>;
}): Administrators {
	const { userPoolId, clientId, endpoint, fetchKeys = fetchBytes } = pool;
	const fetcher = { fetch: (url: string) => fetchKeys(endpoint ? new URL(new URL(url).pathname, endpoint).href : url) };
	const verifier = CognitoJwtVerifier.create(
		{ userPoolId, clientId, tokenUse: "access" },
		{ jwksCache: new SimpleJwksCache({ fetcher }) },
	);
	return {
		async whose(token) {
			if (token.length > LONGEST) return undefined;
			try {
				return (await verifier.verify(token)).sub;
			} catch (error) {
				if (isOurs(error)) throw error;
				return undefined;
			}
		},
	};
}

/** What says nothing about the token: the keys were not to be had, or are none. */
const isOurs = (error: unknown): boolean =>
	[FetchError, NonRetryableFetchError, JwksNotAvailableInCacheError, JwksValidationError, JwkValidationError].some(
		(kind) => error instanceof kind,
	);

async function fetchBytes(url: string): Promise<ArrayBuffer> {
	try {
		const answer = await fetch(url, { signal: AbortSignal.timeout(KEYS_MS), redirect: "error" });
		if (!answer.ok) throw new Error(`status ${answer.status}`);
		return await answer.arrayBuffer();
	} catch (error) {
		throw new FetchError(url, error);
	}
}
