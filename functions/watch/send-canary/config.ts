import * as z from "zod";

export const environment = z.object({
	TABLE_NAME: z.string().min(1),
	SECRETS_PREFIX: z.string().min(1),
	COLLECTOR_URL: z.url(),
	ATHENA_DATABASE: z.string().min(1),
	ATHENA_WORKGROUP: z.string().min(1),
	METRICS_NAMESPACE: z.string().min(1),
});
