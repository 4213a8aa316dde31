import { Presets, SingleBar } from "cli-progress";

export type Progress = { readonly to: (done: number) => void; readonly end: () => void };

/** A progress bar on stderr; nothing where stderr is no terminal. */
export function progressBar(title: string, total: number, unit: string): Progress {
	if (!process.stderr.isTTY) return { to: () => {}, end: () => {} };
	const format = `${title} {bar} {percentage} %  {value}/{total} ${unit}  {eta_formatted}`;
	const bar = new SingleBar({ format, hideCursor: true, stream: process.stderr }, Presets.shades_classic);
	bar.start(total, 0);
	return { to: (done) => bar.update(Math.min(done, total)), end: () => bar.stop() };
}
