import type { Lists, Upload, UploadedList } from "#domain/collect/lists.ts";
import { headWrite, readHead } from "./definitions-head.ts";
import { everyItem } from "./every-item.ts";
import type { Item, ItemStore, Write } from "./item-store.ts";
import { keys } from "./keys.ts";

/** Every function keeps all of them in memory, and reads them whenever a definition changes: 1,000 are some 100 KB. */
export const MAX_LISTS = 1000;

const TRIES = 5;

type Deps = { readonly items: ItemStore; readonly now: () => Date };

/** Of each list that has one: the upload in force. */
export async function readListsInForce(items: ItemStore): Promise<ReadonlyMap<string, number>> {
	const all = await readLists(items);
	return new Map(all.flatMap(({ id, inForce }) => (inForce ? [[id, inForce.upload] as const] : [])));
}

/**
 * Lists over the item store: one small item for each, and one for each upload, which parts are added to. What is in force
 * changes together with the edition of the definitions, so that every function knows within seconds.
 */
export function itemLists({ items, now }: Deps): Lists {
	const find = async (list: string) => {
		const item = await items.get(keys.list(list));
		return item && { item, known: listOf(item) };
	};
	const upload = async (list: string, number: number) => {
		const item = await items.get(keys.listUpload(list, number));
		return item && uploadOf(item);
	};

	return {
		all: () => readLists(items),
		find: async (list) => (await find(list))?.known,
		upload,

		async uploads(list, limit) {
			const { pk } = keys.listUpload(list, 0);
			return (await items.query({ pk, reverse: true, limit })).items.map(uploadOf);
		},

		begin: (list, by) =>
			untilWritten(`uploads of the list ${list} were begun`, async () => {
				const found = await find(list);
				if (!found && (await readLists(items)).length >= MAX_LISTS) return "full";
				const number = Number(found?.item.begun ?? 0) + 1;
				const begun: Upload = { number, startedAt: now().toISOString(), by, parts: new Map() };
				const written = await items.transact([nextWrite(list, number), beginWrite(list, begun)]);
				return written.kind === "written" ? begun : undefined;
			}),

		async addPart(list, { number }, part) {
			const changes = { set: { [`${PART}${part.number}`]: part.rows } };
			await items.update(keys.listUpload(list, number), changes, { present: true });
			const added = await upload(list, number);
			if (!added) throw new Error(`the upload ${number} of the list ${list} went away`);
			return added;
		},

		finish: (list, upload) =>
			untilWritten("definitions changed while an upload was finished", async () => {
				const before = (await find(list))?.known.inForce?.upload ?? 0;
				if (before >= upload.number) return before === upload.number ? "finished" : "overtaken";
				const writes = finishWrites(list, upload, { before: before || null, at: now().toISOString() });
				const written = await items.transact([...writes, ...(await nextEdition(items))]);
				return written.kind === "written" ? "finished" : undefined;
			}),
	};
}

/** Tries until others did not write first. */
async function untilWritten<T>(what: string, write: () => Promise<T | undefined>): Promise<T> {
	for (let attempt = 0; attempt < TRIES; attempt++) {
		const written = await write();
		if (written !== undefined) return written;
	}
	throw new Error(`${what}, ${TRIES} times in a row`);
}

/** Before anything was ever applied nobody has a copy that would have to be read again. */
async function nextEdition(items: ItemStore): Promise<Write[]> {
	const head = await readHead(items);
	return head.edition === 0 ? [] : [headWrite({ ...head, edition: head.edition + 1 })];
}

async function readLists(items: ItemStore): Promise<UploadedList[]> {
	const lists: UploadedList[] = [];
	for await (const item of everyItem(items, { pk: keys.list("").pk })) lists.push(listOf(item));
	return lists;
}

/** Each part is an attribute of its own, so that parts that come together do not wait for each other. */
const PART = "part";

/** The list with the number that was given out last. */
function nextWrite(list: string, number: number): Write {
	const key = keys.list(list);
	if (number === 1) return { kind: "put", item: { ...key, begun: 1 }, condition: { absent: true } };
	return { kind: "update", key, changes: { set: { begun: number } }, condition: { equals: { begun: number - 1 } } };
}

const beginWrite = (list: string, { number, startedAt, by }: Upload): Write => ({
	kind: "put",
	item: { ...keys.listUpload(list, number), number, startedAt, by },
	condition: { absent: true },
});

function finishWrites(
	list: string,
	{ number: upload, by, parts }: Upload,
	{ before, at }: { readonly before: number | null; readonly at: string },
): Write[] {
	const rows = [...parts.values()].reduce((sum, each) => sum + each, 0);
	return [
		{
			kind: "update",
			key: keys.list(list),
			changes: { set: { upload, rows, at, by } },
			condition: { present: true, equals: { upload: before } },
		},
		{ kind: "update", key: keys.listUpload(list, upload), changes: { set: { finishedAt: at } } },
	];
}

/** As `finishWrites` has it. */
function listOf({ sk, ...item }: Item): UploadedList {
	const { upload, rows, at, by } = item as unknown as Partial<NonNullable<UploadedList["inForce"]>>;
	if (upload === undefined || rows === undefined || at === undefined || by === undefined) return { id: sk };
	return { id: sk, inForce: { upload, rows, at, by } };
}

/** As `beginWrite`, `addPart` and `finishWrites` have it. */
function uploadOf(item: Item): Upload {
	const { number, startedAt, by, finishedAt } = item as unknown as Omit<Upload, "parts">;
	const parts = Object.entries(item).flatMap(([name, rows]) =>
		name.startsWith(PART) ? [[Number(name.slice(PART.length)), Number(rows)] as const] : [],
	);
	return { number, startedAt, by, parts: new Map(parts), ...(finishedAt !== undefined && { finishedAt }) };
}
