import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Administrators } from "#domain/model/administrators.ts";
import type { HttpAnswer } from "#functions/shared/http-answer.ts";
import { describeError, type Log } from "#functions/shared/log.ts";
import { refuse } from "./answer.ts";

export type AdmitDeps = { readonly administrators: Administrators; readonly log: Log };

const RETRY_SECONDS = "5";

/** For whoever asks without a token, with a bad one, or with one that is for something else: he is not told which. */
const refused = refuse(401, "unauthorized", "Send the token of an administrator as Authorization: Bearer.");
const UNAUTHORIZED: HttpAnswer = { ...refused, headers: { ...refused.headers, "www-authenticate": "Bearer" } };

const closed = refuse(503, "unavailable", "Who asks could not be found out; try again.");
const UNAVAILABLE: HttpAnswer = { ...closed, headers: { ...closed.headers, "retry-after": RETRY_SECONDS } };

/**
 * Who asks, or the answer to whoever may not. Whatever stands in front of this has looked as well, but a route that was
 * added without it, or a call that did not come through it, gets no further than here.
 */
export async function admit(
	{ headers }: APIGatewayProxyEventV2,
	{ administrators, log }: AdmitDeps,
): Promise<{ readonly actor: string } | HttpAnswer> {
	const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
	if (token === undefined) return UNAUTHORIZED;
	try {
		const actor = await administrators.whose(token);
		return actor === undefined ? UNAUTHORIZED : { actor };
	} catch (error) {
		log.error("who asks the admin API could not be found out", describeError(error));
		return UNAVAILABLE;
	}
}
