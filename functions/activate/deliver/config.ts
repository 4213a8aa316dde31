import * as z from "zod";

export const environment = z.object({
	TABLE_NAME: z.string().min(1),
	BUS_NAME: z.string().min(1),
	DELIVERY_QUEUE_URL: z.url(),
	DELIVERY_DEAD_LETTER_URL: z.url(),
	SECRETS_PREFIX: z.string().min(1),
	METRICS_NAMESPACE: z.string().min(1),
});
