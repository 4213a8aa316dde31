import { describe } from "vitest";
import { identityRaceContract } from "#test/adapters/identity-race.contract.ts";
import { startMiniStack, startMoto } from "#test/support/emulator.ts";
import { emulated } from "./emulated.ts";
import { openItemStore } from "./opened-item-store.ts";

describe("identity over DynamoDB's wire", () => {
	describe("to MiniStack", () => {
		const aws = emulated(startMiniStack);
		identityRaceContract(() => openItemStore(aws()), { events: 120 });
	});
	// moto answers one at a time, and slowly: fewer of the same
	describe("to moto", () => {
		const aws = emulated(startMoto);
		identityRaceContract(() => openItemStore(aws()), { events: 40, rounds: 3 });
	});
});
