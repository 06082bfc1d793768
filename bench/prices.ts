/** What AWS asks, and what an application uses of it. */

/**
 * List prices in London (eu-west-2), US dollars without VAT and without free tiers, of November 2026 and as in
 * `docs/deploy.md`: from memory of the price lists, rounded up. Check them with the AWS pricing calculator before you
 * rely on the sum.
 */
export const prices = {
  asOf: '2026-11',
  region: 'eu-west-2',
  /** Step Functions, Standard: a million state transitions. */
  transitionsPerMillion: 25,
  /** Lambda, arm64: a million invocations, and a gigabyte-second. */
  invocationsPerMillion: 0.2,
  gigabyteSecond: 0.0000134,
  /** DynamoDB on demand: a million units. */
  writeUnitsPerMillion: 0.8,
  readUnitsPerMillion: 0.16,
  /** HTTP API: a million requests. */
  requestsPerMillion: 1.2,
  /** EventBridge: a million events of our own. */
  eventsPerMillion: 1,
  /** SQS: a million calls. */
  queueCallsPerMillion: 0.4,
  /** SES: a thousand messages. */
  messagesPerThousand: 0.1,
} as const;

/** What one application, or a thousand, uses. */
export interface Usage {
  readonly transitions: number;
  readonly invocations: number;
  readonly gigabyteSeconds: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly requests: number;
  readonly events: number;
  readonly queueCalls: number;
  readonly messages: number;
}

const MILLION = 1_000_000;

/** Dollars, by what they are paid for; the keys are what a reader sees. */
export function costOf(usage: Usage): Readonly<Record<string, number>> {
  return {
    'Step Functions': (usage.transitions / MILLION) * prices.transitionsPerMillion,
    Lambda:
      (usage.invocations / MILLION) * prices.invocationsPerMillion + usage.gigabyteSeconds * prices.gigabyteSecond,
    'DynamoDB, writing': (usage.writeUnits / MILLION) * prices.writeUnitsPerMillion,
    'DynamoDB, reading': (usage.readUnits / MILLION) * prices.readUnitsPerMillion,
    'API Gateway': (usage.requests / MILLION) * prices.requestsPerMillion,
    EventBridge: (usage.events / MILLION) * prices.eventsPerMillion,
    SQS: (usage.queueCalls / MILLION) * prices.queueCallsPerMillion,
    SES: (usage.messages / 1000) * prices.messagesPerThousand,
  };
}

export const together = (cost: Readonly<Record<string, number>>): number =>
  Object.values(cost).reduce((sum, each) => sum + each, 0);
