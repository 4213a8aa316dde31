import { accountAt, python } from "./python.ts";

type Statement = {
	readonly Effect: "Allow" | "Deny";
	readonly Action: string | readonly string[];
	readonly Resource: string | readonly string[];
};

/** One line of a function's role, taken apart: this function may do this to that. */
export type Grant = {
	/** The folder of the function in `functions/`, which is its description. */
	readonly entry: string;
	readonly action: string;
	readonly resource: string;
};

export type DeployedFunction = {
	readonly name: string;
	readonly entry: string;
	readonly statements: readonly Statement[];
};

/** The functions of the account and all policies of their roles, with the ARNs that they have got by now. */
const PROGRAM = `
import boto3, json
iam, functions = boto3.client("iam"), []
for page in boto3.client("lambda").get_paginator("list_functions").paginate():
    for fn in page["Functions"]:
        role = fn["Role"].rsplit("/", 1)[-1]
        inline = iam.list_role_policies(RoleName=role)["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in inline]
        for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            arn = policy["PolicyArn"]
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            documents.append(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])
        statements = [statement for document in documents for statement in document["Statement"]]
        functions.append({"name": fn["FunctionName"], "entry": fn.get("Description", ""), "statements": statements})
print(json.dumps(functions))
`;

/** Reads what IAM has, and not the template: what is meant by a reference is known only after deploying. */
export async function deployedFunctions(endpoint: string): Promise<readonly DeployedFunction[]> {
	const printed = await python(PROGRAM, accountAt(endpoint));
	const functions = JSON.parse(printed) as readonly DeployedFunction[];
	// Ours say by their description which folder they are; CDK's own helpers do not.
	return functions.filter(({ entry }) => /^[a-z]+\/[a-z-]+$/.test(entry));
}

/** Every grant of a function, one action and one resource each. */
export function grantsOf({ entry, statements }: DeployedFunction): readonly Grant[] {
	return statements
		.filter(({ Effect }) => Effect === "Allow")
		.flatMap(({ Action, Resource }) =>
			[Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ entry, action, resource }))),
		);
}
