/**
 * The tables, as steps that were each run once, in this order; `user_version` counts them. A step that was released is
 * never edited: what must change is another step.
 */
export const MIGRATIONS: readonly string[] = [
	`
	-- Sort keys compare by their UTF-8 bytes: SQLite's own order of text. A table with row ids took three times the
	-- writes of one without: big rows stay out of the tree of random keys.
	CREATE TABLE items (
		pk TEXT NOT NULL,
		sk TEXT NOT NULL,
		ttl INTEGER,
		attributes TEXT NOT NULL,
		PRIMARY KEY (pk, sk)
	);
	CREATE INDEX items_by_ttl ON items (ttl) WHERE ttl IS NOT NULL;

	-- The outbox: a trigger, so that no way of writing an item can forget to feed it, and none can be torn from it.
	CREATE TABLE changes (
		change_id INTEGER PRIMARY KEY AUTOINCREMENT,
		pk TEXT NOT NULL,
		sk TEXT NOT NULL,
		attributes TEXT NOT NULL
	);
	CREATE TRIGGER feed_outbox AFTER INSERT ON items WHEN substr(NEW.pk, 1, 4) = 'OUT#' BEGIN
		INSERT INTO changes (pk, sk, attributes) VALUES (NEW.pk, NEW.sk, NEW.attributes);
	END;

	-- Times are milliseconds since 1970. \`held\` is 1 while a receiver has the message. The body is last and the rest of
	-- constant size, so that receiving does not rewrite it.
	CREATE TABLE messages (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		queue TEXT NOT NULL,
		message_id TEXT NOT NULL,
		sent_at INTEGER NOT NULL,
		visible_at INTEGER NOT NULL,
		held INTEGER NOT NULL,
		receive_count INTEGER NOT NULL,
		body TEXT NOT NULL
	);
	CREATE INDEX messages_by_turn ON messages (queue, visible_at, id, held);
	`,
	"-- From here on a fragment is two items, and counts are measures.",
];

/** How many steps a file must have seen to be read: what older builds wrote says something else. */
export const OLDEST_READ = 2;
