import * as z from "zod";

type Fields = { readonly [field: string]: unknown };

/** Whether none of the others has a field. */
export const isOnlyIn = (option: z.ZodObject, field: string, options: readonly z.ZodObject[]): boolean =>
	options.every((other) => other === option || !Object.hasOwn(other.shape, field));

/** The fields that have to be there. */
export const requiredOf = ({ shape }: z.ZodObject): string[] =>
	Object.keys(shape).filter((field) => !typed(shape[field]).safeParse(undefined).success);

/** The branches of a union that have fields. */
export const objectsOf = (union: z.ZodUnion): z.ZodObject[] =>
	union.options.map((option) => unwrap(typed(option))).filter((option) => option instanceof z.ZodObject);

/** What a schema is about when the value is there. */
export function unwrap(schema: z.ZodType): z.ZodType {
	if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodLazy) {
		return unwrap(typed(schema.unwrap()));
	}
	return schema;
}

/** Zod types the parts of a schema by its core alone; all of ours are made with `z`, so they are whole. */
export const typed = (part: unknown): z.ZodType => part as z.ZodType;

/** Whether a value is a group of fields. */
export const isFields = (value: unknown): value is Fields =>
	typeof value === "object" && value !== null && !Array.isArray(value);
