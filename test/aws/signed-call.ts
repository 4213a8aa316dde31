import { createHash, createHmac } from "node:crypto";
import { CREDENTIALS, REGION } from "./cdk.ts";

/**
 * One call of an AWS service that speaks JSON and has no client among our packages, signed by hand (Signature Version
 * 4). Throws with the service's own words when it refuses.
 */
export async function signedCall<Answer>(
	endpoint: string,
	{ service, target, body }: { readonly service: string; readonly target: string; readonly body: object },
): Promise<Answer> {
	const payload = JSON.stringify(body);
	const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
	const headers = {
		"content-type": "application/x-amz-json-1.1",
		host: new URL(endpoint).host,
		"x-amz-date": time,
		"x-amz-target": target,
	};
	const signed = Object.keys(headers).join(";");
	const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
	const canonical = ["POST", "/", "", lines.join(""), signed, sha256(payload)].join("\n");
	const scope = [time.slice(0, 8), REGION, service, "aws4_request"];
	const toSign = ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(canonical)].join("\n");
	const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${CREDENTIALS.secretAccessKey}`);
	const authorization = [
		`AWS4-HMAC-SHA256 Credential=${CREDENTIALS.accessKeyId}/${scope.join("/")}`,
		`SignedHeaders=${signed}`,
		`Signature=${hmac(key, toSign).toString("hex")}`,
	].join(", ");

	const response = await fetch(endpoint, { method: "POST", headers: { ...headers, authorization }, body: payload });
	const text = await response.text();
	if (!response.ok) throw new Error(`${target} answered ${response.status}: ${text}`);
	return JSON.parse(text || "{}") as Answer;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
