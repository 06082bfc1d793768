/**
 * Sends people their one message of the day. The claim (`MAIL#<day>`) is put before SES is called and never put twice,
 * so a crash in between means no mail today, not two; the notices stay, and tomorrow's digest has them.
 */
import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import middy from '@middy/core';
import * as z from 'zod';
import { type Part, put, remove, update } from '../../workflows/kernel/change.ts';
import { taskOf } from '../../workflows/kernel/decide.ts';
import { digestOf, type Noticed, stillHolds } from '../../workflows/kernel/digest.ts';
import { isDigestDay } from '../../workflows/kernel/due.ts';
import { absenceAt, holdersNow, isCurrent, mailboxOf } from '../../workflows/kernel/people.ts';
import type { Mail, Notice, Person } from '../../workflows/kernel/records.ts';
import { parseTaskId, type Scene, taskIdOf } from '../../workflows/kernel/snapshot.ts';
import { type Clock, dayOf } from '../../workflows/kernel/time.ts';
import { recipients } from '../../workflows/kernel/transition.ts';
import type { Store } from '../table/store.ts';
import { makeReading } from '../world.ts';
import type { environment } from './environment.ts';

const QueueEvent = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** As the bus delivers it: who may have something to read. */
const BusEvent = z.object({
  'detail-type': z.string(),
  detail: z.object({ personIds: z.array(z.string()) }),
});

export interface NotifyDependencies {
  readonly store: Store;
  readonly clock: Clock;
  /** With `maxAttempts: 1`: the SDK's own retry would be the second mail that nobody sees. */
  readonly ses: SESv2Client;
  readonly environment: z.output<typeof environment>;
}

/** SES said no before anything was sent: the claim may be taken back. Any other failure leaves it open whether it went out. */
const definiteRefusals: ReadonlySet<string> = new Set([
  'TooManyRequestsException',
  'LimitExceededException',
  'MessageRejected',
  'MailFromDomainNotVerifiedException',
  'AccountSuspendedException',
  'SendingPausedException',
  'BadRequestException',
  'NotFoundException',
]);

const isDefiniteRefusal = (error: unknown): boolean => error instanceof Error && definiteRefusals.has(error.name);

/** Notices deleted with the mark "sent": a transaction has 100 parts, one is the mark. */
const NOTICES_AT_ONCE = 99;

