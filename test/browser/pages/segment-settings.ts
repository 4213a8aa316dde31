import { AnalyticsBrowser } from "@segment/analytics-next";

/** Nothing but the address: where events go is what Tutti's settings say. */
const analytics = AnalyticsBrowser.load({ writeKey: TUTTI_KEY, cdnURL: TUTTI_URL });

Object.assign(globalThis, { done: analytics.track("Settings Obeyed", {}, { userId: "browser-settings" }) });
