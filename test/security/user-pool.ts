import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { signed } from "./token-attacks.ts";

type Claims = Readonly<Record<string, unknown>>;

/** A Cognito user pool's side of it: a key pair, what it publishes of it, and the tokens that it signs. */
export function aUserPool(userPoolId = "eu-west-1_Shop12345") {
	const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
	const kid = `${userPoolId}-key`;
	const jwk = { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" };
	const now = Math.floor(Date.now() / 1000);
	const claims = {
		sub: "7a9c0e4e-1111-4222-8333-444455556666",
		iss: `https://cognito-idp.eu-west-1.amazonaws.com/${userPoolId}`,
		client_id: "command-line",
		token_use: "access",
		scope: "aws.cognito.signin.user.admin",
		auth_time: now - 60,
		iat: now - 60,
		exp: now + 3600,
		jti: "1",
	};
	return {
		userPoolId,
		clientId: claims.client_id,
		subject: claims.sub,
		jwk,
		now,
		/** A token as this pool signs it, with other claims where they are given; undefined ones are left out. */
		token: (over: Claims = {}, key: KeyObject = privateKey): string =>
			signed({ kid, alg: "RS256" }, { ...claims, ...over }, key),
		keys: async (): Promise<ArrayBuffer> => Uint8Array.from(Buffer.from(JSON.stringify({ keys: [jwk] }))).buffer,
	};
}
