const LEVELS = Array.from("▁▂▃▄▅▆▇█");

/** Numbers as a line of small bars, from the least to the greatest; of more than `width` each bar is the last of several. */
export function sparkline(numbers: readonly number[], width = 60): string {
	const bars = Math.min(width, numbers.length);
	const shown = Array.from({ length: bars }, (_, i) => numbers[Math.ceil(((i + 1) * numbers.length) / bars) - 1] ?? 0);
	const [least, greatest] = [Math.min(...shown), Math.max(...shown)];
	const level = (value: number) => {
		if (greatest === least) return greatest === 0 ? 0 : Math.floor(LEVELS.length / 2);
		return Math.round(((value - least) / (greatest - least)) * (LEVELS.length - 1));
	};
	return shown.map((value) => LEVELS[level(value)]).join("");
}

/** A share from 0 to 1 as a bar; what is more than nothing shows. */
export function shareBar(share: number, width = 20): string {
	const full = Math.min(width, Math.max(share > 0 ? 1 : 0, Math.round(share * width)));
	return "█".repeat(full) + "░".repeat(width - full);
}

/** 12345 as `12,345`. */
export const grouped = (n: number): string => n.toLocaleString("en-GB");

/** A moment as people read it, UTC to the minute: `2026-12-01 10:05`. */
export const minuteOf = (iso: string): string => iso.slice(0, 16).replace("T", " ");

/** Seconds as a person would say them: `42 s`, `12 min`, `5 h`, `3 d`. */
export function secondsInWords(seconds: number): string {
	if (seconds < 120) return `${Math.round(seconds)} s`;
	if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
	return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
