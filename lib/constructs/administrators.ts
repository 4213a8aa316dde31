import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { HttpUserPoolAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { AccountRecovery, Mfa, type PasswordPolicy, UserPool, type UserPoolClient } from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { acknowledge } from "./acknowledge.ts";

const PASSWORDS: PasswordPolicy = {
	minLength: 14,
	requireLowercase: true,
	requireUppercase: true,
	requireDigits: true,
	requireSymbols: true,
	tempPasswordValidity: Duration.days(3),
};

/** The people who may decide and look: a Cognito pool that only an operator of the account can add to. */
export class Administrators extends Construct {
	readonly pool: UserPool;
	readonly client: UserPoolClient;
	readonly authorizer: HttpUserPoolAuthorizer;

	constructor(scope: Construct, id: string, { isProtected, adminMfa }: Settings) {
		super(scope, id);
		this.pool = new UserPool(this, "Pool", {
			selfSignUpEnabled: false,
			signInAliases: { email: true },
			signInCaseSensitive: false,
			accountRecovery: AccountRecovery.EMAIL_ONLY,
			mfa: adminMfa === "required" ? Mfa.REQUIRED : Mfa.OPTIONAL,
			mfaSecondFactor: { otp: true, sms: false },
			passwordPolicy: PASSWORDS,
			deletionProtection: isProtected,
			removalPolicy: isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
		});
		acknowledge(
			this.pool,
			"COG8",
			"The Plus plan is billed for each user and guards sign-ups; here nobody can sign up.",
		);
		if (adminMfa === "optional") {
			acknowledge(
				this.pool,
				"COG2",
				"Only to try things out: a first token is one command away. Stages to be kept require it.",
			);
		}
		this.client = this.pool.addClient("CommandLine", {
			authFlows: { userSrp: true, adminUserPassword: true },
			disableOAuth: true,
			preventUserExistenceErrors: true,
			accessTokenValidity: Duration.hours(1),
			idTokenValidity: Duration.hours(1),
			refreshTokenValidity: Duration.days(1),
		});
		this.authorizer = new HttpUserPoolAuthorizer("Administrators", this.pool, { userPoolClients: [this.client] });
	}
}
