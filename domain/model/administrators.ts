/** The people who may decide and look. */
export interface Administrators {
	/**
	 * Whose token this is, as an audit may keep it: an id that names nobody. Undefined when it is not good for anything
	 * here, whatever is wrong with it. Throws when that cannot be found out now.
	 */
	whose(token: string): Promise<string | undefined>;
}
