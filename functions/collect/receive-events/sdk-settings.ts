import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Source } from "#contracts/definitions/source.ts";

/**
 * What analytics-next fetches before it starts. Without `integrations["Segment.io"]` with a host it would send to Segment
 * itself; it adds `/t`, `/p`, … to `apiHost`, so that ends in `/v1`. Without a `sampleRate` it would send metrics there.
 */
export const segmentSettings = (writeKey: string, event: APIGatewayProxyEventV2) => ({
	integrations: {
		"Segment.io": {
			apiKey: writeKey,
			apiHost: `${hostOf(event)}/v1`,
			protocol: protocolOf(event),
			unbundledIntegrations: [],
			addBundledMetadata: true,
			maybeBundledConfigIds: {},
		},
	},
	plan: { track: { __default: { enabled: true } }, identify: {}, group: {} },
	edgeFunction: {},
	analyticsNextEnabled: true,
	middlewareSettings: {},
	enabledMiddleware: {},
	metrics: { sampleRate: 0 },
	legacyVideoPluginsEnabled: false,
	remotePlugins: [],
});

/** What RudderStack's browser SDK fetches before it starts. It tells the developer when the source is off. */
export const rudderSourceConfig = ({ id, name = id, enabled }: Source) => ({
	source: { id, name, enabled, config: {}, destinations: [] },
});

/** The host the request came to, port included, if it looks like one. */
function hostOf({ headers, requestContext }: APIGatewayProxyEventV2): string {
	const { host = "" } = headers;
	return /^[\w.:[\]-]+$/.test(host) ? host : requestContext.domainName;
}

/** API Gateway says that it was reached over https; the local server, which is not, says nothing. */
const protocolOf = ({ headers }: APIGatewayProxyEventV2): "http" | "https" =>
	headers["x-forwarded-proto"]?.startsWith("https") ? "https" : "http";
