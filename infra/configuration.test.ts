import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Configuration, mailIdentityOf, readConfiguration } from './configuration.ts';
import { referredTo, type Synthesized, synthesized } from './synthesized.ts';

async function withTemplate(configured: Record<string, unknown>, look: (oak: Synthesized) => void): Promise<void> {
  const oak = await synthesized(configured);
  try {
    look(oak);
  } finally {
    rmSync(oak.directory, { recursive: true });
  }
}

const account = 'eu-west-2:111122223333';

describe('A configuration', () => {
  test.each(['staging', 'production'])('of %s is in the tree and complete', (stage) => {
    expect(readConfiguration(stage)).toMatchObject({ stage, region: 'eu-west-2' });
  });

  test('that is not there, or is no name, is refused', () => {
    expect(() => readConfiguration('nowhere')).toThrow(/nowhere\.json/);
    expect(() => readConfiguration('../../package')).toThrow(/not the name of a stage/);
  });

  test('with a field that nobody reads, or a retention that CloudWatch does not know, is refused by name', () => {
    const good = readConfiguration('staging');
    expect(Configuration.safeParse({ ...good, fromAdress: 'typo' }).success).toBe(false);
    const retention = Configuration.safeParse({ ...good, logRetentionDays: 31 });
    expect(retention.error?.issues.map(({ path }) => path)).toEqual([['logRetentionDays']]);
  });

  test('sends by the domain of its address unless it names another identity', () => {
    const good = readConfiguration('staging');
    expect(mailIdentityOf(good)).toBe('oak-trust.example');
    expect(mailIdentityOf({ ...good, mailIdentity: 'cpd@oak-trust.example' })).toBe('cpd@oak-trust.example');
  });
});

describe('Where the trust signs in by itself', () => {
  test('its issuer and audience are asked for, and no user pool is made', async () => {
    const issuer = 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0';
    await withTemplate(
      { signIn: { issuer, audience: ['client'], scopes: ['cpd'] }, personClaim: 'preferred_username' },
      (oak) => {
        const { Properties } = oak.only('AWS::ApiGatewayV2::Authorizer');
        expect(Properties.JwtConfiguration).toEqual({ Audience: ['client'], Issuer: issuer });
        expect(oak.ofType('AWS::Cognito::UserPool')).toEqual([]);
        const asking = oak
          .ofType('AWS::ApiGatewayV2::Route')
          .filter(([, route]) => route.Properties.AuthorizationType === 'JWT');
        for (const [id, route] of asking) expect(route.Properties.AuthorizationScopes, id).toEqual(['cpd']);
      },
    );
  });
});

describe('Where it does not', () => {
  test('a user pool is made in which nobody signs up, and whose tokens cannot change their owner', async () => {
    await withTemplate({}, (oak) => {
      const { Properties } = oak.only('AWS::Cognito::UserPool');
      expect(Properties.AdminCreateUserConfig).toEqual({ AllowAdminCreateUserOnly: true });
      expect(Properties.MfaConfiguration).toBe('ON');
      expect(Properties.UserAttributeUpdateSettings).toEqual({ AttributesRequireVerificationBeforeUpdate: ['email'] });
      const client = oak.only('AWS::Cognito::UserPoolClient').Properties;
      expect(client.AllowedOAuthScopes).toEqual(['openid', 'email']);
      expect(client.ExplicitAuthFlows).toEqual(['ALLOW_REFRESH_TOKEN_AUTH']);
      expect(
        referredTo(oak.only('AWS::ApiGatewayV2::Authorizer').Properties.JwtConfiguration.Audience[0]),
      ).toBeDefined();
    });
  });
});

test('A name of its own is that of console and API, in mail too', async () => {
  const certificateArn = `arn:aws:acm:us-east-1:${account.split(':')[1] ?? '111122223333'}:certificate/1`;
  await withTemplate({ domain: { name: 'cpd.oak-trust.example', certificateArn } }, (oak) => {
    const { DistributionConfig } = oak.only('AWS::CloudFront::Distribution').Properties;
    expect(DistributionConfig.Aliases).toEqual(['cpd.oak-trust.example']);
    expect(DistributionConfig.ViewerCertificate.AcmCertificateArn).toBe(certificateArn);
    const urls = oak
      .ofType('AWS::Lambda::Function')
      .map(([, each]) => each.Properties.Environment.Variables.PUBLIC_URL);
    expect(new Set(urls)).toEqual(new Set(['https://cpd.oak-trust.example', undefined]));
  });
});

test('What an earlier deployment left is used, and nothing new is made in its place', async () => {
  const adopt = {
    table: {
      arn: `arn:aws:dynamodb:${account}:table/restored`,
      streamArn: `arn:aws:dynamodb:${account}:table/restored/stream/2026-11-25T00:00:00.000`,
    },
    birthKeyArn: `arn:aws:secretsmanager:${account}:secret:BirthKey-AbCdEf`,
    anchorBucketName: 'anchors-of-before',
  };
  await withTemplate({ adopt }, (oak) => {
    expect(oak.ofType('AWS::DynamoDB::Table')).toEqual([]);
    // The console's files are made again from the sources; no other bucket is.
    expect(oak.ofType('AWS::S3::Bucket').map(([id]) => id)).toEqual([expect.stringMatching(/^ConsoleFiles/)]);
    expect(oak.ofType('AWS::SecretsManager::Secret')).toEqual([]);
    for (const [id, each] of oak.ofType('AWS::Lambda::Function')) {
      expect(each.Properties.Environment.Variables.TABLE_NAME, id).toBe('restored');
    }
    const sources = oak.ofType('AWS::Lambda::EventSourceMapping').map(([, each]) => each.Properties.EventSourceArn);
    expect(sources.filter((source) => source === adopt.table.streamArn).length).toBe(2);
  });
});
