import { createHash } from "node:crypto";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What the next version of the app has that the one before it had not. */
export type Edit = {
	/** The bundle of a function of `functions/<entry>`. */
	readonly code: (entry: string, code: string) => string;
	/** A template, as text. */
	readonly template: (text: string) => string;
};

type Template = {
	readonly Resources: Readonly<Record<string, { Type: string; Properties?: Readonly<Record<string, unknown>> }>>;
};

/**
 * Changes a synthesised app as a change of its sources would have: what is another thing has another name, for CDK uploads
 * nothing twice under one name.
 */
export async function editAssembly(assembly: string, edit: Edit): Promise<void> {
	const names = await readdir(assembly);
	const jsonFiles = names.filter((name) => name.endsWith(".json"));
	const texts = new Map<string, string>();
	for (const name of jsonFiles) texts.set(name, await readFile(join(assembly, name), "utf8"));
	const templates = jsonFiles.filter((name) => name.endsWith(".template.json"));

	const renamed = new Map<string, string>();
	for (const [entry, hash] of templates.flatMap((name) => assetsOf(JSON.parse(texts.get(name) ?? "{}") as Template))) {
		const file = join(assembly, `asset.${hash}`, "index.mjs");
		const before = await readFile(file, "utf8");
		const code = edit.code(entry, before);
		if (code === before) continue;
		await writeFile(file, code);
		renamed.set(hash, sha256(code));
	}
	for (const [before, after] of renamed) {
		await rename(join(assembly, `asset.${before}`), join(assembly, `asset.${after}`));
	}
	for (const name of templates) texts.set(name, edit.template(inPlaceOf(texts.get(name) ?? "", renamed)));
	for (const name of jsonFiles.filter((each) => each.endsWith(".assets.json"))) {
		for (const [hash, { source }] of filesOf(texts.get(name) ?? "")) {
			const template = texts.get(source.path);
			if (template !== undefined) renamed.set(hash, sha256(template));
		}
	}
	for (const [name, text] of texts) await writeFile(join(assembly, name), inPlaceOf(text, renamed));
}

/** The functions of a template: which folder of ours each is, and the hash of its bundle. */
function assetsOf({ Resources }: Template): readonly (readonly [entry: string, hash: string])[] {
	return Object.values(Resources).flatMap(({ Type, Properties = {} }) => {
		if (Type !== "AWS::Lambda::Function") return [];
		const { S3Key = "" } = Properties.Code as { S3Key?: string };
		const entry = String(Properties.Description);
		return /^[a-z]+\/[a-z-]+$/.test(entry) ? [[entry, S3Key.replace(".zip", "")] as const] : [];
	});
}

type Files = { readonly files: Readonly<Record<string, { readonly source: { readonly path: string } }>> };
const filesOf = (assets: string) => Object.entries((JSON.parse(assets) as Files).files);

const inPlaceOf = (text: string, renamed: ReadonlyMap<string, string>): string =>
	[...renamed].reduce((changed, [before, after]) => changed.replaceAll(before, after), text);

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
