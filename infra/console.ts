/**
 * The console on AWS: its files in a private bucket, and one address for them and the API, so that no other origin has
 * business with either. `scripts/console-on-aws.ts` puts the files there.
 */
import { CfnOutput, Duration, Fn, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Configuration } from './configuration.ts';
import type { FrontDoor } from './front-door.ts';

/** Any address below `/app` that is no file is a page of the console: the same document, which reads the address. */
const pagesCode = `function handler(event) {
  var request = event.request;
  if (!/^\\/app\\/(assets\\/|config\\.json$|favicon\\.svg$)/.test(request.uri)) request.uri = '/app/index.html';
  return request;
}`;

/** Nothing inline runs, nothing from elsewhere is loaded, no other page frames it; what signs people in may be asked. */
const policyFor = (signIn: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...signIn].join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Who gives the tokens at another address than the issuer's. */
const tokensAt: Readonly<Record<string, readonly string[]>> = {
  'https://accounts.google.com': ['https://oauth2.googleapis.com'],
};

export class Console extends Construct {
  constructor(scope: Construct, id: string, configuration: Configuration, door: FrontDoor) {
    super(scope, id);
    // Made again from the sources at any time: it goes with the stack, once it is empty.
    const files = new s3.Bucket(this, 'Files', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(files).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds the files of the console, the same for everybody, and CloudFront alone reads them.',
    });

    // Cognito's pages are at an address of its own region; an own identity provider answers at its issuer's.
    const { region, signIn, domain } = configuration;
    const asked = signIn
      ? [new URL(signIn.issuer).origin, ...(tokensAt[signIn.issuer] ?? [])]
      : [`https://cognito-idp.${region}.amazonaws.com`, `https://*.auth.${region}.amazoncognito.com`];
    // Named after the stage: two stages can stand in one account.
    const name = `oak-cpd-${configuration.stage}-console`;
    const headers = new cloudfront.ResponseHeadersPolicy(this, 'Headers', {
      responseHeadersPolicyName: name,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: policyFor(asked), override: true },
        contentTypeOptions: { override: true },
        referrerPolicy: { referrerPolicy: cloudfront.HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'permissions-policy', value: 'camera=(), geolocation=(), microphone=()', override: true },
        ],
      },
    });
    const page: cloudfront.BehaviorOptions = {
      origin: origins.S3BucketOrigin.withOriginAccessControl(files, {
        originAccessControl: new cloudfront.S3OriginAccessControl(this, 'Access', { originAccessControlName: name }),
      }),
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: headers,
      functionAssociations: [
        {
          eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
          function: new cloudfront.Function(this, 'Pages', {
            functionName: name,
            runtime: cloudfront.FunctionRuntime.JS_2_0,
            code: cloudfront.FunctionCode.fromInline(pagesCode),
            comment: 'Pages of the console are one document',
          }),
        },
      ],
    };
    const distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: `Oak CPD, ${configuration.stage}: console and API at one address`,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      priceClass: cloudfront.PriceClass.PRICE_CLASS_100,
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      ...(domain && {
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      }),
      defaultBehavior: {
        origin: new origins.HttpOrigin(Fn.select(2, Fn.split('/', door.api.apiEndpoint)), {
          protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
        }),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
        cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
        // The gateway knows itself by its own name.
        originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      },
      additionalBehaviors: { '/app': page, '/app/*': page },
    });
    Validations.of(distribution).acknowledge(
      {
        id: 'AwsSolutions-CFR1',
        reason: 'People of the trust read their mail abroad, too; who may see what is decided by the token.',
      },
      {
        id: 'AwsSolutions-CFR2',
        reason: 'The gateway limits requests, and every path but the files asks for a token.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'The gateway logs every request that is about anything; the files are the same for everybody.',
      },
    );
    if (domain === undefined)
      Validations.of(distribution).acknowledge({
        id: 'AwsSolutions-CFR4',
        reason:
          'Without a name of its own the distribution has the certificate of CloudFront, whose protocols CloudFront sets.',
      });
    else
      new CfnOutput(this, 'DomainTarget', {
        key: 'DomainTarget',
        value: distribution.distributionDomainName,
        description: `Make ${domain.name} a CNAME of this`,
      });
    new CfnOutput(this, 'ConsoleAddress', {
      key: 'ConsoleAddress',
      value: `https://${domain?.name ?? distribution.distributionDomainName}`,
      description: 'Console and API at one address: without a domain, put it into the configuration as publicUrl',
    });
    new CfnOutput(this, 'ConsoleBucket', { key: 'ConsoleBucket', value: files.bucketName });
  }
}
