import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import type { Bus } from "#domain/model/ports.ts";

const object = z.record(z.string(), z.json());
const item = z
	.object({
		type: z.enum(["track", "identify", "page", "screen", "group", "alias"]),
		messageId: z.string().min(1).max(100),
		timestamp: z.iso.datetime(),
		userId: z.string().optional(),
		anonymousId: z.string().optional(),
		event: z.string().optional(),
		name: z.string().optional(),
		properties: object.optional(),
		traits: object.optional(),
		context: object.optional(),
	})
	.refine(({ userId, anonymousId }) => userId ?? anonymousId, "an event needs a userId or an anonymousId");

/** What a careful team would write in an afternoon: middy, the Powertools logger, a zod schema for each item. */
export function middyPowertoolsZod(bus: Bus) {
	const logger = new Logger({ serviceName: "bench", logLevel: "SILENT" });
	return middy<APIGatewayProxyEventV2>()
		.use(injectLambdaContext(logger, { clearState: true }))
		.handler(async ({ body }) => {
			const { batch } = JSON.parse(body ?? "") as { batch: unknown[] };
			const read = batch.map((one) => item.safeParse(one));
			const events = read.flatMap((one) => (one.success ? [one.data] : []));
			await bus.publish([{ source: "bench", detailType: "EventsCollected", detail: { events } }]);
			logger.info("collected", { accepted: events.length });
			const answer = { success: true, accepted: events.length, rejected: batch.length - events.length };
			return { statusCode: 200, body: JSON.stringify(answer) };
		});
}
