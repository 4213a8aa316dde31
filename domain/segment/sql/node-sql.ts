import { LIST_SOURCE, LISTED_EVENT } from "#domain/rules/measures/measure-spec.ts";
import type { ConditionNode, LeafNode } from "../condition-tree.ts";
import { sqlDouble, sqlText } from "../sql-dialect.ts";
import { accountSql } from "./account-sql.ts";
import { countSql, regularlySql, statsSql } from "./amount-sql.ts";
import { compareSql, numberOf } from "./compare-sql.ts";
import type { Draft } from "./draft.ts";
import { fieldSql } from "./event-sql.ts";
import { heldSql, lastEventSql, sequenceSql } from "./span-sql.ts";
import { traitSql } from "./trait-sql.ts";

/** Whether a person meets a condition: an expression over `known` that is true or false, never NULL. */
export function nodeSql(node: ConditionNode, draft: Draft): string {
	if (!("parts" in node)) return `coalesce(${leafSql(node, draft)}, false)`;
	if (node.kind === "all") return joined(node.parts, { word: " AND ", none: "true" }, draft);
	const any = joined(node.parts, { word: " OR ", none: "false" }, draft);
	return node.kind === "none" ? `NOT ${any}` : any;
}

function joined(
	parts: readonly ConditionNode[],
	{ word, none }: { readonly word: string; readonly none: string },
	draft: Draft,
): string {
	return parts.length === 0 ? `(${none})` : `(${parts.map((part) => nodeSql(part, draft)).join(word)})`;
}

function leafSql(node: LeafNode, draft: Draft): string {
	switch (node.kind) {
		case "trait": {
			const shown = traitSql(node.name, draft);
			const value = node.steps.length === 0 ? shown : draft.dialect.json(shown, node.steps);
			return compareSql(value, node.is, draft.env);
		}
		case "count":
			return countSql(node, draft);
		case "sum":
		case "avg":
		case "min":
		case "max":
			return statsSql(node, draft);
		case "regularly":
			return regularlySql(node, draft);
		case "lastEvent":
			return lastEventSql(node, draft);
		case "held":
			return heldSql(node, draft);
		case "sequence":
			return sequenceSql(node, draft);
		case "consent":
			return consentSql(node, draft);
		case "list":
			return listSql(node, draft);
		case "bucket":
			return bucketSql(node, draft);
		case "account":
			return accountSql(node, (meet) => nodeSql(meet, draft), draft);
	}
}

type Node<Kind extends LeafNode["kind"]> = Extract<LeafNode, { kind: Kind }>;

/** Only yes and no are answers. */
function consentSql({ measure, is }: Node<"consent">, draft: Draft): string {
	const json = draft.field("context", ["consent", "categoryPreferences", measure.purpose], "consent");
	const last = draft.perPerson(draft.dialect.latest(json, draft.stampWhere(`${json} IN ('true', 'false')`)));
	if (is === "unknown") return `${last} IS NULL`;
	return `${last} = '${is === "granted"}'`;
}

/** The upload in force names the person. */
function listSql({ measure, upload }: Node<"list">, draft: Draft): string {
	const [list, number] = ["list", "upload"].map((field) => fieldSql(`properties.${field}`, LISTED_EVENT, draft));
	const isNamed = draft.fact(
		`source = ${sqlText(LIST_SOURCE)} AND event = ${sqlText(LISTED_EVENT)} ` +
			`AND ${compareSql(list ?? "", { op: "eq", value: measure.list }, draft.env)} AND ${numberOf(number ?? "")} = ${upload}`,
	);
	return `${draft.perPerson(`count(CASE WHEN ${isNamed} THEN 1 END)`)} > 0`;
}

/** The lot of a person as a share of 100, in the same steps as the code takes. */
function bucketSql({ salt, from, to }: Node<"bucket">, draft: Draft): string {
	const bits = draft.dialect.hashBits(`concat(${sqlText(`${salt}.`)}, known.person)`, 8);
	const share = `CAST(${bits} AS double) * 100 / 4294967296`;
	return `(${share} >= ${sqlDouble(from)} AND ${share} < ${sqlDouble(to)})`;
}
