import { describe, expect, it } from "vitest";
import { actions, itemStatements, list, statements } from "./statements.ts";
import { prod } from "./synth.ts";

const partitionsFor = (role: string, action: RegExp): string[] => {
	const found = itemStatements(role).filter(({ Action }) => Action.some((one) => action.test(one)));
	return [...new Set(found.flatMap(({ partitions }) => partitions))].sort();
};

describe("the one table", () => {
	const CHANGES = /:(Put|Update|Delete)Item$/;
	const PEOPLE = ["C#*", "DUE#*", "OUT#*", "SEG#*"];
	const IDENTITIES = ["IDX#*", "N#*"];
	const changed: readonly { readonly role: string; readonly where: readonly string[] }[] = [
		{ role: "CollectReceiveEvents", where: ["RATE#*"] },
		{ role: "ArchiveStoreIdentities", where: [] },
		{ role: "UnifyProcessEvents", where: [...PEOPLE, ...IDENTITIES, "A#*", "F#*", "QUA#*", "SEGM"] },
		{ role: "UnifyPublishChanges", where: ["SEGM#*"] },
		{ role: "UnifyResolveAgain", where: [...PEOPLE, ...IDENTITIES, "SWEEP"] },
		{ role: "SegmentTickSegments", where: [...PEOPLE, "SEGM"] },
		{ role: "SegmentRecomputeSegments", where: [...PEOPLE, "DEF", "F#*", "SEGM", "SEGM#*"] },
		{ role: "SegmentReconcileSegments", where: [...PEOPLE, "F#*", "SEGM", "SEGM#*"] },
		{ role: "ActivateRouteDeliveries", where: ["DLV#*", "DLVS#*", "X#*"] },
		{ role: "ActivateDeliver", where: ["DLV#*"] },
		{
			role: "ServeAdminApi",
			where: [...PEOPLE, ...IDENTITIES, "BLK", "DEF", "DEF#*", "DLV#*", "LIST", "LIST#*", "SEGM"],
		},
		{ role: "CanarySendCanary", where: [] },
	];

	it.each(changed)("is changed by $role in $where", ({ role, where }) => {
		expect(partitionsFor(role, CHANGES)).toEqual([...where].sort());
	});

	it("is touched by nobody else", () => {
		const roles = statements().filter(({ Action }) => Action.some((action) => /^dynamodb:.*(Item|Query)/.test(action)));
		const named = (role: string) => changed.find((one) => role.startsWith(one.role))?.role;
		expect(new Set(roles.map(({ role }) => named(role)))).toEqual(
			new Set(changed.map(({ role }) => role).filter((role) => role !== "ArchiveStoreIdentities")),
		);
	});

	it("shows profiles to those who need them, and neither to the collector nor to whoever sends to destinations", () => {
		const seers = changed.filter(({ role }) => partitionsFor(role, /:(BatchGetItem|GetItem|Query)$/).includes("F#*"));
		expect(seers.map(({ role }) => role)).toEqual([
			"UnifyProcessEvents",
			"UnifyResolveAgain",
			"SegmentTickSegments",
			"SegmentRecomputeSegments",
			"SegmentReconcileSegments",
			"ServeAdminApi",
			"CanarySendCanary",
		]);
	});

	it("is granted by itself, without indexes, and its changes to whoever publishes them alone", () => {
		const [table] = prod().all("AWS::DynamoDB::Table");
		const onItems = changed.flatMap(({ role }) => itemStatements(role));
		expect(onItems.length).toBeGreaterThan(15);
		for (const { Resource } of onItems) {
			expect(list(Resource)).toHaveLength(1);
			expect(JSON.stringify(Resource)).toMatch(new RegExp(`Items|${table?.id}`));
			expect(JSON.stringify(Resource)).not.toMatch(/index|stream/i);
		}
		const readers = statements().filter(({ Action }) => Action.includes("dynamodb:GetRecords"));
		expect(readers.map(({ role }) => role.replace(/(Fn)?Role.*$/, ""))).toEqual(["UnifyPublishChanges"]);
		expect(JSON.stringify(readers[0]?.Resource)).toContain("StreamArn");
	});

	it.each([
		{ role: "SegmentTickSegments", never: ["UpdateItem", "ConditionCheckItem"] },
		{ role: "SegmentRecomputeSegments", never: ["ConditionCheckItem"] },
		{ role: "SegmentReconcileSegments", never: ["ConditionCheckItem"] },
		{ role: "ActivateRouteDeliveries", never: ["UpdateItem", "DeleteItem", "ConditionCheckItem"] },
		{ role: "ActivateDeliver", never: ["BatchGetItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"] },
		{ role: "CanarySendCanary", never: ["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"] },
	])("is never asked by $role for $never", ({ role, never }) => {
		const may = actions(role, "dynamodb");
		expect(may.length).toBeGreaterThan(2);
		for (const action of never) expect(may).not.toContain(`dynamodb:${action}`);
	});
});
