import { Command } from "commander";
import {
	explainSegmentAnswer,
	historyAnswer,
	type MembersAnswer,
	membersAnswer,
	previewAnswer,
	reconcileAnswer,
	segmentAnswer,
	segmentsAnswer,
} from "#contracts/http/admin-segments.ts";
import type { Api } from "../api.ts";
import { wholeNumber } from "../numbers.ts";
import { type ApiOptions, apiOf, withApi } from "../options.ts";
import { drawExplanation } from "../segments/draw-explanation.ts";
import { drawPreview } from "../segments/draw-preview.ts";
import { drawHistory, drawMembers, drawSegment, drawSegments } from "../segments/draw-segment.ts";
import { show } from "../terminal.ts";

type Limited = ApiOptions & { readonly limit: number };

const SEGMENT = "the segment's id, the name of its file";
/** What the API answers at most at once. */
const PAGE = 500;
const MEASUREMENTS = 1000;

/** `tutti segment …`: who is in which segment, why, since when, and how large it is. */
export function segment(): Command {
	const command = new Command("segment").description(
		"segments: how large and how fresh they are, who is in them and why",
	);
	for (const each of [ls(), showOne(), preview(), explain(), members(), history(), reconcile()])
		command.addCommand(each);
	return command;
}

const ls = () =>
	withApi(new Command("ls"))
		.description("show all segments: whether one may rely on them, how large and how fresh they are")
		.action(async (options: ApiOptions) => {
			show(await apiOf(options).get("/v1/segments", segmentsAnswer), options, drawSegments);
		});

const showOne = () =>
	withApi(new Command("show"))
		.description("show one segment: its state, its size, what it means, and what is kept of events for it")
		.argument("<id>", SEGMENT)
		.action(async (id: string, options: ApiOptions) => {
			show(await apiOf(options).get(pathOf(id), segmentAnswer), options, drawSegment);
		});

const explain = () =>
	withApi(new Command("explain"))
		.description(
			"say why somebody is in a segment or not: each condition with what was seen, and when that changes by itself",
		)
		.argument("<id>", SEGMENT)
		.argument("<identifier>", "such as email:ada@example.com, user_id:u-1 or profile:<id>")
		.action(async (id: string, identifier: string, options: ApiOptions) => {
			const path = `/v1/profiles/${encodeURIComponent(identifier)}/segments/${encodeURIComponent(id)}/explain`;
			show(await apiOf(options).get(path, explainSegmentAnswer), options, drawExplanation);
		});

const members = () =>
	withApi(new Command("members"))
		.description("show who is in a segment, in no order that means something")
		.argument("<id>", SEGMENT)
		.option("--limit <n>", "how many at most", wholeNumber, 100)
		.action(async (id: string, options: Limited) => {
			show(await membersOf(id, options.limit, apiOf(options)), options, drawMembers);
		});

const history = () =>
	withApi(new Command("history"))
		.description("show how large a segment was, whenever it was measured, for 400 days")
		.argument("<id>", SEGMENT)
		.action(async (id: string, options: ApiOptions) => {
			const path = `${pathOf(id)}/history?limit=${MEASUREMENTS}`;
			show(await apiOf(options).get(path, historyAnswer), options, drawHistory);
		});

const preview = () =>
	withApi(new Command("preview"))
		.description(
			"say how large a segment would be, who would be in it, and what it shares with others; nothing is kept",
		)
		.argument("<file.yaml|id>", "a definition, or the id of a segment in force")
		.action(async (fileOrId: string, options: ApiOptions) => {
			// Only here: no other command of these reads YAML.
			const { readWanted } = await import("../segments/read-wanted.ts");
			const wanted = await readWanted(fileOrId);
			show(await apiOf(options).post("/v1/segments/preview", wanted, previewAnswer), options, drawPreview);
		});

const reconcile = () =>
	withApi(new Command("reconcile"))
		.description("compare all segments with the archive soon, not only tonight, and put right what differs")
		.action(async (options: ApiOptions) => {
			const answer = await apiOf(options).post("/v1/segments/reconcile", undefined, reconcileAnswer);
			show(answer, options, () => "it begins within minutes; `tutti segment show <id>` tells what it found");
		});

const pathOf = (id: string): string => `/v1/segments/${encodeURIComponent(id)}`;

/** Page after page, until there are as many as wanted. */
async function membersOf(id: string, limit: number, api: Api): Promise<MembersAnswer> {
	const found: MembersAnswer["members"] = [];
	let cursor: string | undefined;
	do {
		const query = new URLSearchParams({ limit: `${Math.min(PAGE, limit - found.length)}`, ...(cursor && { cursor }) });
		const page: MembersAnswer = await api.get(`${pathOf(id)}/members?${query.toString()}`, membersAnswer);
		found.push(...page.members);
		cursor = page.cursor;
	} while (cursor !== undefined && found.length < limit);
	return { members: found, ...(cursor !== undefined && { cursor }) };
}
