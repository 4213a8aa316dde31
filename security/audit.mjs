// `npm run check:audit`: fails when a package that can be deployed has a known vulnerability of level high or critical.
// A registry that answers no audits (a mirror, no network) is said plainly and is no failure: it is nobody's change.
import { spawnSync } from "node:child_process";
import { ADVISORIES, staleExceptions } from "./exceptions.mjs";

const LEVELS = ["high", "critical"];

/**
 * What an audit's answer means: `unreachable` with the reason, or the findings that count and what is wrong with the
 * exceptions. `report` is what `npm audit --json` printed.
 */
export function readAudit(report, exceptions = ADVISORIES) {
	const { vulnerabilities, message, error } = report;
	if (vulnerabilities === undefined) return { unreachable: message ?? error?.summary ?? "no report" };
	const advisories = Object.values(vulnerabilities).flatMap(({ via }) =>
		via.filter((each) => typeof each === "object"),
	);
	const serious = new Map(
		advisories
			.filter(({ severity }) => LEVELS.includes(severity))
			.map(({ url = "", source, name, title, severity }) => {
				const id = url.split("/").at(-1) || String(source);
				return [id, `${id} (${severity}) in ${name}: ${title}`];
			}),
	);
	const findings = [...serious].filter(([id]) => !Object.hasOwn(exceptions, id)).map(([, text]) => text);
	return { findings: [...findings, ...staleExceptions(exceptions, new Set(serious.keys()))] };
}

function check() {
	const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8", timeout: 60_000 });
	const audit = readAudit(parse(stdout));
	if ("unreachable" in audit) {
		process.stdout.write(
			`NOT CHECKED for known vulnerabilities, the registry answers no audits: ${audit.unreachable}\n`,
		);
		return;
	}
	for (const finding of audit.findings) process.stderr.write(`${finding}\n`);
	process.stdout.write(
		`${audit.findings.length} known vulnerabilities of level ${LEVELS.join(" or ")} in what is deployed\n`,
	);
	process.exitCode = audit.findings.length > 0 ? 1 : 0;
}

function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return { message: "npm printed no report" };
	}
}

if (import.meta.main) check();
