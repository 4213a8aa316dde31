import { Aws, RemovalPolicy } from "aws-cdk-lib";
import { Effect, type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type CfnSecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { acknowledge } from "./acknowledge.ts";
import type { StageFunction } from "./stage-function.ts";

/**
 * The secrets of one installation, `<prefix>/<name>`: the vault's key, generated here and never changed, and those of
 * destinations, which an operator puts beside it.
 */
export class InstallationSecrets extends Construct {
	readonly prefix: string;
	private readonly vaultArn: string;

	constructor(scope: Construct, id: string, { stage, isProtected }: Settings) {
		super(scope, id);
		this.prefix = `tutti/${stage}`;
		const vault = new Secret(this, "Vault", {
			secretName: `${this.prefix}/vault`,
			description: "Seals identifiers and makes seed ids. Losing it orphans every profile: keep a copy elsewhere.",
			generateSecretString: { passwordLength: 64, excludePunctuation: true },
			removalPolicy: isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
		});
		acknowledge(vault, "SMG4", "A new key would give every person a new id: this one is the identity of all data.");
		// On AWS the attribute is what a reference to the secret is; the emulator's reference is the name.
		this.vaultArn = (vault.node.defaultChild as CfnSecret).attrId;
	}

	/** To seal and open identifiers. */
	grantVault(to: IGrantable): void {
		to.grantPrincipal.addToPrincipalPolicy(
			new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [this.vaultArn] }),
		);
	}

	/**
	 * To read the secrets that destinations refer to by name. The vault's key is denied: a definition that says
	 * `{{secret:vault}}` must not be able to send it to somebody's web hook.
	 */
	grantDestinations(to: StageFunction): void {
		const all = `arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:${this.prefix}/*`;
		const actions = ["secretsmanager:GetSecretValue"];
		to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [all] }));
		to.grantPrincipal.addToPrincipalPolicy(
			new PolicyStatement({ effect: Effect.DENY, actions, resources: [this.vaultArn] }),
		);
		acknowledge(
			to.ownRole,
			`IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${this.prefix}/*]`,
			"Destinations name their secrets in definitions that are applied long after this is deployed.",
		);
	}
}
