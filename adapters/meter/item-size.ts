import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { toAttributes } from "#adapters/aws/dynamodb/attributes.ts";
import type { Item } from "#adapters/items/item-store.ts";

/** A list or a map takes this much whatever is in it, and each thing in it one byte more. */
const CONTAINER_BYTES = 3;
const ELEMENT_BYTES = 1;

/**
 * Bytes of an item as DynamoDB bills it: names and values of all attributes, keys too, in the form the DynamoDB adapter
 * gives them. By the Developer Guide, "DynamoDB item sizes and formats"; of a number it says "approximately".
 */
export const itemSize = (item: Item): number => attributesSize(toAttributes(item));

/** The same of attributes as they are on the wire. */
export const attributesSize = (attributes: Record<string, AttributeValue>): number =>
	Object.entries(attributes).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);

function valueSize(value: AttributeValue): number {
	if (value.S !== undefined) return Buffer.byteLength(value.S);
	if (value.N !== undefined) return numberSize(value.N);
	if (value.B !== undefined) return value.B.length;
	if (value.M !== undefined) return containerSize(Object.keys(value.M).length) + attributesSize(value.M);
	if (value.L !== undefined)
		return containerSize(value.L.length) + value.L.reduce((sum, one) => sum + valueSize(one), 0);
	return 1; // a boolean, or null
}

const containerSize = (elements: number): number => CONTAINER_BYTES + elements * ELEMENT_BYTES;

/** One byte for two significant digits, zeros before and after them not counted, and one more. */
function numberSize(text: string): number {
	const [mantissa = ""] = text.toLowerCase().split("e");
	const digits = mantissa.replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "");
	return Math.ceil(digits.length / 2) + 1;
}
