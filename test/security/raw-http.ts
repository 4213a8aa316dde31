import { connect } from "node:net";

export type RawAnswer = {
	/** All that came back, as it came; several answers stand behind each other. */
	readonly text: string;
	readonly statuses: readonly number[];
	readonly milliseconds: number;
};

/** Sends bytes as they are to a port of this machine, and collects what comes back until the other side hangs up or is silent. */
export function sendRaw(port: number, sent: string | Uint8Array, quietMs = 700): Promise<RawAnswer> {
	return new Promise((resolve) => {
		const started = Date.now();
		const socket = connect(port, "127.0.0.1");
		let text = "";
		const end = () => {
			socket.destroy();
			const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
			resolve({ text, statuses, milliseconds: Date.now() - started });
		};
		socket.setTimeout(quietMs, end);
		socket.on("data", (chunk) => {
			text += chunk.toString("latin1");
		});
		socket.on("error", () => {});
		socket.on("close", end);
		socket.write(sent);
	});
}