export function makeNotify({ store, clock, ses, environment: { PUBLIC_URL, FROM_ADDRESS } }: NotifyDependencies) {
  async function noticed(notice: Notice, reading: ReturnType<typeof makeReading>): Promise<Noticed | undefined> {
    const snapshot = await store.snapshot(notice.processId);
    if (snapshot === undefined) return undefined;
    const scene = await reading.scene(snapshot, [notice.personId]);
    const isAboutTask = parseTaskId(notice.about) !== undefined;
    const wait = isAboutTask ? snapshot.waits.find((each) => taskIdOf(each) === notice.about) : undefined;
    const task = wait && taskOf(scene.definition, wait);
    const { world, definition } = scene;
    const readers = wait && task ? recipients(scene, task, wait) : [];
    // A line for somebody without an address stands in their manager's digest.
    const mayAnswer = [...readers, ...alsoMayAnswer(scene, wait)];
    const isTheirs = mayAnswer.some(
      (person) => mailboxOf(person, world.directory, world.today)?.personId === notice.personId,
    );
    return { notice, definition, process: snapshot.process, wait, subject: world.subject, isTheirs };
  }

  /** Who may decide as well since the task is late: holders for whom the role is in force and who are not on leave. */
  function alsoMayAnswer({ world: { directory, today } }: Scene, wait: Noticed['wait']): readonly Person[] {
    const also = wait?.alsoCandidate;
    if (also === undefined) return [];
    const holders =
      'role' in also ? holdersNow(directory, also.role, also.schoolId, today) : [directory.person(also.personId)];
    return holders.flatMap((person) => (person && absenceAt(person, today) === undefined ? [person] : []));
  }

  async function send(personId: string): Promise<void> {
    const now = clock();
    const today = dayOf(now);
    if (await store.mail(personId, today)) return;
    const reading = makeReading(store, clock);
    const [person] = await store.persons([personId]);
    if (person?.email === undefined) return;
    const isAway = absenceAt(person, today) !== undefined;
    const onFile = await store.notices(personId);
    const calendar = await reading.calendar();
    const isSchoolDay = isDigestDay(calendar, today);
    const ripe = onFile.filter((notice) => notice.isUrgent || (isSchoolDay && notice.nextAt <= now));
    if (ripe.length === 0) return;

    const all = (await Promise.all(ripe.map((notice) => noticed(notice, reading)))).filter(
      (each) => each !== undefined,
    );
    // Somebody on leave hears only of a task that is still theirs, because its last day falls in the absence.
    const read = isAway ? all.filter(({ wait, isTheirs }) => wait !== undefined && isTheirs) : all;
    // Who has left hears of their own, and of nobody else any more.
    const concerns = (each: Noticed): boolean =>
      stillHolds(each) && (isCurrent(person, today) || each.subject.personId === personId);
    const url = PUBLIC_URL.replace(/\/+$/, '');
    const digest = digestOf(person, read.filter(concerns), { calendar, today, url });
    const past = read.filter((each) => !concerns(each)).map(({ notice }) => notice);
    if (digest === undefined) {
      await forget(past);
      return;
    }
    const holding = read.filter(concerns).map(({ notice }) => notice);
    const claim: Mail = { type: 'mail', personId, on: today, claimedAt: now, notices: holding.length };
    const claimed = await store.commit({ parts: [put('mail', claim)] });
    if (!claimed.committed) return;

    let messageId: string | undefined;
    try {
      const answer = await ses.send(
        new SendEmailCommand({
          FromEmailAddress: FROM_ADDRESS,
          Destination: { ToAddresses: [person.email] },
          Content: {
            Simple: {
              Subject: { Data: digest.subject, Charset: 'UTF-8' },
              Body: {
                Text: { Data: digest.text, Charset: 'UTF-8' },
                Html: { Data: digest.html, Charset: 'UTF-8' },
              },
            },
          },
        }),
      );
      messageId = answer.MessageId;
    } catch (error) {
      if (isDefiniteRefusal(error)) await store.commit({ parts: [remove('mail', claim, { sentAt: undefined })] });
      throw error;
    }
    const sent: Mail = { ...claim, sentAt: clock(), ...(messageId !== undefined && { messageId }) };
    const marked = update('mail', claim, sent, {});
    const first = holding.slice(0, NOTICES_AT_ONCE);
    const { committed } = await store.commit({ parts: [marked, ...first.map(deleted)] });
    // A notice was put again meanwhile: it stays, the others go one by one.
    if (!committed) await store.commit({ parts: [marked] });
    await forget([...(committed ? holding.slice(NOTICES_AT_ONCE) : holding), ...past]);
  }

  /** Only as it was read: a notice put again meanwhile stays. */
  const deleted = (notice: Notice): Part =>
    remove(`notice:${notice.about}:${notice.reason}:${notice.code ?? ''}`, notice, { at: notice.at });

  async function forget(notices: readonly Notice[]): Promise<void> {
    for (const notice of notices) await store.commit({ parts: [deleted(notice)] });
  }

  const notify = async (received: unknown) => {
    const failed: string[] = [];
    for (const { messageId, body } of QueueEvent.parse(received).Records) {
      try {
        const { detail } = BusEvent.parse(JSON.parse(body));
        // One address that SES refuses must not keep the others of the message waiting.
        const failures: unknown[] = [];
        for (const personId of new Set(detail.personIds)) await send(personId).catch((error) => failures.push(error));
        if (failures.length > 0) throw failures[0];
      } catch (error) {
        console.error(
          JSON.stringify({ notify: 'failed', messageId, error: error instanceof Error ? error.name : 'unknown' }),
        );
        failed.push(messageId);
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
  return middy<unknown, { batchItemFailures: { itemIdentifier: string }[] }>().handler(notify);
}
