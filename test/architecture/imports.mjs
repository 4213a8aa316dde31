// `npm run check:imports`: the import table, enforced. Fails too when the tool saw no modules at all: with a TypeScript
// it cannot read it answers "no violations found (0 modules)" and exits 0.
import { cruise, FOLDERS } from "./cruise.mjs";

const { violations, totalCruised } = await cruise(FOLDERS);
for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} → ${to}`);
console.log(`${totalCruised} modules, ${violations.length} violations of the import table`);
process.exitCode = violations.length > 0 || totalCruised < 100 ? 1 : 0;
