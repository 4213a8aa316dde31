import type { Definitions, Workspace } from "#domain/model/definitions.ts";
import type { IdentifierVault } from "#domain/model/identifier.ts";
import type { PhoneNumbers } from "#domain/model/phone-numbers.ts";
import type { Archive, Bus } from "#domain/model/ports.ts";
import type { MeasureBook } from "#domain/rules/measures/measure-book.ts";
import type { CompiledSegments } from "#domain/segment/compiled.ts";
import type { Memberships, PassBeats } from "#domain/segment/ports.ts";
import type { Accounts } from "#domain/unify/accounts.ts";
import type { EvidenceMemory } from "#domain/unify/evidence-memory.ts";
import type { JoinMemory } from "#domain/unify/join-accounts.ts";
import type { Fragments, IdentityGraph } from "#domain/unify/ports.ts";
import type { TraitView } from "#domain/unify/trait-rules.ts";
import type { Quarantine } from "#domain/validate/ports.ts";
import type { Log } from "#functions/shared/log.ts";
import type { Metrics } from "#functions/shared/metrics.ts";
import type { Trace } from "#functions/shared/trace.ts";

export type ProcessEventsDeps = {
	readonly archive: Archive;
	readonly definitions: Definitions;
	readonly identities: IdentityGraph;
	readonly fragments: Fragments;
	readonly quarantine: Quarantine;
	readonly memberships: Memberships;
	readonly accounts: Accounts;
	readonly bus: Bus;
	readonly vault: Pick<IdentifierVault, "seedId">;
	readonly now: () => Date;
	readonly log: Log;
	/** @default nothing is counted */
	readonly metrics?: Metrics;
	/** @default nobody follows */
	readonly trace?: Trace;
	/** Where it says how long events had waited. @default nowhere */
	readonly beats?: PassBeats;
	/** How long to wait before a refused write is tried again. @default a random while that grows with each attempt */
	readonly pause?: (attempt: number) => Promise<void>;
};

/** What the steps of a pass work with. */
export type Context = Required<Omit<ProcessEventsDeps, "beats" | "metrics" | "trace">> & {
	readonly metrics?: Metrics;
	/** Says now and then how long these events had waited until their segments were decided. */
	readonly beat: (events: readonly { readonly event: { readonly receivedAt: string } }[]) => Promise<void>;
	readonly workspace: Workspace;
	readonly compiled: CompiledSegments;
	/** What segments and computed traits need to be kept of events. */
	readonly book: MeasureBook;
	/** How traits are chosen and computed, and the moment. */
	readonly view: TraitView;
	readonly memory: EvidenceMemory;
	readonly hashOf: (messageId: string) => string;
	readonly phones: PhoneNumbers;
	/** Who is known to be a member of what. */
	readonly joined: JoinMemory;
};
