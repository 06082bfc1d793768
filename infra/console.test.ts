import { rmSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consolePolicy } from '../local/console.ts';
import { type Synthesized, synthesized } from './synthesized.ts';

let oak: Synthesized;
beforeAll(async () => {
  oak = await synthesized({ signIn: { issuer: 'https://login.example/tenant/v2.0', audience: ['client'] } });
});
afterAll(() => rmSync(oak.directory, { recursive: true }));

// biome-ignore lint/suspicious/noExplicitAny: a template is what CloudFormation takes
const distribution = (): any => oak.only('AWS::CloudFront::Distribution').Properties.DistributionConfig;

describe('One address', () => {
  test('gives the console under /app and the API, never kept, everywhere else', () => {
    const { DefaultCacheBehavior, CacheBehaviors, Origins } = distribution();
    const api = Origins.find(({ Id }: { Id: string }) => Id === DefaultCacheBehavior.TargetOriginId);
    expect(api.CustomOriginConfig.OriginProtocolPolicy).toBe('https-only');
    // CachingDisabled and AllViewerExceptHostHeader, by the numbers that AWS gives them.
    expect(DefaultCacheBehavior.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
    expect(DefaultCacheBehavior.OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac');
    expect(DefaultCacheBehavior.AllowedMethods).toEqual(expect.arrayContaining(['POST', 'PUT']));
    expect(CacheBehaviors.map(({ PathPattern }: { PathPattern: string }) => PathPattern)).toEqual(['/app', '/app/*']);
    for (const { ViewerProtocolPolicy, AllowedMethods = [] } of CacheBehaviors) {
      expect(ViewerProtocolPolicy).toBe('redirect-to-https');
      expect(AllowedMethods).not.toContain('POST');
    }
  });

  test('gives the one page for every address of the console that is no file', () => {
    const { FunctionCode } = oak.only('AWS::CloudFront::Function').Properties;
    const uriFor = (uri: string): unknown =>
      runInNewContext(`${FunctionCode};handler({ request: { uri } }).uri`, { uri });
    for (const uri of ['/app', '/app/', '/app/inbox', '/app/tasks/0199f000-0000.1.review', '/app/config.jsonx'])
      expect(uriFor(uri), uri).toBe('/app/index.html');
    for (const uri of ['/app/assets/index-abc.js', '/app/config.json', '/app/favicon.svg'])
      expect(uriFor(uri), uri).toBe(uri);
  });

  test('has the content security policy of one machine, and lets the sign-in be asked besides', () => {
    const { ResponseHeadersPolicyConfig } = oak.only('AWS::CloudFront::ResponseHeadersPolicy').Properties;
    const { ContentSecurityPolicy } = ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy;
    expect(ContentSecurityPolicy).toBe(
      consolePolicy.replace("connect-src 'self'", "connect-src 'self' https://login.example"),
    );
    expect(ContentSecurityPolicy).not.toContain('unsafe');
  });

  test('lets Google be asked where it gives its tokens, which is not where it signs people in', async () => {
    const google = await synthesized({ signIn: { issuer: 'https://accounts.google.com', audience: ['client'] } });
    rmSync(google.directory, { recursive: true });
    const { ResponseHeadersPolicyConfig } = google.only('AWS::CloudFront::ResponseHeadersPolicy').Properties;
    expect(JSON.stringify(ResponseHeadersPolicyConfig)).toContain(
      "connect-src 'self' https://accounts.google.com https://oauth2.googleapis.com;",
    );
  });
});
