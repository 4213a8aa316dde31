import type { Condition } from "#contracts/definitions/condition.ts";
import type { Facts } from "#domain/segment/compiled.ts";
import { firstOf } from "./people.ts";

/** A segment, and the same for everybody else. */
export type Case = {
	readonly name: string;
	readonly when: Condition;
	readonly byHand: (facts: Facts, orders: string) => boolean;
	/** As a query in MongoDB's language over plain documents. */
	readonly query: { readonly [field: string]: unknown };
	/** Whether a query can ask profiles as they are, too: none can add up what is kept by days. */
	readonly asksProfiles: boolean;
	readonly rules: readonly { readonly fact: string; readonly operator: string; readonly value: unknown }[];
};

const EU = ["FR", "DE", "ES", "IT", "NL", "BE"];
const isInEu: ReadonlySet<unknown> = new Set(EU);

export const CASES: readonly Case[] = [
	{
		name: "five facts",
		when: {
			all: [
				{ trait: "status", is: { op: "ne", value: "blocked" } },
				{ trait: "email", is: { op: "exists" } },
				{ trait: "age", is: { op: "gte", value: 18 } },
				{ trait: "country", is: { op: "in", value: EU } },
				{ trait: "plan", is: { op: "eq", value: "gold" } },
			],
		},
		byHand: ({ traits }) =>
			traits.status !== undefined &&
			traits.status.value !== "blocked" &&
			traits.email !== undefined &&
			traits.age !== undefined &&
			(traits.age.value as number) >= 18 &&
			isInEu.has(traits.country?.value) &&
			traits.plan?.value === "gold",
		query: {
			status: { $ne: "blocked" },
			email: { $exists: true },
			age: { $gte: 18 },
			country: { $in: EU },
			plan: "gold",
		},
		asksProfiles: true,
		rules: [
			{ fact: "status", operator: "notEqual", value: "blocked" },
			{ fact: "email", operator: "notEqual", value: undefined },
			{ fact: "age", operator: "greaterThanInclusive", value: 18 },
			{ fact: "country", operator: "in", value: EU },
			{ fact: "plan", operator: "equal", value: "gold" },
		],
	},
	{
		name: "three facts, two windows",
		when: {
			all: [
				{ event: "Order Completed", where: [], atLeast: 3, within: "30d" },
				{ none: [{ event: "Order Completed", where: [], within: "10d" }] },
				{ trait: "plan", is: { op: "eq", value: "gold" } },
				{ trait: "country", is: { op: "eq", value: "FR" } },
				{ trait: "email", is: { op: "exists" } },
			],
		},
		byHand: ({ traits, measures }, orders) => {
			let [month, days] = [0, 0];
			const kept = measures?.[orders];
			for (const day in kept) {
				if (Number(day) >= firstOf(30)) month += kept[day]?.n ?? 0;
				if (Number(day) >= firstOf(10)) days += kept[day]?.n ?? 0;
			}
			const isBuyer = month >= 3 && days === 0;
			return isBuyer && traits.plan?.value === "gold" && traits.country?.value === "FR" && traits.email !== undefined;
		},
		query: { orders30: { $gte: 3 }, orders10: 0, plan: "gold", country: "FR", email: { $exists: true } },
		asksProfiles: false,
		rules: [
			{ fact: "orders30", operator: "greaterThanInclusive", value: 3 },
			{ fact: "orders10", operator: "equal", value: 0 },
			{ fact: "plan", operator: "equal", value: "gold" },
			{ fact: "country", operator: "equal", value: "FR" },
			{ fact: "email", operator: "notEqual", value: undefined },
		],
	},
];
