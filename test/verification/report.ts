/** What of vitest's JSON report is read here. */
export type Report = {
	readonly testResults: readonly {
		/** The file's absolute path. */
		readonly name: string;
		readonly status: string;
		readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
	}[];
};

/**
 * Where a claim is shown: a file, a folder (with its slash), or the tests of a file whose full title has these words
 * (`test/wire/moto.test.ts#sqsQueue`).
 */
export type Evidence = string;

/** How it went with what an evidence names. `absent`: none of it ran. */
export type Verdict = "passed" | "failed" | "absent";

/** All that is named must have passed, and something must be named: a file that could not be loaded has failed. */
export function verdictOf(evidence: Evidence, report: Report, root: string): Verdict {
	const [path = "", words = ""] = evidence.split("#");
	const files = report.testResults.filter(({ name }) => isIn(name, `${root}/${path}`));
	if (files.some(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0))
		return "failed";
	const results = files.flatMap(({ assertionResults }) =>
		assertionResults.filter(({ fullName }) => fullName.includes(words)),
	);
	if (results.length === 0) return "absent";
	return results.every(({ status }) => status === "passed") ? "passed" : "failed";
}

const isIn = (file: string, path: string): boolean => (path.endsWith("/") ? file.startsWith(path) : file === path);
