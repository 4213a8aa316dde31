import { Command } from "commander";
import { decisionAnswer, explainAnswer, identityAnswer } from "#contracts/http/identity.ts";
import { reportAnswer } from "#contracts/http/identity-report.ts";
import { drawDecision, drawExplanation, drawIdentity } from "../draw-identity.ts";
import { drawReport } from "../draw-report.ts";
import { wholeNumber } from "../numbers.ts";
import { type ApiOptions, apiOf, withApi } from "../options.ts";
import { show } from "../terminal.ts";

type Reasoned = ApiOptions & { readonly reason?: string };
type ReportOptions = ApiOptions & { readonly sample: number; readonly days: number; readonly values?: boolean };

const IDENTIFIER = "such as email:ada@example.com, user_id:u-1 or profile:<id>";

/** `tutti identity …`: who is who, why, and what a person decides about it. */
export function identity(): Command {
	const command = new Command("identity").description("who is who: show it, explain it, correct it");
	for (const each of [showOne(), explain(), ...decisions(), undo(), report()]) command.addCommand(each);
	return command;
}

const showOne = () =>
	withApi(new Command("show"))
		.description("show a profile's identifiers, the evidence that links them, and how it came to be")
		.argument("<identifier>", IDENTIFIER)
		.action(async (identifier: string, options: ApiOptions) => {
			const path = `/v1/profiles/${encodeURIComponent(identifier)}/identity?limit=100`;
			show(await apiOf(options).get(path, identityAnswer), options, drawIdentity);
		});

const explain = () =>
	withApi(new Command("explain"))
		.description("say whether two identifiers are one person, and by which chain of evidence")
		.argument("<a>", IDENTIFIER)
		.argument("<b>", "the other one")
		.action(async (a: string, b: string, options: ApiOptions) => {
			const path = `/v1/identity/explain?${new URLSearchParams({ a, b }).toString()}`;
			show(await apiOf(options).get(path, explainAnswer), options, drawExplanation);
		});

const decisions = () => [
	pair("deny", "decide that two identifiers are two people, whatever events say"),
	pair("allow", "decide that two identifiers are one person, where the rules let them be"),
	single("block", "decide that an identifier points at nobody: it links nothing any more"),
	single("unblock", "take a block back: everything it linked is linked again"),
];

const pair = (decision: "deny" | "allow", description: string) =>
	withApi(new Command(decision))
		.description(description)
		.argument("<a>", IDENTIFIER)
		.argument("<b>", "the other one")
		.option("--reason <words>", "why, for whoever reads the journal later")
		.action((a: string, b: string, options: Reasoned) => decide(decision, { a, b }, options));

const single = (decision: "block" | "unblock", description: string) =>
	withApi(new Command(decision))
		.description(description)
		.argument("<identifier>", IDENTIFIER)
		.option("--reason <words>", "why, for whoever reads the journal later")
		.action((identifier: string, options: Reasoned) => decide(decision, { identifier }, options));

const undo = () =>
	withApi(new Command("undo"))
		.description("take back a merge or a decision: its profiles are as they would be without it")
		.argument("<journalId>", "as `tutti identity show` and every decision tell it")
		.option("--reason <words>", "why, for whoever reads the journal later")
		.action((journalId: string, options: Reasoned) => decide("undo", { journalId }, options));

async function decide(decision: string, what: object, options: Reasoned): Promise<void> {
	const body = { ...what, ...(options.reason !== undefined && { reason: options.reason }) };
	const answer = await apiOf(options).post(`/v1/identity/${decision}`, body, decisionAnswer);
	show(answer, options, drawDecision);
}

const report = () =>
	withApi(new Command("report"))
		.description("say how well identifiers tell people apart: values a person, hubs, saturated and contested profiles")
		.option("--sample <n>", "how many identifiers to look at, 2000 at most", wholeNumber, 500)
		.option("--days <n>", "of people seen during the last so many days", wholeNumber, 30)
		.option("--values", "name the identifiers of the examples, not only their ids")
		.action(async ({ sample, days, values = false, ...options }: ReportOptions) => {
			const query = new URLSearchParams({ sample: `${sample}`, days: `${days}`, values: `${values}` });
			const answer = await apiOf(options).get(`/v1/identity/report?${query.toString()}`, reportAnswer);
			show(answer, options, drawReport);
		});
