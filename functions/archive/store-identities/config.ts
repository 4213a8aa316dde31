import * as z from "zod";

export const environment = z.object({ STREAM_NAME: z.string().min(1) });
