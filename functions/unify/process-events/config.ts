import * as z from "zod";

export const environment = z.object({
	TABLE_NAME: z.string().min(1),
	BUS_NAME: z.string().min(1),
	STREAM_NAME: z.string().min(1),
	SECRETS_PREFIX: z.string().min(1),
	METRICS_NAMESPACE: z.string().min(1),
});
