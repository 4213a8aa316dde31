type Package = {
	readonly name: string;
	readonly version: string;
	readonly use: "prod" | "dev";
	readonly licence: string;
};
type Exceptions = Readonly<Record<string, { readonly reason: string; readonly until: string }>>;

export function isAllowed(licence: string, use: Package["use"]): boolean;
export function licenceProblems(packages: readonly Package[], exceptions?: Exceptions): string[];
