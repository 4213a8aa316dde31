import { Duration } from "aws-cdk-lib";
import { ResponseHeadersPolicy } from "aws-cdk-lib/aws-cloudfront";
import type { Construct } from "constructs";

/** Browsers keep to https for so long. */
const HTTPS_ONLY = Duration.days(365);

/**
 * What every answer of our functions carries (`functions/shared/security-headers.ts`), for answers that are not theirs: of its own (401, 413,
 * 429, 5xx) an HTTP API lets nobody say the headers. What an answer says itself stays.
 */
export const securityHeadersPolicy = (scope: Construct): ResponseHeadersPolicy =>
	new ResponseHeadersPolicy(scope, "Headers", {
		comment: "Tutti: also on answers that API Gateway makes itself",
		securityHeadersBehavior: {
			contentTypeOptions: { override: false },
			contentSecurityPolicy: {
				contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
				override: false,
			},
			strictTransportSecurity: { accessControlMaxAge: HTTPS_ONLY, override: false },
		},
		customHeadersBehavior: { customHeaders: [{ header: "cache-control", value: "no-store", override: false }] },
	});
