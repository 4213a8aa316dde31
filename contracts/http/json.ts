import * as z from "zod";

/** What JSON can say, as answers carry it: like `domain/model/json.ts`, read-only. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export const jsonValue: z.ZodType<JsonValue> = z.json();
