import type { Json } from "#domain/model/json.ts";
import type { Item } from "./item-store.ts";

/** A list or a map takes this much whatever is in it, and each thing in it one byte more. */
const CONTAINER = 3;

/**
 * Bytes of an item as DynamoDB counts them: names and values of all attributes, keys too (Developer Guide, "DynamoDB item
 * sizes and formats"; of a number it says "approximately"). What an adapter decides by; `adapters/meter` bills by what
 * really goes over the wire.
 */
export const itemBytes = (item: Item): number => fieldsBytes(item);

function fieldsBytes(fields: { readonly [name: string]: Json | undefined }): number {
	let bytes = 0;
	for (const [name, value] of Object.entries(fields))
		if (value !== undefined) bytes += Buffer.byteLength(name) + valueBytes(value);
	return bytes;
}

function valueBytes(value: Json): number {
	if (typeof value === "string") return Buffer.byteLength(value);
	if (typeof value === "number") return numberBytes(value);
	if (typeof value !== "object" || value === null) return 1;
	if (isList(value)) return value.reduce<number>((sum, part) => sum + 1 + valueBytes(part), CONTAINER);
	return CONTAINER + Object.keys(value).length + fieldsBytes(value);
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

/** One byte for two significant digits, zeros before and after them not counted, and one more. */
function numberBytes(value: number): number {
	if (value > 0 && value < 10 && Number.isInteger(value)) return 2;
	const [mantissa = ""] = String(value).split("e");
	const digits = mantissa.replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "");
	return Math.ceil(digits.length / 2) + 1;
}
