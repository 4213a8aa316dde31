import type { ReportAnswer } from "#contracts/http/identity-report.ts";
import { colours, count, table } from "./terminal.ts";

const { bold, dim, green, yellow, red } = colours;

const VERDICTS: Readonly<Record<ReportAnswer["namespaces"][number]["verdict"], string>> = {
	ideal: green("ideal"),
	acceptable: green("acceptable"),
	many: yellow("many: look at some of these people"),
	reconsider: red("reconsider: it does not tell people apart"),
};

/** The report for people: figures by namespace, then what the graph set aside. */
export function drawReport({ sample, namespaces, hubs, saturated, contested }: ReportAnswer): string {
	const of = sample.isEverybody ? "everybody seen in this time" : "a fair sample";
	return [
		`${count(sample.people, "person", "people")} with ${count(sample.identifiers, "identifier")}: ${of}`,
		`\n${bold("values a person")} ${dim("(about 1 is ideal, 2 to 5 acceptable, tens are to be reconsidered)")}`,
		table(["namespace", "people", "average", "p50", "p99", "max", "more than one", "verdict"], namespaces.map(row)),
		found("hubs", "seen with so many others that they point at nobody", hubs),
		found("saturated", "profiles that take no more identifiers", saturated),
		found("contested", "profiles with evidence that points to another person and is not followed", contested),
	].join("\n");
}

const row = (figures: ReportAnswer["namespaces"][number]) => [
	figures.namespace,
	figures.people,
	figures.average,
	figures.p50,
	figures.p99,
	figures.max,
	`${(figures.shareWithMore * 100).toFixed(1)} %`,
	VERDICTS[figures.verdict],
];

function found(title: string, meaning: string, { count: n, isMore, examples }: ReportAnswer["hubs"]): string {
	const head = `\n${bold(title)} ${dim(`(${meaning})`)}: ${n === 0 ? "none" : `${n}${isMore ? " and more" : ""}`}`;
	if (examples.length === 0) return head;
	const rows = examples.map((one) => [
		one.id,
		one.namespace,
		one.value,
		one.identifiers ?? count(one.peers ?? 0, "other"),
	]);
	return `${head}\n${table(["id", "namespace", "value", "has, or seen with"], rows)}`;
}
