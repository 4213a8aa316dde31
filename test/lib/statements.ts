import { prod } from "./synth.ts";

type Statement = {
	readonly role: string;
	readonly Effect: string;
	readonly Action: readonly string[];
	readonly Resource: unknown;
	readonly Condition?: unknown;
};

export const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** Everything that any role of the app may do, with the roles' logical ids. */
export function statements(): Statement[] {
	const documents = prod().resources.flatMap(({ Type, id, Properties }) => {
		if (Type === "AWS::IAM::Policy") return [{ role: Properties.Roles[0].Ref, document: Properties.PolicyDocument }];
		if (Type === "AWS::IAM::ManagedPolicy") return [{ role: id, document: Properties.PolicyDocument }];
		if (Type !== "AWS::IAM::Role") return [];
		const policies: { PolicyDocument: unknown }[] = Properties.Policies ?? [];
		return policies.map(({ PolicyDocument }) => ({ role: id, document: PolicyDocument as { Statement: Statement[] } }));
	});
	return documents.flatMap(({ role, document }) =>
		(document.Statement as Statement[]).map((statement) => ({ ...statement, role, Action: list(statement.Action) })),
	);
}

/** What the role with a logical id that begins so may do, and must not. */
export const of = (role: string) => statements().filter((statement) => statement.role.startsWith(role));
/** The actions of a service that it may do. */
export const actions = (role: string, service: string) =>
	of(role)
		.filter(({ Effect }) => Effect === "Allow")
		.flatMap(({ Action }) => Action.filter((action) => action.startsWith(`${service}:`)))
		.sort();

/** What a role may do with items, each with the partitions that it is about. Throws where a statement does not say which. */
export function itemStatements(role: string) {
	const onItems = of(role).filter(({ Action }) => Action.some((action) => /^dynamodb:.*(Item|Query)/.test(action)));
	return onItems.map((statement) => {
		const { "ForAllValues:StringLike": keys } = statement.Condition as Record<string, Record<string, string[]>>;
		return { ...statement, partitions: keys?.["dynamodb:LeadingKeys"] ?? [] };
	});
}
