/** The HTTP API: who is let in is decided here by the token alone; what they may do, by the functions from the table. */
import { Aws, CfnOutput, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as gateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import type { OakFunction } from './functions.ts';

/** Shown to anybody: nothing in them is about a person. Every other path asks for a token. */
export const publicPaths = ['/', '/app', '/app/{proxy+}', '/health', '/openapi.json', '/docs'] as const;

interface SignIn {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly scopes: readonly string[];
}

export class FrontDoor extends Construct {
  readonly api: gateway.HttpApi;
  readonly publicUrl: string;
  readonly #configuration: Configuration;

  constructor(scope: Construct, id: string, configuration: Configuration) {
    super(scope, id);
    this.#configuration = configuration;
    const { domain } = configuration;
    // No CORS settings: the console comes from the same address, and no other site's script has business here.
    this.api = new gateway.HttpApi(this, 'Api', {
      apiName: `oak-cpd-${configuration.stage}`,
      createDefaultStage: false,
    });
    this.publicUrl =
      configuration.publicUrl ?? (domain === undefined ? this.api.apiEndpoint : `https://${domain.name}`);

    new gateway.HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: configuration.throttle.rate, burstLimit: configuration.throttle.burst },
      accessLogSettings: {
        destination: new gateway.LogGroupLogDestination(
          new logs.LogGroup(this, 'AccessLog', {
            retention: configuration.logRetentionDays,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        ),
        format: accessLog,
      },
    });
    new CfnOutput(this, 'Address', { key: 'Address', value: this.publicUrl, description: 'Where people reach it' });
  }

  /** Lets callers through to the functions. */
  open(functions: { readonly api: OakFunction<'api'>; readonly imports: OakFunction<'imports'> }): void {
    const signIn = this.#configuration.signIn ?? this.#userPool();
    const authorizer = new HttpJwtAuthorizer('Token', signIn.issuer, { jwtAudience: [...signIn.audience] });
    const api = new HttpLambdaIntegration('ToApi', functions.api.lambda, { scopePermissionToRoute: false });
    const imports = new HttpLambdaIntegration('ToImports', functions.imports.lambda, { scopePermissionToRoute: false });
    const scopes = signIn.scopes.length > 0 ? { authorizationScopes: [...signIn.scopes] } : {};

    this.api.addRoutes({ path: '/{proxy+}', integration: api, authorizer, ...scopes });
    this.api.addRoutes({
      path: '/imports/{proxy+}',
      methods: [gateway.HttpMethod.GET, gateway.HttpMethod.POST],
      integration: imports,
      authorizer,
      ...scopes,
    });
    for (const path of publicPaths) {
      for (const route of this.api.addRoutes({ path, methods: [gateway.HttpMethod.GET], integration: api })) {
        Validations.of(route).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason:
            'Open on purpose: health, the description of the API and the page that links in mail lead to hold nothing about anybody.',
        });
      }
    }
  }

  /** For a trust without an identity provider of its own. Accounts are made by an administrator; nobody can sign up. */
  #userPool(): SignIn {
    const pool = new cognito.UserPool(this, 'People', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      autoVerify: { email: true },
      // The address says who somebody is: a new one counts only once it is proved, so nobody can take another's.
      keepOriginal: { email: true },
      mfa: cognito.Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      featurePlan: cognito.FeaturePlan.ESSENTIALS,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason: 'The plus plan costs for each person and month; a second factor is required of everybody instead.',
    });
    const client = pool.addClient('Console', {
      generateSecret: false,
      authFlows: { userSrp: false },
      // Not `aws.cognito.signin.user.admin`: such a token could change its owner's attributes.
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
        callbackUrls: [`${this.publicUrl}/app`],
        logoutUrls: [`${this.publicUrl}/app`],
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
    });
    const pages = pool.addDomain('Pages', {
      cognitoDomain: { domainPrefix: `oak-cpd-${this.#configuration.stage}-${Aws.ACCOUNT_ID}` },
    });
    new CfnOutput(this, 'SignInPages', { key: 'SignInPages', value: pages.baseUrl() });
    new CfnOutput(this, 'UserPoolId', { key: 'UserPoolId', value: pool.userPoolId });
    new CfnOutput(this, 'ClientId', { key: 'ClientId', value: client.userPoolClientId });
    return { issuer: pool.userPoolProviderUrl, audience: [client.userPoolClientId], scopes: [] };
  }
}

/** No bodies, no query strings (a search holds a name), no tokens. The address is kept to follow up an attack. */
const accessLog = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    at: '$context.requestTimeEpoch',
    address: '$context.identity.sourceIp',
    method: '$context.httpMethod',
    path: '$context.path',
    route: '$context.routeKey',
    status: '$context.status',
    milliseconds: '$context.responseLatency',
    bytes: '$context.responseLength',
    refused: '$context.authorizer.error',
    error: '$context.integrationErrorMessage',
  }),
);
