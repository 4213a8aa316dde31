import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Bus } from "#domain/model/ports.ts";

type Item = { userId?: string; anonymousId?: string };

/** The least a collector could do: parse, keep what has an id, hand it on. No key, no limits, no clock, no answer per item. */
export const bareHandler =
	(bus: Bus) =>
	async ({ body }: APIGatewayProxyEventV2) => {
		const { batch } = JSON.parse(body ?? "") as { batch: Item[] };
		const events = batch.filter(({ userId, anonymousId }) => userId ?? anonymousId);
		await bus.publish([{ source: "bench", detailType: "EventsCollected", detail: { events } }]);
		const answer = { success: true, accepted: events.length, rejected: batch.length - events.length };
		return { statusCode: 200, body: JSON.stringify(answer) };
	};
