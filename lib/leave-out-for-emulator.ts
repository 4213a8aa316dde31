import { CfnResource } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/**
 * The resource types that the AWS emulator of `npm run test:aws` refuses, with a whole template. Each is a convenience
 * for people that no other resource refers to. The README's table and a test read this list.
 */
export const NOT_EMULATED = [
	"AWS::Athena::NamedQuery",
	"AWS::Logs::QueryDefinition",
	"AWS::XRay::SamplingRule",
] as const;

/** What `-c emulated=true` does, and all it does. */
export function leaveOutForEmulator(app: IConstruct): void {
	const refused: readonly string[] = NOT_EMULATED;
	for (const construct of app.node.findAll()) {
		if (!CfnResource.isCfnResource(construct) || !refused.includes(construct.cfnResourceType)) continue;
		construct.node.scope?.node.tryRemoveChild(construct.node.id);
	}
}
