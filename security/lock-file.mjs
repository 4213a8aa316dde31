// What package-lock.json installs, with the licence that each package states.
import { readFileSync } from "node:fs";

/** `prod`: what may end up in what is deployed or run by users; `dev`: what only builds and tests. */
export function lockedPackages() {
	const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
	const found = Object.entries(packages).filter(([path, { link }]) => path !== "" && !link);
	return found.map(([path, { version, dev, devOptional, license }]) => ({
		name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
		version,
		use: dev || devOptional ? "dev" : "prod",
		licence: license ?? statedIn(path),
	}));
}

/** Older packages say it in a list; what says nothing, or is not installed on this platform, has none. */
function statedIn(path) {
	try {
		const { license, licenses } = JSON.parse(readFileSync(`${path}/package.json`, "utf8"));
		return license?.type ?? license ?? licenses?.map(({ type }) => type).join(" OR ") ?? "none stated";
	} catch {
		return "none stated";
	}
}
