// `npm run check:licences`: fails on a package whose licence is not one of these, and when docs/licences.md is not what
// package-lock.json installs. `-- --write` writes it.
import { readFileSync, writeFileSync } from "node:fs";
import { LICENCES, staleExceptions } from "./exceptions.mjs";
import { lockedPackages } from "./lock-file.mjs";

const FILE = "docs/licences.md";

/** Do what you like, keep the notice. */
const PERMISSIVE = [
	...["MIT", "MIT-0", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "BlueOak-1.0.0", "Unlicense"],
	...["CC0-1.0", "Zlib", "Python-2.0"],
];
/** What only builds and tests is never handed on, so a licence that binds who hands on changes of it does no harm. */
const BESIDES_IN_DEV = ["MPL-2.0", "CC-BY-4.0"];

/** Whether an SPDX expression can be met: one side of an OR, every side of an AND. */
export function isAllowed(licence, use) {
	const allowed = new Set(use === "prod" ? PERMISSIVE : [...PERMISSIVE, ...BESIDES_IN_DEV]);
	const bare = licence.replaceAll(/[()]/g, "");
	return bare.split(" OR ").some((side) => side.split(" AND ").every((name) => allowed.has(name.trim())));
}

/** What is wrong with the licences of these packages. */
export function licenceProblems(packages, exceptions = LICENCES) {
	const refused = packages.filter(({ licence, use }) => !isAllowed(licence, use));
	const unexplained = refused.filter(({ name }) => !Object.hasOwn(exceptions, name));
	return [
		...unexplained.map(({ name, version, use, licence }) => `${name}@${version} (${use}): ${licence}`),
		...staleExceptions(exceptions, new Set(refused.map(({ name }) => name))),
	];
}

function listOf(packages) {
	const count = (use) => packages.filter((each) => each.use === use).length;
	return `# Licences of what we use

Written by \`npm run check:licences -- --write\` from package-lock.json. ${count("prod")} packages can end up in what is deployed
or run; the other ${count("dev")} only build and test.

## Deployed or run

${tableOf(packages, "prod")}

## Built and tested with

${tableOf(packages, "dev")}

## Let through by name

${Object.entries(LICENCES)
	.map(([name, { reason, until }]) => `- **${name}**, to be looked at again by ${until}. ${reason}`)
	.join("\n")}
`;
}

/** A row for each licence: packages by the hundred in rows of their own tell nobody anything. */
function tableOf(packages, use) {
	const byLicence = Map.groupBy(
		packages.filter((each) => each.use === use),
		({ licence }) => licence,
	);
	const rows = [...byLicence].sort(([a], [b]) => (a < b ? -1 : 1));
	const line = ([licence, of]) => `| ${licence} | ${[...new Set(of.map(({ name }) => name))].sort().join(", ")} |`;
	return ["| Licence | Packages |", "| --- | --- |", ...rows.map(line)].join("\n");
}

/** Without what a formatter adds to a table. */
const words = (markdown) => markdown.replaceAll(/-{3,}/g, "---").replaceAll(/\s+/g, " ").trim();

function check() {
	const packages = lockedPackages();
	const problems = licenceProblems(packages);
	const list = listOf(packages);
	if (process.argv.includes("--write")) writeFileSync(FILE, list);
	if (words(readFileSync(FILE, "utf8")) !== words(list))
		problems.push(`${FILE} is out of date: npm run check:licences -- --write`);
	for (const problem of problems) process.stderr.write(`${problem}\n`);
	process.stdout.write(`${packages.length} packages, ${problems.length} problems with their licences\n`);
	process.exitCode = problems.length > 0 || packages.length < 100 ? 1 : 0;
}

if (import.meta.main) check();
