import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { Analytics } from "@segment/analytics-node";

/** The key of `workspace/sources/server.yaml`. */
const WRITE_KEY = "sk_demo_server";

type Person = { readonly userId: string; readonly traits: Readonly<Record<string, string>> };

/** One identify call as an application makes it, by Segment's SDK. Answers its message id once the collector has answered. */
export async function identify(host: string, person: Person): Promise<string> {
	const analytics = new Analytics({ writeKey: WRITE_KEY, host, maxRetries: 2 });
	const sent = await new Promise<string>((done, failed) => {
		analytics.identify(person, (error, context) => {
			if (error) failed(new Error(String(error)));
			else done(context?.event.messageId ?? "");
		});
	});
	await analytics.closeAndFlush({ timeout: 10_000 });
	return sent;
}

/** One order by RudderStack's SDK. Not compressed: the emulator's HTTP API breaks bodies that are no text. */
export async function order(dataPlaneUrl: string, { userId, total }: { userId: string; total: number }): Promise<void> {
	const client = new RudderAnalytics(WRITE_KEY, { dataPlaneUrl, gzip: false, flushAt: 1 });
	client.track({
		userId,
		event: "Order Completed",
		properties: { order_id: `order of ${userId}`, total, currency: "EUR" },
	});
	await client.flush();
}

/** One event as a shell script sends it. Answers what the collector said. */
export async function track(url: string, event: object): Promise<{ readonly status: number; readonly body: unknown }> {
	const authorization = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString("base64")}`;
	const headers = { authorization, "content-type": "application/json" };
	const answer = await fetch(`${url}/v1/track`, { method: "POST", headers, body: JSON.stringify(event) });
	return { status: answer.status, body: await answer.json() };
}
