/**
 * A whole year of the sample trust on the moved clock: the embedded cloud over a table in memory, and people who do
 * nothing but send requests to it. The same seed is the same year.
 */
import { readCalendar, uuidv7 } from '../../functions/world.ts';
import { makeClock } from '../../local/clock.ts';
import { type Cloud, makeCloud } from '../../local/cloud.ts';
import { type Issuer, makeIssuer } from '../../local/issuer.ts';
import { type MemoryTable, makeMemoryTable } from '../../local/memory-table.ts';
import { importSample, SAMPLE_FOLDER } from '../../local/sample.ts';
import { synthesize } from '../../local/synthesize.ts';
import { readTemplate } from '../../local/template.ts';
import { type Calendar, isSchoolDay } from '../../workflows/kernel/calendar.ts';
import { addDays, atLondon, type Day, day, Temporal } from '../../workflows/kernel/time.ts';
import { registry } from '../../workflows/registry.ts';
import { makeChance } from './chance.ts';
import { makeChronicle, type Week } from './chronicle.ts';
import { makePeople, type People } from './people.ts';
import { makeStory } from './story.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** From the first day of the academic year on. */
  readonly weeks: number;
  readonly onWeek?: (week: Week) => void;
  /** Told of each failure of a function, without personal data. */
  readonly onFailure?: (text: string) => void;
}

export interface Simulated {
  readonly cloud: Cloud;
  /** Where it is all kept. */
  readonly table: MemoryTable;
  readonly calendar: Calendar;
  readonly weeks: readonly Week[];
  readonly tally: People['tally'];
  /** The last day that was lived. */
  readonly today: Day;
}

/** The Tuesday before the first school day of the year 2026-27. A week ends with its Sunday. */
const FIRST_DAY = day('2026-09-01');
const DAYS_OF_FIRST_WEEK = 6;
const TRUST_LEAD = 'cpd.lead@oak.example';
const ADMIN = 'it@oak.example';

/** When people get to it on a school day; by then the morning's messages have been sent. */
const AFTER_SCHOOL = '16:00';

/** Signs everybody in once: a token is good for 30 days of the machine's own time. */
async function makeRememberingIssuer(): Promise<Issuer> {
  const issuer = await makeIssuer();
  const tokens = new Map<string, Promise<string>>();
  const claims = new Map<string, ReturnType<Issuer['verify']>>();
  const once = <T>(known: Map<string, T>, key: string, make: () => T): T => {
    const found = known.get(key) ?? make();
    known.set(key, found);
    return found;
  };
  return {
    tokenFor: (subject) => once(tokens, subject.email ?? subject.personId, () => issuer.tokenFor(subject)),
    verify: (token) => once(claims, token, () => issuer.verify(token)),
  };
}

/** Lives so many weeks. The cloud is left running, to be looked at; whoever asked for it stops it. */
export async function simulate({ seed, weeks, onWeek, onFailure }: SimulationOptions): Promise<Simulated> {
  const secret = 'a secret of simulations, of 32 letters';
  const deployment = readTemplate(await synthesize(), { publicUrl: 'http://localhost:3000', secret });
  const database = makeMemoryTable(deployment.tableName);
  const clock = makeClock({ startsAt: atLondon(FIRST_DAY, '08:00'), isFrozen: true });
  const cloud = await makeCloud({
    database,
    deployment,
    clock,
    issuer: await makeRememberingIssuer(),
    seed,
    awaitsBegin: true,
    ...(onFailure && { onFailure }),
  });
  const newId = (): string => uuidv7(clock.now());
  for await (const _line of importSample(SAMPLE_FOLDER, {
    store: cloud.store,
    clock: clock.now,
    newId,
    birthKey: secret,
  }));
  const calendar = await readCalendar(cloud.store);
  await cloud.begin({ isNewTable: true });
  await cloud.settle();

  const chance = makeChance(seed);
  const chronicle = makeChronicle(database, calendar);
  const people = makePeople({ cloud, calendar, chance, lead: TRUST_LEAD });
  const kinds = new Set(registry.map(({ kind }) => kind));
  const story = makeStory({ people, calendar, chance, note: chronicle.note, kinds, admin: ADMIN, lead: TRUST_LEAD });
  await people.meet();

  const closed: Week[] = [];
  let from: Day = FIRST_DAY;
  let mailsRead = 0;
  let mailsBefore = 0;
  let today = FIRST_DAY;
  const last = DAYS_OF_FIRST_WEEK + (weeks - 1) * 7 - 1;
  for (let n = 0; n <= last; n += 1) {
    today = addDays(FIRST_DAY, n);
    await cloud.advance(atLondon(today, AFTER_SCHOOL));
    const sent = cloud.mailbox.sent();
    for (const { to } of sent.slice(mailsRead)) people.hear(to, today);
    mailsRead = sent.length;
    if (isSchoolDay(calendar, today)) {
      await story.tell(today);
      await people.work(today);
    }
    await cloud.settle();
    await chronicle.read();
    chronicle.closeDay(today);
    if (isSunday(today)) {
      const mails = cloud.mailbox.sent().length;
      const week = chronicle.closeWeek({ week: closed.length + 1, from, today, mails: mails - mailsBefore });
      mailsBefore = mails;
      closed.push(week);
      onWeek?.(week);
      from = addDays(today, 1);
      // Whoever watches gets a word in: everything else here is one long run of promises.
      await new Promise((done) => setImmediate(done));
    }
  }
  return { cloud, table: database, calendar, weeks: closed, tally: people.tally, today };
}

const isSunday = (on: Day): boolean => Temporal.PlainDate.from(on).dayOfWeek === 7;
