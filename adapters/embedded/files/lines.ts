import { open } from "node:fs/promises";

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Cuts off a last line that was not written to its end: a process was killed in the middle of it, so nobody was told it
 * is safe, and whoever sent it sends it again. Answers the size of the file then, in bytes; 0 when it is not there.
 */
export async function repairLastLine(path: string): Promise<number> {
	const file = await open(path, "r+").catch((error: NodeJS.ErrnoException) => {
		if (error.code === "ENOENT") return undefined;
		throw error;
	});
	if (!file) return 0;
	try {
		const { size } = await file.stat();
		let whole = size;
		while (whole > 0) {
			const from = Math.max(0, whole - CHUNK);
			const { buffer, bytesRead } = await file.read(Buffer.alloc(whole - from), 0, whole - from, from);
			const newline = buffer.lastIndexOf(NEWLINE, bytesRead - 1);
			whole = newline < 0 ? from : from + newline + 1;
			if (newline >= 0) break;
		}
		if (whole < size) await file.truncate(whole);
		return whole;
	} finally {
		await file.close();
	}
}
