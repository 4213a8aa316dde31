import { beforeEach } from "vitest";
import type { ItemStore } from "#adapters/items/item-store.ts";
import { dueLooksContract } from "../due-looks.contract.ts";
import { openStore } from "./open-store.ts";

let store: ItemStore;
beforeEach(() => {
	store = openStore();
});

dueLooksContract(() => store);
