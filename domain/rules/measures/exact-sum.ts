const PLACES = 6;
const SCALE = 10n ** BigInt(PLACES);

/** A double beyond this has no unit digit any more: it is no amount of anything. */
const LARGEST = 9e15;

/** A number in decimal digits, rounded to six places, so that sums are exact in whatever order; undefined beyond ±9 × 10¹⁵. */
export function decimalOf(value: number): string | undefined {
	if (Math.abs(value) > LARGEST) return undefined;
	const whole = Math.trunc(value);
	// the difference of a double and its whole part is exact
	return textOf(BigInt(whole) * SCALE + BigInt(Math.round((value - whole) * Number(SCALE))));
}

/** The exact sum of two decimals. */
export const addDecimals = (x: string, y: string): string => textOf(scaled(x) + scaled(y));

const scaled = (text: string): bigint => {
	const [whole = "0", places = ""] = text.replace("-", "").split(".");
	const amount = BigInt(whole) * SCALE + BigInt(places.padEnd(PLACES, "0"));
	return text.startsWith("-") ? -amount : amount;
};

function textOf(amount: bigint): string {
	const size = amount < 0n ? -amount : amount;
	const places = String(size % SCALE).padStart(PLACES, "0");
	const text = `${size / SCALE}.${places}`.replace(/\.?0+$/, "");
	return amount < 0n ? `-${text}` : text;
}
