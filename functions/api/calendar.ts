/** The trust's calendar: the academic years on file and the policy of due times. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import {
  CalendarYear,
  calendarProblems,
  defaultPolicy,
  Policy,
  parseCalendarFile,
  parsePolicy,
} from '../../workflows/kernel/calendar.ts';
import { type Part, put, update } from '../../workflows/kernel/change.ts';
import type { CalendarYearRecord, PolicyRecord } from '../../workflows/kernel/records.ts';
import { type FieldError, isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { mayPutCalendar } from '../../workflows/kernel/rights.ts';
import { dayOf } from '../../workflows/kernel/time.ts';
import { TooBusy } from '../world.ts';
import { committed } from './command.ts';
import { type Answer, type ApiContext, type Asked, type Route, route } from './route.ts';

const ATTEMPTS = 5;

const YearShape = CalendarYear.meta({ id: 'CalendarYear' });
const PolicyShape = Policy.meta({ id: 'Policy' });

const WholeCalendar = z
  .object({
    years: z.array(YearShape),
    policy: PolicyShape,
    versions: z
      .record(z.string(), z.int())
      .meta({ description: 'By academic year, and `policy`: for `If-Match`. 0: never put, the default holds' }),
  })
  .meta({ id: 'Calendar' });

const calendar = route({
  method: 'GET',
  path: '/calendar',
  tag: 'Calendar',
  summary: 'Terms, bank holidays, INSET days, NPQ cohorts and review cycles of every year on file, and the policy',
  answers: { status: 200, schema: WholeCalendar, description: 'The calendar' },
  async answer({ store }) {
    const [years, policy] = await Promise.all([store.calendarYears(), store.policy()]);
    return {
      status: 200,
      body: {
        years: years.map(({ year }) => year),
        policy: policy?.policy ?? defaultPolicy,
        versions: {
          ...Object.fromEntries(years.map(({ academicYear, version }) => [academicYear, version])),
          policy: policy?.version ?? 0,
        },
      },
    };
  },
});

const mayPut = ({ clock }: ApiContext, { caller }: Asked): Rejection | undefined =>
  mayPutCalendar(caller, dayOf(clock()))
    ? undefined
    : reject('not-allowed', "The calendar is kept by the trust's administrator and its CPD lead. Ask one of them.");

const stale = (): Rejection =>
  reject('stale-version', 'Somebody changed the calendar meanwhile. Read it again, then put yours.');

const invalid = (errors: readonly FieldError[]): Rejection => {
  const first = errors[0];
  const where = first?.path ? `${first.path}: ` : '';
  return reject(
    'invalid-fields',
    `The calendar was not changed. ${where}${first?.message ?? 'It does not fit.'}`,
    errors,
  );
};

/** Reads, decides what to write, commits; again where somebody else was faster, unless the caller named a version. */
async function putting(
  context: ApiContext,
  asked: Asked,
  decide: () => Promise<{ readonly parts: readonly Part[]; readonly answer: Answer } | Rejection>,
): Promise<Answer | Rejection> {
  const refused = mayPut(context, asked);
  if (refused) return refused;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const decided = await decide();
    if (isRejection(decided)) return decided;
    const result = await committed(context, { parts: decided.parts }, asked, decided.answer);
    if (result !== undefined) return result;
  }
  throw new TooBusy('others changed the calendar each time');
}

/** What live processes count on: it may be changed, and it must not go. */
function missingFrom(before: CalendarYear | undefined, after: CalendarYear): readonly FieldError[] {
  return (['npqCohorts', 'learningReviewCycles'] as const).flatMap((list) => {
    const kept = new Set(after[list].map(({ id }) => id));
    return (before?.[list] ?? [])
      .filter(({ id }) => !kept.has(id))
      .map(({ id }) => ({ path: list, message: `${id} is missing. Change its dates if you like, but keep it.` }));
  });
}

const putYear = route({
  method: 'PUT',
  path: '/calendar/{academicYear}',
  tag: 'Calendar',
  summary:
    'Puts one academic year: a file of the sample is the body. A `policy` in it counts where none is on file yet, and is otherwise refused unless it is the same',
  body: YearShape,
  isBodyOpen: true,
  answers: { status: 200, schema: YearShape, description: 'The year as it is on file now; 201 where it is new' },
  answer: (context, asked) =>
    putting(context, asked, async () => {
      const file = parseCalendarFile(asked.body);
      if ('errors' in file) return invalid(file.errors);
      const { year, policy } = file;
      if (year.academicYear !== asked.params['academicYear'])
        return invalid([
          { path: 'academicYear', message: `This is ${year.academicYear}, the address says another year.` },
        ]);
      const [records, policyBefore] = await Promise.all([context.store.calendarYears(), context.store.policy()]);
      const before = records.find(({ academicYear }) => academicYear === year.academicYear);
      if (asked.ifMatch !== undefined && asked.ifMatch !== before?.version) return stale();
      const others = records.filter((record) => record !== before).map((record) => CalendarYear.parse(record.year));
      const problems = calendarProblems([...others, year]);
      if (problems.length > 0) return invalid(problems);
      const missing = missingFrom(before && CalendarYear.parse(before.year), year);
      if (missing.length > 0)
        return reject(
          'cohort-in-use',
          `The calendar was not changed. ${missing[0]?.path}: ${missing[0]?.message} Applications and reviews rely on it.`,
          missing,
        );
      if (policy && policyBefore && !isDeepStrictEqual(policy, Policy.parse(policyBefore.policy)))
        return invalid([
          {
            path: 'policy',
            message: 'This is not the policy on file. Leave it out here, and put it with PUT /calendar/policy.',
          },
        ]);
      const after: CalendarYearRecord = {
        type: 'calendar-year',
        academicYear: year.academicYear,
        version: (before?.version ?? 0) + 1,
        year,
      };
      const firstPolicy: PolicyRecord | undefined =
        policy && !policyBefore ? { type: 'policy', version: 1, policy } : undefined;
      return {
        parts: [
          before ? update('year', before, after, { version: before.version }) : put('year', after),
          ...(firstPolicy ? [put('policy', firstPolicy)] : []),
        ],
        answer: { status: before ? 200 : 201, body: year, version: after.version },
      };
    }),
});

const putPolicy = route({
  method: 'PUT',
  path: '/calendar/policy',
  tag: 'Calendar',
  summary: 'Puts the policy of due times and reminders; open tasks follow it from the next morning on',
  body: PolicyShape,
  isBodyOpen: true,
  answers: { status: 200, schema: PolicyShape, description: 'The policy as it is on file now; 201 where none was' },
  answer: (context, asked) =>
    putting(context, asked, async () => {
      const policy = parsePolicy(asked.body);
      if ('errors' in policy) return invalid(policy.errors);
      const before = await context.store.policy();
      if (asked.ifMatch !== undefined && asked.ifMatch !== (before?.version ?? 0)) return stale();
      const after: PolicyRecord = { type: 'policy', version: (before?.version ?? 0) + 1, policy };
      return {
        parts: [before ? update('policy', before, after, { version: before.version }) : put('policy', after)],
        answer: { status: before ? 200 : 201, body: policy, version: after.version },
      };
    }),
});

export const calendarRoutes: readonly Route[] = [calendar, putPolicy, putYear];
