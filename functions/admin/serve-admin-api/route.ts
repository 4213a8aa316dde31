import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import { findFaults } from "#contracts/definitions/find-faults.ts";
import type { HttpAnswer } from "#functions/shared/http-answer.ts";
import { badBody, badRequest, refuse } from "./answer.ts";

/** What a route's work gets: all of it checked. */
type Input<Query, Body> = {
	/** The named parts of the path. */
	readonly path: Readonly<Record<string, string>>;
	readonly query: Query;
	readonly body: Body;
	/** Who asks, as an audit may keep it: the subject of the token. */
	readonly actor: string;
};

export type Route = {
	readonly method: string;
	readonly pattern: RegExp;
	run(event: APIGatewayProxyEventV2, path: Readonly<Record<string, string>>, actor: string): Promise<HttpAnswer>;
};

type ReadBody = (event: APIGatewayProxyEventV2) => { readonly value: unknown } | { readonly refusal: HttpAnswer };

type Spec<Query, Body> = {
	readonly query?: z.ZodType<Query>;
	readonly body?: z.ZodType<Body>;
	/** How the body is read before its schema sees it. @default JSON of at most 1 MB */
	readonly read?: ReadBody;
	readonly run: (input: Input<Query, Body>) => Promise<HttpAnswer>;
};

const LARGEST_BODY = 1024 * 1024;
const nothing = z.strictObject({});

/**
 * A route, such as `route("GET /v1/segments/:id/members", { query, run })`. `:name` is one part of the path, `*name` all
 * the rest of it: API Gateway decodes paths, so a slash inside an identifier cannot be told from one between parts.
 * A query or a body that its schema does not take is answered 400 with the places; unknown query parameters too.
 */
export function route<Query = object, Body = undefined>(line: string, spec: Spec<Query, Body>): Route {
	const [method = "GET", path = "/"] = line.split(" ");
	// without a schema there is no query and no body, which is what the defaults of the type parameters say
	const querySchema = spec.query ?? (nothing as unknown as z.ZodType<Query>);
	const bodySchema = spec.body ?? (z.undefined() as unknown as z.ZodType<Body>);
	return {
		method,
		pattern: patternOf(path),
		async run(event, path, actor) {
			const query = querySchema.safeParse(event.queryStringParameters ?? {});
			if (!query.success) return badRequest(query.error, "query");
			const { read = readJson } = spec;
			const sent = spec.body ? read(event) : { value: undefined };
			if ("refusal" in sent) return sent.refusal;
			const body = bodySchema.safeParse(sent.value);
			if (!body.success) return badBody(findFaults(bodySchema, sent.value));
			return spec.run({ path, query: query.data, body: body.data, actor });
		},
	};
}

const patternOf = (path: string): RegExp =>
	new RegExp(`^${path.replace(/:(\w+)/g, "(?<$1>[^/]+)").replace(/\*(\w+)/g, "(?<$1>.+)")}$`, "s");

function readJson(event: APIGatewayProxyEventV2): ReturnType<ReadBody> {
	const bytes = bytesOf(event);
	if (bytes.length > LARGEST_BODY) return { refusal: refuse(413, "body_too_large", "A body has at most 1 MB.") };
	try {
		return { value: JSON.parse(bytes.toString("utf8")) as unknown };
	} catch {
		return { refusal: refuse(400, "body_not_json", "The body is not JSON.") };
	}
}

/** Reads a body that is text of a certain type, such as `text/csv`, in UTF-8. What is not UTF-8 in it becomes U+FFFD. */
export const readText =
	(type: string, largest: number): ReadBody =>
	(event) => {
		const [given = ""] = (event.headers["content-type"] ?? "").split(";");
		if (given.trim().toLowerCase() !== type) {
			return { refusal: refuse(415, "unsupported_media_type", `Send the body as content-type: ${type}.`) };
		}
		const bytes = bytesOf(event);
		if (bytes.length <= largest) return { value: bytes.toString("utf8") };
		return { refusal: refuse(413, "body_too_large", `A body has at most ${Math.floor(largest / 1024 / 1024)} MB.`) };
	};

const bytesOf = ({ body = "", isBase64Encoded }: APIGatewayProxyEventV2): Buffer =>
	Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
