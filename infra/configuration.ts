/**
 * What differs from one deployment to another: one JSON file for each in `configurations/`, chosen with
 * `-c stage=production` (`staging` where nothing is said). Nothing here is secret.
 */
import { readFileSync } from 'node:fs';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { environment } from '../functions/api/environment.ts';

/** The retentions that CloudWatch Logs knows; any other number is refused at deployment, so it is refused here. */
const retentions: ReadonlySet<number> = new Set(
  Object.values(RetentionDays).filter((days): days is RetentionDays => typeof days === 'number'),
);

/** An address without the slash at its end: links in mail are made by putting `/app/…` behind it. */
const BaseUrl = z.url({ protocol: /^https$/ }).transform((url) => url.replace(/\/+$/, ''));

export const Configuration = z.strictObject({
  /** Part of the stack's name and of every alarm's: `staging`, `production`. */
  stage: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/),
  /** The AWS account; the one that the credentials belong to where absent. */
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  region: z.string().default('eu-west-2'),
  /** Who signs the tokens: the trust's Entra ID or Google. Absent: a Cognito user pool is made. */
  signIn: z
    .strictObject({
      /** Exactly as in the token's `iss`, e.g. `https://login.microsoftonline.com/<tenant>/v2.0`. */
      issuer: z.url({ protocol: /^https$/ }),
      /** Accepted in the token's `aud`: the client id of the app registration. */
      audience: z.array(z.string().min(1)).min(1),
      /** One of these must be in `scp` or `scope`; none is asked for where empty, because an id token has none. */
      scopes: z.array(z.string().min(1)).default([]),
    })
    .optional(),
  /** The claim that names the person; `email` unless said. */
  personClaim: environment.shape.PERSON_CLAIM,
  /** Sender of all mail. */
  fromAddress: z.email(),
  /** The identity verified in SES, by which it is sent: the domain of `fromAddress` where absent. */
  mailIdentity: z.string().min(1).optional(),
  /** The trust's own name for the service, with its certificate: CloudFront takes it from AWS Certificate Manager in us-east-1. */
  domain: z
    .strictObject({
      name: z.hostname(),
      certificateArn: z
        .string()
        .startsWith('arn:aws:acm:us-east-1:', 'CloudFront takes a certificate from us-east-1 (N. Virginia) only'),
    })
    .optional(),
  /** Where people reach it; by default `https://<domain.name>`, or the address that API Gateway gives. */
  publicUrl: BaseUrl.optional(),
  /** Who gets the alarms; each has to confirm a subscription once. */
  alarmEmails: z.array(z.email()),
  /** How long logs are kept. They hold ids, addresses of callers and no names. */
  logRetentionDays: z
    .int()
    .refine((days): days is RetentionDays => retentions.has(days), 'not a retention of CloudWatch Logs')
    .default(RetentionDays.THREE_MONTHS),
  /**
   * How long an anchor cannot be deleted. `governance`: an administrator with a right of its own can; `compliance`: nobody
   * can, not even AWS, until it has run out.
   */
  anchorLock: z.strictObject({ mode: z.enum(['governance', 'compliance']), days: z.int().min(1).max(36_500) }),
  /** Requests a second and their peak, over all callers: 300 members of staff who all click at once stay under it. */
  throttle: z.strictObject({ rate: z.int().min(1), burst: z.int().min(1) }).default({ rate: 50, burst: 100 }),
  /**
   * Resources of an earlier deployment, to be used instead of new ones: after the stack has been removed (they stay), or
   * after a restore from backup, which always makes a new table. `docs/deploy.md`.
   */
  adopt: z
    .strictObject({
      table: z
        .strictObject({ arn: z.string().startsWith('arn:'), streamArn: z.string().startsWith('arn:') })
        .optional(),
      birthKeyArn: z.string().startsWith('arn:').optional(),
      anchorBucketName: z.string().min(3).optional(),
    })
    .default({}),
});
export type Configuration = z.infer<typeof Configuration>;

/** Reads `configurations/<stage>.json`. Throws with each wrong field named. */
export function readConfiguration(stage: string): Configuration {
  if (!/^[a-z][a-z0-9-]*$/.test(stage)) throw new Error(`not the name of a stage: ${stage}`);
  const file = new URL(`configurations/${stage}.json`, import.meta.url);
  const parsed = Configuration.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`infra/configurations/${stage}.json: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.stage !== stage)
    throw new Error(`infra/configurations/${stage}.json says stage ${parsed.data.stage}`);
  return parsed.data;
}

/** The identity by which mail is sent. */
export const mailIdentityOf = (configuration: Configuration): string =>
  configuration.mailIdentity ?? configuration.fromAddress.slice(configuration.fromAddress.lastIndexOf('@') + 1);
