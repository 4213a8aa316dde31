import { FetchError } from "aws-jwt-verify/error";
import { describe, expect, it } from "vitest";
import { cognitoAdministrators } from "#adapters/aws/cognito/administrators.ts";
import { tokenHolders } from "#local/bearer.ts";
import { anAdminApi } from "../functions/admin/ask.ts";
import { tokenAttacks } from "./token-attacks.ts";
import { aUserPool } from "./user-pool.ts";

const pool = aUserPool();
const elsewhere = aUserPool("eu-west-1_Prod67890");
const past = { iat: pool.now - 7200, exp: pool.now - 3600 };

/** The deployed function over the pool; definitions are there to be read, so a way in would be seen as 200. */
function theAdminApi(keys = pool.keys) {
	const fetched: string[] = [];
	const administrators = cognitoAdministrators({
		userPoolId: pool.userPoolId,
		clientId: pool.clientId,
		fetchKeys: async (url) => {
			fetched.push(url);
			return keys();
		},
	});
	const { ask, log } = anAdminApi({
		administrators,
		register: { read: async () => ({ version: 0, definitions: [] }) as never },
	});
	/** The answer to a request with this header, whatever authorizer claims an attacker has forged into the event. */
	const knock = (authorization: string | undefined) =>
		ask("GET /v1/definitions", {
			event: { headers: authorization === undefined ? { authorization: undefined } : { authorization } } as never, // API Gateway leaves it out
		});
	return { knock, ask, log, fetched };
}

describe("the admin function, behind any authorizer or none", () => {
	it("lets in who has an access token of its own pool", async () => {
		expect(await theAdminApi().knock(`Bearer ${pool.token()}`)).toMatchObject({ status: 200 });
	});

	it.each(tokenAttacks({ token: pool.token(), publicKey: pool.jwk }))("refuses $does", async ({ authorization }) => {
		const answer = await theAdminApi().knock(authorization);
		expect(answer).toMatchObject({ status: 401, body: { code: "unauthorized" } });
		expect(answer.headers["www-authenticate"]).toBe("Bearer");
	});

	it.each([
		{ token: "an expired one", sent: pool.token(past) },
		{ token: "one that is not valid yet", sent: pool.token({ nbf: pool.now + 600 }) },
		{ token: "an id token", sent: pool.token({ token_use: "id", aud: pool.clientId, client_id: undefined }) },
		{ token: "an id token for any use", sent: pool.token({ token_use: undefined, aud: pool.clientId }) },
		{ token: "one for another client", sent: pool.token({ client_id: "some-app" }) },
		{ token: "one for no client", sent: pool.token({ client_id: undefined }) },
		{
			token: "one whose issuer is another pool",
			sent: pool.token({ iss: `${"https://cognito-idp.eu-west-1.amazonaws.com/"}${elsewhere.userPoolId}` }),
		},
		{ token: "one without an issuer", sent: pool.token({ iss: undefined }) },
		{ token: "one of another stage's pool", sent: elsewhere.token() },
		{
			token: "one of another stage's pool that names this one",
			sent: elsewhere.token({ iss: `https://cognito-idp.eu-west-1.amazonaws.com/${pool.userPoolId}` }),
		},
	])("refuses $token", async ({ sent }) => {
		expect(await theAdminApi().knock(`Bearer ${sent}`)).toMatchObject({ status: 401 });
	});

	it("does not take the word of the event for who asks", async () => {
		const { ask } = theAdminApi();
		const requestContext = { http: { method: "GET" }, authorizer: { jwt: { claims: { sub: "forged" } } } };
		const event = { headers: { authorization: undefined }, requestContext } as never; // as somebody who may invoke could write it
		expect(await ask("GET /v1/definitions", { event })).toMatchObject({ status: 401 });
	});

	it("says nothing of the token in its log, and tells nobody what was wrong with it", async () => {
		const { knock, log } = theAdminApi();
		const secret = pool.token(past);
		const bodies = [await knock(`Bearer ${secret}`), await knock(undefined)].map(({ body }) => body);
		expect(bodies[0]).toEqual(bodies[1]);
		expect(JSON.stringify(log)).not.toContain(secret.slice(0, 20));
	});

	it("asks for the pool's keys once, at the pool's own address, and never where a token says", async () => {
		const { knock, fetched } = theAdminApi();
		for (const { authorization } of tokenAttacks({ token: pool.token(), publicKey: pool.jwk }))
			await knock(authorization);
		await knock(`Bearer ${pool.token()}`);
		const keys = `https://cognito-idp.eu-west-1.amazonaws.com/${pool.userPoolId}/.well-known/jwks.json`;
		expect(new Set(fetched)).toEqual(new Set([keys]));
		// once for all, and once more for the first key id that it does not know
		expect(fetched.length).toBeLessThanOrEqual(2);
	});

	it("lets nobody in while the keys are not to be had, and says when to try again", async () => {
		const { knock } = theAdminApi(() => Promise.reject(new FetchError("https://…", new Error("down"))));
		const answer = await knock(`Bearer ${pool.token()}`);
		expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
		expect(answer.headers["retry-after"]).toBe("5");
	});

	it("lets nobody in with keys that are none", async () => {
		const { knock } = theAdminApi(async () => new TextEncoder().encode('{"keys":"none"}').buffer);
		expect(await knock(`Bearer ${pool.token()}`)).toMatchObject({ status: 503 });
	});
});

describe("the token of one machine", () => {
	const { whose } = tokenHolders("tut_the-right-one");

	it("is one token, to the last character", async () => {
		expect(await whose("tut_the-right-one")).toBe("admin-token");
		for (const wrong of [
			"",
			"tut_the-right-on",
			"tut_the-right-one ",
			"tut_the-right-onE",
			"TUT_THE-RIGHT-ONE",
			"*",
			"\0",
		]) {
			expect(await whose(wrong)).toBeUndefined();
		}
	});
});
