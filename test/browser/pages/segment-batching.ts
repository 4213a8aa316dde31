import { AnalyticsBrowser } from "@segment/analytics-next";

const deliveryStrategy = { strategy: "batching" as const, config: { size: 2, timeout: 500 } };
const analytics = AnalyticsBrowser.load(
	{ writeKey: TUTTI_KEY, cdnURL: TUTTI_URL },
	{
		integrations: { "Segment.io": { apiHost: `${new URL(TUTTI_URL).host}/v1`, protocol: "http", deliveryStrategy } },
	},
);

async function visit() {
	await analytics.identify("browser-batching");
	await analytics.track("Order Completed", { total: 1 });
	await analytics.track("Order Completed", { total: 2 });
}

Object.assign(globalThis, { done: visit() });
