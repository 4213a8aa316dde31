/** Something wrong in a file: the line, the field, what is wrong, and what would be right. */
export type FileProblem = {
	/** As it was named: the folder that was given, and the file within it. */
	readonly file: string;
	/** From 1; 0 where it is about the file as a whole. */
	readonly line: number;
	/** Such as `when.all[1].is.op`; empty for the whole definition. */
	readonly path: string;
	readonly wrong: string;
	readonly right: string;
};

/** One clear line: file, line, field, what is wrong, what would be right. */
export function printProblem({ file, line, path, wrong, right }: FileProblem): string {
	const place = line === 0 ? file : `${file}:${line}`;
	return `${[place, path, wrong].filter((part) => part !== "").join(": ")}; ${right}`;
}
