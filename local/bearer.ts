import { createHash, timingSafeEqual } from "node:crypto";
import type { Administrators } from "#domain/model/administrators.ts";

/** Whether an `Authorization` header carries the token. Takes the same time whatever part of it is wrong. */
export function carriesToken(authorization: string | undefined, token: string): boolean {
	const given = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
	return isToken(given, token);
}

/** One token, and whoever has it is an administrator: in the history of definitions he is `admin-token`. */
export const tokenHolders = (token: string): Administrators => ({
	whose: async (given) => (isToken(given, token) ? "admin-token" : undefined),
});

const isToken = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token));

const digest = (text: string) => createHash("sha256").update(text).digest();
