import * as z from "zod/mini";

export const environment = z.object({
	TABLE_NAME: z.string().check(z.minLength(1)),
	BUS_NAME: z.string().check(z.minLength(1)),
	/** Whether the sender is not who calls the HTTP API, but whom that one names. */
	BEHIND_CDN: z.enum(["true", "false"]),
});
