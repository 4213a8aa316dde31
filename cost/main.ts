import { parseArgs } from "node:util";
import { measureRest } from "./at-rest.ts";
import { idleBill, idleDollars } from "./idle.ts";
import { type Measured, measureMonth } from "./measure.ts";
import { type Bill, billOf } from "./model.ts";
import { PEERS, PRICES } from "./prices.ts";
import { deploymentIn, synthesised } from "./template.ts";
import { burstTrace, serverTrace } from "./traces.ts";

const VOLUMES = { "10 M": 1e7, "100 M": 1e8, "1 B": 1e9, "100 B": 1e11 };
const EVENTS_PER_REQUEST = [1, 2, 5];

const { values } = parseArgs({
	options: {
		events: { type: "string", default: "4000" },
		/** Which months to measure, as they are called here: `--volumes "1 B"`. */
		volumes: { type: "string", default: Object.keys(VOLUMES).join(",") },
		requests: { type: "string", default: EVENTS_PER_REQUEST.join(",") },
	},
});
const asked = {
	volumes: Object.entries(VOLUMES).filter(([name]) => values.volumes.split(",").includes(name)),
	requests: EVENTS_PER_REQUEST.filter((each) => values.requests.split(",").includes(String(each))),
};
const events = Number(values.events);
const say = (text = "") => process.stdout.write(`${text}\n`);
const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const dollars = (amount: number) => (amount >= 10 ? amount.toFixed(0) : amount.toFixed(amount < 0.1 ? 4 : 2));

const resources = await synthesised("prod");
const deployment = deploymentIn(resources);
const byUrl = deploymentIn(await synthesised("prod", { frontDoor: "function-url" }));

const measured = new Map<string, Measured>();
for (const [volume, perMonth] of asked.volumes) {
	for (const eventsPerRequest of asked.requests) {
		measured.set(
			`${volume}, ${eventsPerRequest}`,
			await measureMonth({ events: perMonth, eventsPerRequest }, { deployment, events }),
		);
	}
}

say("## Dollars for a million events, browser sessions\n");
say(row(["line", ...measured.keys()]));
say(row(["---", ...Array.from(measured, () => "---:")]));
const [first] = measured.values();
for (const { name } of first?.bill.lines ?? []) {
	const cells = Array.from(measured.values(), ({ bill }) =>
		dollars(bill.lines.find((line) => line.name === name)?.perMillion ?? 0),
	);
	say(row([name, ...cells]));
}
// The same calls, counted once, by either front door: the functions do not know by which a request came.
for (const [door, deployed] of [["", deployment] as const, [", function URL", byUrl] as const]) {
	const bills = Array.from(measured.values(), ({ replayed, month }) => billOf(replayed, month, deployed));
	const total = (name: string, of: (bill: Bill) => number) =>
		say(row([`**all${door}${name}**`, ...bills.map((bill) => `**${of(bill).toFixed(2)}**`)]));
	total("", ({ perMillion }) => perMillion);
	total(", table provisioned", ({ perMillionProvisioned }) => perMillionProvisioned);
}
say(row(["a month", ...asked.volumes.flatMap(([, perMonth]) => ofMonth(perMonth))]));
say(row(["messages a batch", ...Array.from(measured.values(), ({ messagesABatch }) => String(messagesABatch))]));

function ofMonth(perMonth: number): string[] {
	const found = [...measured].filter(([key]) => key.startsWith(`${nameOf(perMonth)},`));
	return found.map(([, { bill }]) => `$${Math.round((bill.perMillion * perMonth) / 1e6).toLocaleString("en")}`);
}
function nameOf(perMonth: number): string {
	return Object.entries(VOLUMES).find(([, count]) => count === perMonth)?.[0] ?? "";
}

say("\n## The same counted for each event\n");
say(row(["unit", ...measured.keys()]));
say(row(["---", ...Array.from(measured, () => "---:")]));
for (const { name } of first?.bill.lines ?? []) {
	const cells = Array.from(measured.values(), ({ bill }) =>
		(bill.lines.find((line) => line.name === name)?.perEvent ?? 0).toPrecision(3),
	);
	say(row([name, ...cells]));
}

say("\n## Other traces, 1 B a month\n");
for (const [name, traceOf, eventsPerRequest] of [
	["a server's batches of 20, all of different users", serverTrace, 20],
	["one person who does 2 a request", burstTrace, 2],
] as const) {
	const { bill, replayed } = await measureMonth({ events: 1e9, eventsPerRequest }, { deployment, events, traceOf });
	const units = replayed.usage.pass.counts;
	say(
		`- ${name}: $${bill.perMillion.toFixed(2)}; ${((units.writeUnits ?? 0) / replayed.events).toFixed(3)} write units, ` +
			`${((units.readUnits ?? 0) / replayed.events).toFixed(3)} read units an event`,
	);
}

say("\n## Peers\n");
for (const { name, perMillion } of PEERS) {
	const all = Object.entries(perMillion).map(([volume, amount]) => `${volume}: $${amount}`);
	say(`- ${name}: ${all.join(", ")}`);
}

const idle = idleBill(resources, await measureRest(deployment));
say("\n## A month in which nothing happens\n");
for (const { name, count, dollars: amount } of idle) {
	const shown = count.toLocaleString("en", { maximumFractionDigits: count < 10 ? 1 : 0 });
	if (count > 0) say(`- ${name}: ${shown}: $${amount.toFixed(2)}`);
}
const { listed, alone } = idleDollars(idle);
say(`- all: $${listed.toFixed(2)}; $${alone.toFixed(2)} where AWS's allowances that never end are not used by others`);

say("\n## Prices\n");
for (const [name, { dollars: amount, per, read, source, isUnverified }] of Object.entries(PRICES) as [
	string,
	(typeof PRICES)[keyof typeof PRICES] & { isUnverified?: true },
][]) {
	say(
		`- ${name}: $${amount} for ${per.toLocaleString("en")} (${source}; ${read}${isUnverified ? "; not verified" : ""})`,
	);
}
