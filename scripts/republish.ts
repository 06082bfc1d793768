/**
 * Puts events on the bus again: after a consumer was broken, or a restore. They are read in the table, which keeps them
 * all. `TABLE_NAME=… BUS_NAME=… npm run republish -- --since 2026-11-01T00:00:00Z [--kind npq-application]`. Consumers
 * tell a repetition by `processId` and `seq`.
 */
import { parseArgs } from 'node:util';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { essentials } from '../functions/clients.ts';
import { environment } from '../functions/publish/environment.ts';
import { busEntry } from '../functions/publish/publish.ts';
import { TRUST } from '../workflows/kernel/records.ts';
import { instant } from '../workflows/kernel/time.ts';
import { registry } from '../workflows/registry.ts';

const { values } = parseArgs({ options: { since: { type: 'string' }, kind: { type: 'string' } } });
if (values.since === undefined) {
  console.error('Say from when on: npm run republish -- --since 2026-11-01T00:00:00Z');
  process.exit(2);
}
const since = instant(values.since);
const { TABLE_NAME, BUS_NAME } = environment.parse(process.env);
const { store } = essentials(TABLE_NAME);
const events = new EventBridgeClient({});

/** What EventBridge takes at once. */
const ENTRIES = 10;
let processes = 0;
let sent = 0;
const schoolIds = [...new Set([...(await store.schools()).map(({ schoolId }) => schoolId), TRUST])];
for (const { kind } of registry.filter((each) => values.kind === undefined || each.kind === values.kind)) {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof store.processesAcross>> = await store.processesAcross(
      schoolIds,
      kind,
      {},
      { limit: 100, ...(cursor !== null && { cursor }) },
    );
    for (const { processId } of page.items) {
      processes++;
      const entries = (await store.events(processId))
        .filter(({ at }) => at >= since)
        .map((event) => busEntry(event, BUS_NAME));
      for (let from = 0; from < entries.length; from += ENTRIES) {
        const batch = entries.slice(from, from + ENTRIES);
        const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries: batch }));
        if (FailedEntryCount)
          throw new Error(`${FailedEntryCount} events of ${processId} were not taken; run it again`);
        sent += batch.length;
      }
    }
    cursor = page.cursor;
    console.log(`${processes} processes read, ${sent} events sent`);
  } while (cursor !== null);
}
