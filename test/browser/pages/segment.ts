import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load(
	{ writeKey: TUTTI_KEY, cdnURL: TUTTI_URL },
	{ integrations: { "Segment.io": { apiHost: `${new URL(TUTTI_URL).host}/v1`, protocol: "http" } } },
);

async function visit() {
	await analytics.page("Home");
	await analytics.identify("browser-segment", { email: "Browser@Segment.example" });
	await analytics.track("Order Completed", { total: 42 });
}

Object.assign(globalThis, { done: visit() });
