import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";

const analytics = new RudderAnalytics();

const done = new Promise<void>((sent) => {
	analytics.load(TUTTI_KEY, TUTTI_URL, {
		configUrl: TUTTI_URL,
		onLoaded: () => {
			analytics.page("Home");
			analytics.identify("browser-rudder", { email: "browser@rudder.example" });
			analytics.track("Order Completed", { total: 42 }, () => sent());
		},
	});
});

Object.assign(globalThis, { done });
