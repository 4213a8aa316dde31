import type { Database } from "./database.ts";

/** A message as `visible` selects it. */
export type QueueRow = {
	readonly id: number;
	readonly message_id: string;
	readonly sent_at: number;
	readonly receive_count: number;
	readonly body: string;
};

export type QueueStatements = ReturnType<typeof queueStatements>;

/** All that is ever said to the table of messages, prepared once for a queue. */
export function queueStatements({ connection }: Database) {
	return {
		add: connection.prepare(`
			INSERT INTO messages (queue, message_id, sent_at, visible_at, held, receive_count, body)
			VALUES (?, ?, ?, ?, 0, 0, ?)`),
		isAnyVisible: connection.prepare("SELECT 1 FROM messages WHERE queue = ? AND visible_at <= ? LIMIT 1"),
		visible: connection.prepare(`
			SELECT id, message_id, sent_at, receive_count, body FROM messages
			WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT ?`),
		hold: connection.prepare(
			"UPDATE messages SET visible_at = ?, held = 1, receive_count = receive_count + 1 WHERE id = ?",
		),
		bury: connection.prepare("UPDATE messages SET queue = ?, visible_at = ?, held = 0 WHERE id = ?"),
		release: connection.prepare(
			"UPDATE messages SET visible_at = ?, held = 0 WHERE id = ? AND receive_count = ? AND held = 1",
		),
		delete: connection.prepare("DELETE FROM messages WHERE id = ? AND receive_count = ?"),
		depth: connection.prepare(`
			SELECT count(*) AS "all", coalesce(sum(held = 1 AND visible_at > ?), 0) AS held
			FROM messages WHERE queue = ?`),
	};
}
