import * as z from "zod";

export const environment = z.object({
	TABLE_NAME: z.string().min(1),
	BUS_NAME: z.string().min(1),
	ATHENA_DATABASE: z.string().min(1),
	ATHENA_WORKGROUP: z.string().min(1),
	SAMPLES_BUCKET: z.string().min(1),
	DELIVERY_QUEUE_URL: z.url(),
	DELIVERY_DEAD_LETTER_URL: z.url(),
	SECRETS_PREFIX: z.string().min(1),
	USER_POOL_ID: z.string().min(1),
	USER_POOL_CLIENT_ID: z.string().min(1),
});
