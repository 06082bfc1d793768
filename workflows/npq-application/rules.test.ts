import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  calendar,
  corin,
  evie,
  hazel,
  OAKFIELD,
  personOf,
  RIVERSIDE,
  robin,
  rowan,
  ST_ALDHELM,
  sam,
  schools,
  sienna,
  sunil,
  terry,
  type WorldOptions,
  wednesday,
  worldOf,
  zoe,
} from '../../test/world.ts';
import { addSchoolDays, cohort, cohorts, makeCalendar, type NpqCohort } from '../kernel/calendar.ts';
import { parsedForm } from '../kernel/decide.ts';
import { resolveDecider } from '../kernel/people.ts';
import type { Acted, Answered, Effect, Form, Started, View } from '../kernel/process.ts';
import { type Person, type Process, type Qualification, TRUST, type Wait } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { addDays, atLondon, type Day, day, dayOf, instant } from '../kernel/time.ts';
import {
  courseIds,
  courseOf,
  courses,
  deferralReasons,
  detailsOf,
  eligibleEstablishmentTypes,
  fundingCodes,
  fundingRoutes,
  headteacherStatuses,
  isSameCourse,
  providerIds,
  providers,
  rejectionReasons,
  scheduleIds,
  schedulesFor,
  withdrawalReasons,
} from '../npq/courses.ts';
import { acceptedGuard } from '../npq/effects.ts';
import { fundingFor, fundingOfCode, isPreviouslyFunded } from './funding.ts';
import { actions, process as declaration, tasks, timers } from './process.ts';
import {
  discreet,
  fundingNow,
  laterCohorts,
  liveGuard,
  onEnd,
  onSubjectLeft,
  onSubjectMoved,
  otherProviders,
} from './rules.ts';
import { ApplicationData, StartForm } from './schemas.ts';
import { findings, fundingSentences, texts } from './texts.ts';

type ApplicationView = View<ApplicationData>;
type TaskKey = keyof typeof tasks;

// How these tests speak

const autumn = cohortOnFile('2026b');
const spring = cohortOnFile('2027a');
const nextAutumn = cohortOnFile('2027b');

function cohortOnFile(id: string): NpqCohort {
  const found = cohort(calendar, id);
  if (!found) throw new Error(`The sample has no cohort ${id}`);
  return found;
}

const application: ApplicationData = {
  courseId: 'npq-headship',
  cohortId: '2026b',
  providerId: 'teach-first',
  motivation: 'I want to lead a school one day.',
  fundingRoute: 'dfe-scholarship',
  headteacherStatus: null,
  trn: null,
  funding: fundingOfCode('funded'),
  changesRequested: null,
  isSchoolAskedToPay: false,
  endorsement: null,
  endorsementWithdrawal: null,
  approval: null,
  declinedBy: null,
  declineReason: null,
  registration: null,
  acceptance: null,
  rejection: null,
  deferral: null,
  withdrawal: null,
};

const endorsement = {
  endorsedBy: 'sienna',
  endorsedOn: day('2026-09-10'),
  isReleaseAgreed: true,
  isCoverAgreed: true,
  schoolWillPay: null,
  priceInPounds: null,
  carriedOverFrom: null,
};
const approval = {
  approvedBy: 'rowan',
  approvedOn: day('2026-09-11'),
  fundingSource: 'dfe-scholarship' as const,
  secondNpqReason: null,
  isByEndorser: false,
  carriedOverFrom: null,
};
const registration = { registeredOn: day('2026-09-14'), reference: null, recordedBy: 'zoe' };
const acceptance = {
  acceptedOn: day('2026-09-15'),
  fundedPlace: true,
  isFunded: true,
  startsOn: day('2026-12-14'),
  scheduleId: 'npq-leadership-autumn' as const,
  isTrnPending: false,
};

let made = 0;
const processOf = (data: ApplicationData, more: Partial<Process> = {}): Process => ({
  type: 'process',
  processId: `p${++made}`,
  kind: 'npq-application',
  status: 'active',
  version: 3,
  step: 2,
  wait: 'endorse',
  stage: 'endorsement',
  run: '1-abcdef',
  runAt: instant('2026-09-10T08:00:00Z'),
  restarts: 0,
  lastSeq: 3,
  lastHash: '',
  subjectId: 'zoe',
  schoolId: OAKFIELD,
  ruleSet: data.cohortId,
  startedBy: 'zoe',
  startedAt: instant('2026-09-10T08:00:00Z'),
  data,
  ...more,
});

interface At extends WorldOptions {
  readonly subject?: Person;
  readonly data?: Partial<ApplicationData>;
  readonly process?: Partial<Process>;
  readonly history?: readonly Wait[];
}

const waitKeyOf = (key: TaskKey): string => tasks[key].key;

/** An application that stands at a task, opened this morning. */
function at(
  key: TaskKey,
  { subject = zoe, data = {}, process = {}, history = [], ...options }: At = {},
): ApplicationView {
  const parsed = ApplicationData.parse({ ...application, ...data });
  const world = worldOf(subject, options);
  const { stage } = tasks[key];
  const record = processOf(parsed, { subjectId: subject.personId, wait: waitKeyOf(key), stage, ...process });
  const wait: Wait = {
    type: 'wait',
    processId: record.processId,
    step: record.step,
    wait: waitKeyOf(key),
    kind: 'task',
    state: 'open',
    stage,
    processKind: record.kind,
    subjectId: record.subjectId,
    schoolId: record.schoolId,
    openedAt: world.now,
  };
  return { process: record, data: parsed, world, wait, history };
}

type Result = Answered<ApplicationData> | Rejection;

/** Answers as the kernel does: the form that is offered now, then the rule. */
function answer(
  view: ApplicationView,
  key: TaskKey,
  outcome: string,
  sent: Record<string, unknown> = {},
  actor: Person | null = null,
): Result {
  const task = tasks[key];
  const fields = parsedForm(formOf(view, key, outcome), sent);
  if (isRejection(fields)) return fields;
  return (task.answer as (v: ApplicationView, o: string, f: object, a: Person | null) => Result)(
    view,
    outcome,
    fields,
    actor ?? view.world.subject,
  );
}

function answered(result: Result): Answered<ApplicationData> {
  if (isRejection(result)) throw new Error(`refused: ${result.rejected} ${result.detail}`);
  return result;
}

function begin(sent: Record<string, unknown>, actor: Person = zoe, options: WorldOptions & { subject?: Person } = {}) {
  const fields = parsedForm(StartForm, {
    courseId: 'npq-headship',
    cohortId: '2026b',
    motivation: 'I want to lead.',
    fundingRoute: 'dfe-scholarship',
    ...sent,
  });
  if (isRejection(fields)) return fields;
  return declaration.start(fields, actor, worldOf(options.subject ?? actor, options));
}

function started(result: Started<ApplicationData> | Rejection): Started<ApplicationData> {
  if (isRejection(result)) throw new Error(`refused: ${result.rejected} ${result.detail}`);
  return result;
}

const codeOf = (result: object): string | undefined => (isRejection(result) ? result.rejected : undefined);
const messagesOf = (result: object): readonly string[] =>
  isRejection(result) ? (result.errors ?? []).map(({ path, message }) => `${path}: ${message}`) : [];

const effectsOf = <K extends Effect['effect']>(
  result: { readonly effects?: readonly Effect[] },
  kind: K,
): readonly Extract<Effect, { effect: K }>[] =>
  (result.effects ?? []).filter((one): one is Extract<Effect, { effect: K }> => one.effect === kind);
const toldTo = (result: { readonly effects?: readonly Effect[] }): readonly string[] =>
  effectsOf(result, 'tell').map(({ personId, code }) => `${personId}: ${code}`);

const codes = (found: readonly { code: string }[] | undefined): readonly string[] =>
  (found ?? []).map(({ code }) => code);
const actNow = (
  view: ApplicationView,
  action: keyof typeof actions,
  sent: Record<string, unknown>,
  actor: Person,
): Acted<ApplicationData> | Rejection => {
  const spec = declaration.actions[action];
  const refused = 'refusedNow' in spec ? spec.refusedNow(view) : undefined;
  if (refused) return refused;
  const form = parsedForm(spec.form(view), sent);
  return isRejection(form) ? form : spec.act(view, form, actor);
};
function acted(result: Acted<ApplicationData> | Rejection): Acted<ApplicationData> {
  if (isRejection(result)) throw new Error(`refused: ${result.rejected} ${result.detail}`);
  return result;
}

/** The form of an outcome as it is offered now. */
function formOf(view: ApplicationView, key: TaskKey, outcome: string): Form {
  const form = (tasks[key].outcomes as Record<string, ((view: ApplicationView) => Form) | null>)[outcome];
  if (!form) throw new Error(`${outcome} is not chosen by anybody`);
  return form(view);
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly formatMinimum?: string;
  readonly formatMaximum?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** What a client sees of a form. */
const jsonSchemaOf = (form: Form): JsonSchema => z.toJSONSchema(form, { io: 'input' }) as JsonSchema;

// The catalogue

describe('the catalogue', () => {
  it('has the twelve identifiers of the DfE, the six that the trust named first', () => {
    expect(courseIds).toHaveLength(12);
    expect(courses.slice(0, 6).map(({ shortCode }) => shortCode)).toEqual([
      'NPQLTD',
      'NPQLT',
      'NPQLBC',
      'NPQSL',
      'NPQH',
      'NPQEL',
    ]);
    expect(courseOf('npq-leading-teaching-development').name).toBe('Leading Teacher Development');
    expect(providers).toHaveLength(8);
  });

  it('gives specialist courses no second retention point', () => {
    for (const { group, declarationTypes } of courses) {
      expect((declarationTypes as readonly string[]).includes('retained-2')).toBe(group !== 'specialist');
    }
  });

  it('counts the coaching offer and the additional support offer as one course', () => {
    expect(isSameCourse('npq-early-headship-coaching-offer', 'npq-additional-support-offer')).toBe(true);
    expect(isSameCourse('npq-headship', 'npq-senior-leadership')).toBe(false);
  });

  it('keeps the full stop in the one reason of the DfE that has one', () => {
    expect(withdrawalReasons).toHaveLength(21);
    expect(withdrawalReasons.filter((reason) => reason.endsWith('.'))).toEqual([
      'quality-of-programme-structure-not-suitable.',
    ]);
  });

  it('lists 30 kinds of school', () => {
    expect(eligibleEstablishmentTypes.size).toBe(30);
    for (const code of ['28', '34', '35']) expect(eligibleEstablishmentTypes.has(code)).toBe(true);
  });

  it('invents no price and no date, and shows those that are published', () => {
    expect(detailsOf('npq-headship', 'teach-first', '2026b')).toMatchObject({
      priceInPounds: null,
      liveSessionsOn: [],
      assessment: null,
    });
    const published = [
      {
        cohortId: '2026b',
        courseId: 'npq-headship' as const,
        providerId: 'teach-first' as const,
        priceInPounds: 1000,
        liveSessionsOn: [],
        assessment: null,
      },
    ];
    expect(detailsOf('npq-headship', 'teach-first', '2026b', published).priceInPounds).toBe(1000);
  });
});

// Funding

const caseOf = (
  courseId: (typeof courseIds)[number],
  schoolId: string,
  more: Partial<Parameters<typeof fundingFor>[0]> = {},
) =>
  fundingFor({
    course: courseOf(courseId),
    cohort: autumn,
    schoolId,
    school: schools.find((school) => school.schoolId === schoolId),
    isPreviouslyFunded: false,
    headteacherStatus: null,
    ...more,
  });

describe('funding by the DfE', () => {
  it('hard case 10: at a school on no list Headship and Senior Leadership are funded, five others are not', () => {
    for (const courseId of [
      'npq-headship',
      'npq-senior-leadership',
      'npq-senco',
      'npq-early-years-leadership',
    ] as const) {
      expect(caseOf(courseId, OAKFIELD)).toMatchObject({ code: 'funded', isEligible: true });
    }
    for (const courseId of [
      'npq-executive-leadership',
      'npq-leading-teaching',
      'npq-leading-teaching-development',
      'npq-leading-behaviour-culture',
      'npq-leading-literacy',
      'npq-leading-primary-mathematics',
    ] as const) {
      expect(caseOf(courseId, OAKFIELD).code).toBe('ineligible_establishment_not_a_pp50');
      expect(caseOf(courseId, ST_ALDHELM).code).toBe('funded');
    }
  });

  it('hard case 11: a school on the RISE list is funded, whatever kind of school it is', () => {
    const odd = {
      type: 'school' as const,
      version: 1,
      schoolId: RIVERSIDE,
      name: 'Riverside',
      establishmentTypeCode: '11',
    };
    expect(caseOf('npq-leading-teaching', RIVERSIDE, { school: odd }).code).toBe('funded');
    expect(caseOf('npq-leading-teaching', OAKFIELD, { school: { ...odd, schoolId: OAKFIELD } }).code).toBe(
      'ineligible_establishment_type',
    );
  });

  it('hard case 12: funded once and withdrawn is funded never again, but somebody else may pay', () => {
    const held: Qualification = {
      courseId: 'npq-leading-teaching',
      cohortId: '2023b',
      outcome: 'withdrawn',
      isFunded: true,
    };
    const again = { ...zoe, qualifications: [held] };
    const { data } = started(begin({ courseId: 'npq-leading-teaching', fundingRoute: 'self' }, again));
    expect(data.funding).toEqual({
      code: 'previously_funded',
      sentence: fundingSentences.previously_funded,
      isEligible: false,
    });
    const view = at('approve', { subject: again, data: { ...data, endorsement } });
    expect(answered(answer(view, 'approve', 'approved', { fundingSource: 'self' }, rowan)).outcome).toBe('approved');
    expect(codeOf(answer(view, 'approve', 'approved', { fundingSource: 'dfe-scholarship' }, rowan))).toBe(
      'invalid-fields',
    );
  });

  it('hard case 12: the coaching offer was funded as the additional support offer', () => {
    const held = { courseId: 'npq-additional-support-offer', isFunded: true };
    expect(isPreviouslyFunded('npq-early-headship-coaching-offer', [held])).toBe(true);
    expect(isPreviouslyFunded('npq-early-headship-coaching-offer', [{ ...held, isFunded: false }])).toBe(false);
    expect(isPreviouslyFunded('npq-headship', [held])).toBe(false);
  });

  it('hard case 5: another cohort of a course that is funded already is allowed and not funded', () => {
    const first = processOf({ ...application, cohortId: '2026b', endorsement, approval, registration, acceptance });
    const result = started(begin({ cohortId: '2027b' }, zoe, { others: [first], today: day('2027-06-02') }));
    expect(result.data.funding.code).toBe('previously_funded');
    expect(started(begin({ cohortId: '2027b' }, zoe, { today: day('2027-06-02') })).data.funding.code).toBe('funded');
  });

  it('funds nothing in an unfunded cohort, whatever else holds', () => {
    expect(caseOf('npq-headship', RIVERSIDE, { cohort: spring, isPreviouslyFunded: true }).code).toBe(
      'unfunded_cohort',
    );
  });

  it('asks for a review where the cohort has no list yet and the course needs one', () => {
    expect(caseOf('npq-leading-teaching', ST_ALDHELM, { cohort: nextAutumn })).toMatchObject({
      code: 'subject_to_review',
      isEligible: false,
    });
    expect(caseOf('npq-headship', ST_ALDHELM, { cohort: nextAutumn }).code).toBe('funded');
  });

  it('asks for a review where the kind of school is not on record', () => {
    expect(caseOf('npq-headship', OAKFIELD, { school: undefined }).code).toBe('subject_to_review');
  });

  it('funds the coaching offer in the first five years as a head only', () => {
    const offer = 'npq-early-headship-coaching-offer';
    const codesByStatus = headteacherStatuses.map(
      (status) => caseOf(offer, OAKFIELD, { headteacherStatus: status }).code,
    );
    const not = 'not_new_headteacher_requesting_ehco';
    expect(codesByStatus).toEqual([not, 'funded', 'funded', not, 'funded', not]);
    expect(caseOf(offer, OAKFIELD).code).toBe('subject_to_review');
  });

  it('funds nobody outside England, and nobody without a school', () => {
    const welsh = { type: 'school' as const, version: 1, schoolId: OAKFIELD, name: 'W', establishmentTypeCode: '30' };
    expect(caseOf('npq-headship', OAKFIELD, { school: welsh }).code).toBe('not_in_england');
    expect(
      caseOf('npq-headship', OAKFIELD, { school: { ...welsh, establishmentTypeCode: '34', laCode: '673' } }).code,
    ).toBe('not_in_england');
    expect(caseOf('npq-headship', TRUST, { school: undefined }).code).toBe('ineligible_institution_type');
  });

  it('reads the codes of the register with and without a leading zero', () => {
    const school = { type: 'school' as const, version: 1, schoolId: OAKFIELD, name: 'C', establishmentTypeCode: '01' };
    expect(caseOf('npq-headship', OAKFIELD, { school }).code).toBe('funded');
  });

  it('answers every question with a code that has a sentence, and is eligible only where it says so', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...courses),
        fc.constantFrom(...cohorts(calendar)),
        fc.constantFrom('zero' as const, 'capped' as const, 'full' as const),
        fc.constantFrom(OAKFIELD, ST_ALDHELM, RIVERSIDE, TRUST),
        fc.option(fc.record({ establishmentTypeCode: fc.string(), laCode: fc.string() }), { nil: undefined }),
        fc.boolean(),
        fc.constantFrom(null, ...headteacherStatuses),
        (course, about, funding, schoolId, columns, wasFunded, headteacherStatus) => {
          const school = columns && { type: 'school' as const, version: 1, schoolId, name: 'S', ...columns };
          const result = fundingFor({
            course,
            cohort: { ...about, funding },
            schoolId,
            school,
            isPreviouslyFunded: wasFunded,
            headteacherStatus,
          });
          expect(fundingCodes).toContain(result.code);
          expect(result.sentence).toBe(fundingSentences[result.code]);
          expect(result.isEligible).toBe(result.code === 'funded');
        },
      ),
    );
  });
});

// Start

describe('starting an application', () => {
  it('goes to the headteacher at once', () => {
    const result = started(begin({}));
    expect(result).toMatchObject({ wait: 'endorse', subjectId: 'zoe', schoolId: OAKFIELD, ruleSet: '2026b' });
    expect(result.data).toMatchObject({ providerId: 'teach-first', funding: { code: 'funded' }, trn: null });
  });

  it('is a draft where asked for, where a lead starts it, and before the cohort opens', () => {
    expect(started(begin({ draft: true })).wait).toBe('submit');
    expect(started(begin({ personId: 'zoe' }, sam, { subject: zoe })).wait).toBe('submit');
    expect(started(begin({ providerId: 'llse', cohortId: '2027a' })).wait).toBe('submit');
  });

  it('is for the lead of that school, not of another', () => {
    const both = personOf('Both', { posts: [{ schoolId: ST_ALDHELM }, { schoolId: OAKFIELD, fte: 0.4 }] });
    expect(started(begin({ personId: 'both' }, sam, { subject: both })).schoolId).toBe(OAKFIELD);
    expect(started(begin({ personId: 'both' }, sunil, { subject: both })).schoolId).toBe(ST_ALDHELM);
    expect(codeOf(begin({ personId: 'both', schoolId: ST_ALDHELM }, sam, { subject: both }))).toBe('not-allowed');
    expect(codeOf(begin({ personId: 'both' }, evie, { subject: both }))).toBe('not-allowed');
  });

  it('hard case 94: two posts are one person, who applies under the post with most hours or the one they name', () => {
    const both = personOf('Both', {
      posts: [
        { schoolId: ST_ALDHELM, fte: 0.4 },
        { schoolId: OAKFIELD, fte: 0.6 },
      ],
    });
    expect(started(begin({}, both)).schoolId).toBe(OAKFIELD);
    expect(started(begin({ schoolId: ST_ALDHELM }, both)).schoolId).toBe(ST_ALDHELM);
    expect(messagesOf(begin({ schoolId: RIVERSIDE }, both))).toEqual([expect.stringMatching(/^schoolId: /)]);
  });

  it('asks central staff for the school they register under', () => {
    expect(messagesOf(begin({}, rowan))).toEqual([expect.stringMatching(/^schoolId: /)]);
    expect(messagesOf(begin({ schoolId: '999999' }, rowan))).toEqual([expect.stringMatching(/^schoolId: /)]);
    expect(started(begin({ schoolId: RIVERSIDE }, rowan)).schoolId).toBe(RIVERSIDE);
  });

  it('needs a current post: hard case 96, the last day counts', () => {
    const leaver = personOf('Leaver', { posts: [{ schoolId: OAKFIELD, endsOn: wednesday }] });
    expect(codeOf(begin({}, leaver))).toBeUndefined();
    expect(codeOf(begin({}, leaver, { today: addDays(wednesday, 1) }))).toBe('no-current-post');
    expect(codeOf(begin({}, corin))).toBe('no-current-post');
  });

  it('hard case 14: a closed cohort cannot be chosen; a draft can be kept and not submitted', () => {
    expect(codeOf(begin({ cohortId: '2026a', providerId: 'llse' }))).toBe('cohort-closed');
    const draft = started(begin({ cohortId: '2026a', providerId: 'llse', draft: true }));
    expect(codeOf(answer(at('submit', { data: draft.data }), 'submit', 'submitted'))).toBe('cohort-closed');
  });

  it('hard case 14: a provider that does not offer the course in the cohort cannot be chosen', () => {
    expect(codeOf(begin({ cohortId: '2027a' }))).toBe('not-offered');
    expect(codeOf(begin({ courseId: 'npq-additional-support-offer' }))).toBe('not-offered');
  });

  it('answers an unknown id as a field to look at again', () => {
    for (const sent of [
      { courseId: 'npq-knitting' },
      { cohortId: '2099z' },
      { providerId: 'acme' },
      { fundingRoute: 'lottery' },
      { trn: '123456' },
      { schoolId: 'trust' },
      { unknown: 1 },
    ])
      expect(codeOf(begin(sent))).toBe('invalid-fields');
  });

  it('keeps no course for somebody who has passed it', () => {
    const passed: Qualification = { courseId: 'npq-headship', cohortId: '2023b', outcome: 'passed', isFunded: false };
    expect(codeOf(begin({}, { ...zoe, qualifications: [passed] }))).toBe('already-passed');
    expect(codeOf(begin({}, { ...zoe, qualifications: [{ ...passed, outcome: 'failed' }] }))).toBeUndefined();
  });

  it('hard case 31: a second one of the same is refused, seen or at the same moment', () => {
    const first = started(begin({}));
    const guard = liveGuard('zoe', first.data);
    expect(guard).toBe('npq#zoe#npq-headship#2026b#teach-first');
    expect(effectsOf(first, 'claim')).toEqual([
      { effect: 'claim', guard, rejection: expect.objectContaining({ rejected: 'duplicate-application' }) },
    ]);
    expect(codeOf(begin({}, zoe, { others: [processOf(first.data)] }))).toBe('duplicate-application');
    expect(codeOf(begin({}, zoe, { others: [processOf(first.data, { status: 'paused' })] }))).toBe(
      'duplicate-application',
    );
    const ended = processOf(first.data, { status: 'stopped', outcome: 'withdrawn' });
    expect(codeOf(begin({}, zoe, { others: [ended] }))).toBeUndefined();
  });

  it('hard case 5: another provider or cohort of the same course is allowed, with a finding on both', () => {
    const first = processOf(application);
    const second = started(begin({ providerId: 'ucl-institute-of-education' }, zoe, { others: [first] }));
    const onSecond = at('endorse', { data: second.data, others: [first] });
    const onFirst = at('endorse', { others: [processOf(second.data)] });
    expect(codes(tasks.endorse.findings?.(onSecond))).toContain('other-application');
    expect(codes(tasks.endorse.findings?.(onFirst))).toContain('other-application');
  });

  it('takes a TRN with spaces as seven digits, and keeps its zeros', () => {
    const result = started(begin({ trn: '01 23 456' }));
    expect(result.data.trn).toBe('0123456');
    expect(effectsOf(result, 'record-trn')).toEqual([{ effect: 'record-trn', trn: '0123456' }]);
    for (const trn of ['0000000', '123456', '12345678', 'abcdefg', '１２３４５６７'])
      expect(codeOf(begin({ trn }))).toBe('invalid-fields');
  });

  it('hard case 3: a TRN is recorded as the person’s, so that a second holder is refused', () => {
    const known = { ...zoe, trn: '1234567' };
    expect(started(begin({}, known)).data.trn).toBe('1234567');
    expect(effectsOf(started(begin({ trn: '1234567' }, known)), 'record-trn')).toEqual([]);
    expect(messagesOf(begin({ trn: '7654321' }, known))).toEqual([expect.stringMatching(/^trn: /)]);
    expect(effectsOf(started(begin({ trn: '7654321' })), 'record-trn')).toHaveLength(1);
  });

  it('trims what people write and refuses what is empty, too long or broken', () => {
    expect(started(begin({ motivation: '  because  ' })).data.motivation).toBe('because');
    for (const motivation of ['', '   ', 'x'.repeat(4001), '\ud800', 7, null])
      expect(codeOf(begin({ motivation }))).toBe('invalid-fields');
    expect(codeOf(begin({ motivation: 'x'.repeat(4000) }))).toBeUndefined();
  });
});

// Draft

describe('submitting a draft', () => {
  const draft = (today: Day) => at('submit', { today, data: { cohortId: '2027a', providerId: 'llse' } });

  it('is possible while the cohort is open, both days included', () => {
    expect(codeOf(answer(draft(addDays(spring.registrationOpens, -1)), 'submit', 'submitted'))).toBe('cohort-not-open');
    expect(answered(answer(draft(spring.registrationOpens), 'submit', 'submitted')).outcome).toBe('submitted');
    expect(answered(answer(draft(spring.providerDeadline), 'submit', 'submitted')).outcome).toBe('submitted');
    expect(codeOf(answer(draft(addDays(spring.providerDeadline, 1)), 'submit', 'submitted'))).toBe('cohort-closed');
  });

  it('lets the applicant change what a lead wrote', () => {
    const { data } = answered(
      answer(at('submit'), 'submit', 'submitted', {
        motivation: 'My own words.',
        fundingRoute: 'self',
        trn: '1234567',
      }),
    );
    expect(data).toMatchObject({ motivation: 'My own words.', fundingRoute: 'self', trn: '1234567' });
  });

  it('asks for the TRN only where it is not on record', () => {
    const form = (subject: Person) => jsonSchemaOf(formOf(at('submit', { subject }), 'submit', 'submitted'));
    expect(form(zoe).properties).toHaveProperty('trn');
    expect(form({ ...zoe, trn: '1234567' }).properties).not.toHaveProperty('trn');
  });
});

// Endorsement

const yes = { isReleaseAgreed: true, isCoverAgreed: true };

describe('endorsing', () => {
  it('hard case 18: a headteacher’s own application goes to the chair of the local committee', () => {
    const view = at('endorse', { subject: sienna });
    const decided = resolveDecider(
      tasks.endorse.decider(view),
      { subject: sienna, schoolId: OAKFIELD },
      view.world.directory,
      wednesday,
    );
    expect(decided.eligible.map(({ personId }) => personId)).toEqual(['corin']);
  });

  it('hard case 18: the executive’s own goes to the chair of the trust board', () => {
    const view = at('endorse', { subject: hazel });
    const about = { subject: hazel, schoolId: OAKFIELD };
    const decided = resolveDecider(tasks.endorse.decider(view), about, view.world.directory, wednesday);
    expect(decided.eligible.map(({ personId }) => personId)).toEqual(['terry']);
  });

  it('hard case 19: a head who is managed by the applicant does not decide', () => {
    const boss = personOf('Boss', { posts: [{ schoolId: OAKFIELD }] });
    const head = { ...sienna, posts: sienna.posts.map((post) => ({ ...post, lineManagerId: 'boss' })) };
    const view = at('endorse', { subject: boss, people: [head] });
    const about = { subject: boss, schoolId: OAKFIELD };
    const decided = resolveDecider(tasks.endorse.decider(view), about, view.world.directory, wednesday);
    expect(decided.eligible.map(({ personId }) => personId)).toEqual(['corin']);
  });

  it('asks whether the school pays where the route is the school or the DfE does not pay', () => {
    const requiredAt = (data: Partial<ApplicationData>) =>
      jsonSchemaOf(formOf(at('endorse', { data }), 'endorse', 'endorsed')).required;
    expect(requiredAt({})).toEqual(['isReleaseAgreed', 'isCoverAgreed']);
    const all = ['isReleaseAgreed', 'isCoverAgreed', 'schoolWillPay'];
    expect(requiredAt({ fundingRoute: 'school' })).toEqual(all);
    expect(requiredAt({ courseId: 'npq-leading-teaching' })).toEqual(all);
    expect(requiredAt({ isSchoolAskedToPay: true })).toEqual(all);
    expect(
      codeOf(answer(at('endorse', { data: { fundingRoute: 'school' } }), 'endorse', 'endorsed', yes, sienna)),
    ).toBe('invalid-fields');
  });

  it('shows price and dates as unknown, and how many of the school apply for the same cohort', () => {
    const colleague = processOf(application, { subjectId: 'sam' });
    const view = at('endorse', {
      atSchool: [
        colleague,
        processOf({ ...application, courseId: 'npq-senco' }, { subjectId: 'sam' }),
        processOf({ ...application, cohortId: '2027b' }, { subjectId: 'sienna' }),
      ],
    });
    const shown = Object.fromEntries((tasks.endorse.facts?.(view) ?? []).map(({ label, value }) => [label, value]));
    expect(shown).toMatchObject({
      NPQ: 'Headship (NPQH)',
      Price: 'Not known: ask the provider',
      'Live sessions': 'Not known: ask the provider',
      'Starts on': '14 December 2026',
      'Others of the school applying for the same cohort': '1 other person',
    });
  });

  it('tells the line manager when it opens, once at each school, and not a manager who is asked anyway', () => {
    expect(toldTo(tasks.endorse.onOpen?.(at('endorse')) ?? {})).toEqual(['sam: endorsement-opened']);
    const again = at('endorse', { history: [{ ...(at('endorse').wait as Wait), state: 'answered' }] });
    expect(toldTo(tasks.endorse.onOpen?.(again) ?? {})).toEqual([]);
    const asked = at('endorse', { subject: sam });
    const wait = { ...(asked.wait as Wait), candidate: { role: 'headteacher' as const, schoolId: OAKFIELD } };
    expect(toldTo(tasks.endorse.onOpen?.({ ...asked, wait }) ?? {})).toEqual([]);
  });

  it('keeps who endorsed and what was agreed', () => {
    const { data, outcome } = answered(
      answer(at('endorse'), 'endorse', 'endorsed', { ...yes, isCoverAgreed: false }, sienna),
    );
    expect(outcome).toBe('endorsed');
    expect(data.endorsement).toMatchObject({ endorsedBy: 'sienna', endorsedOn: wednesday, isCoverAgreed: false });
    expect(codes(tasks.approve.findings?.(at('approve', { data })))).toContain('cover-not-agreed');
  });

  it('is declined with a reason, which no message repeats', () => {
    expect(codeOf(answer(at('endorse'), 'endorse', 'declined', {}, sienna))).toBe('invalid-fields');
    const result = answered(answer(at('endorse'), 'endorse', 'declined', { reason: 'Not this year.' }, sienna));
    expect(result.data).toMatchObject({ declinedBy: 'endorsement', declineReason: 'Not this year.' });
    expect(JSON.stringify([result.effects, result.eventData])).not.toContain('Not this year.');
    expect(toldTo(onEnd({ ...at('endorse'), data: result.data }, 'declined'))).toEqual(['zoe: decision-ready']);
  });

  it('comes back to the head after the changes', () => {
    const asked = answered(
      answer(at('endorse'), 'endorse', 'changes-requested', { changes: 'Name a reason.' }, sienna),
    );
    const revising = at('revise', { data: asked.data });
    expect(tasks.revise.facts?.(revising)).toContainEqual({ label: 'What should change', value: 'Name a reason.' });
    const back = answered(answer(revising, 'revise', 'resubmitted', { motivation: 'A better one.' }));
    expect(back.data).toMatchObject({ changesRequested: null, motivation: 'A better one.' });
  });
});

describe('an application that came to nothing', () => {
  const ended = (outcome: string, endedOn: Day, data: Partial<ApplicationData> = {}, more: Partial<Process> = {}) =>
    processOf(
      { ...application, endorsement, approval, ...data },
      { status: 'stopped', outcome, endedAt: atLondon(endedOn, '10:00'), ...more },
    );
  const carriedOver = (options: At) => tasks.endorse.atOnce?.(at('endorse', options));

  it('lends endorsement and approval to a new one within 40 school days, and that is said', () => {
    const earlier = ended('rejected', day('2026-09-09'));
    const result = carriedOver({ others: [earlier], data: { providerId: 'llse' } });
    expect(result).toMatchObject({
      outcome: 'carried-over',
      data: {
        endorsement: { endorsedBy: 'sienna', carriedOverFrom: earlier.processId },
        approval: { fundingSource: 'dfe-scholarship', carriedOverFrom: earlier.processId },
      },
    });
    expect(toldTo(result ?? {})).toEqual([
      'zoe: carried-over',
      'sienna: decision-carried-over',
      'rowan: decision-carried-over',
    ]);
    const registering = at('registerWithDfe', { data: result?.data ?? {} });
    expect(codes(tasks.registerWithDfe.findings?.(registering))).toContain('carried-over');
  });

  it('lends them on the fortieth school day and no longer on the next', () => {
    const endedOn = day('2026-09-09');
    const last = addSchoolDays(calendar, endedOn, 40);
    const earlier = ended('lapsed', endedOn);
    expect(carriedOver({ others: [earlier], today: last })?.outcome).toBe('carried-over');
    expect(carriedOver({ others: [earlier], today: addSchoolDays(calendar, last, 1) })).toBeUndefined();
  });

  it('lends nothing from another school, course, cohort or end, nor twice', () => {
    const on = day('2026-09-09');
    for (const earlier of [
      ended('rejected', on, {}, { schoolId: ST_ALDHELM }),
      ended('rejected', on, { courseId: 'npq-senior-leadership' }),
      ended('rejected', on, { cohortId: '2027b' }),
      ended('withdrawn', on),
      ended('rejected', on, { approval: null }),
    ])
      expect(carriedOver({ others: [earlier] })).toBeUndefined();
    const again = { ...(at('endorse').wait as Wait), step: 1, state: 'answered' as const };
    expect(carriedOver({ others: [ended('rejected', on)], history: [again] })).toBeUndefined();
  });

  it('lends no approval that could not be given today', () => {
    const on = day('2026-09-09');
    const funded: Qualification = { courseId: 'npq-headship', cohortId: '2025b', outcome: 'failed', isFunded: true };
    expect(
      carriedOver({ others: [ended('rejected', on)], subject: { ...zoe, qualifications: [funded] } }),
    ).toBeUndefined();
    const beside = processOf({ ...application, courseId: 'npq-senco' });
    expect(carriedOver({ others: [ended('rejected', on), beside] })).toBeUndefined();
  });
});

// Approval

describe('approving', () => {
  it('offers the DfE as payer only where it may pay', () => {
    const sources = (data: Partial<ApplicationData>): unknown =>
      jsonSchemaOf(formOf(at('approve', { data }), 'approve', 'approved')).properties?.['fundingSource']?.enum;
    expect(sources({})).toEqual(['dfe-scholarship', 'trust', 'school', 'self']);
    expect(sources({ courseId: 'npq-leading-teaching' })).toEqual(['trust', 'school', 'self']);
    expect(sources({ courseId: 'npq-leading-teaching', cohortId: '2027b' })).toContain('dfe-scholarship');
  });

  it('asks the head first where the school is to pay and the head did not agree', () => {
    const view = at('approve', { data: { endorsement } });
    const asked = answered(answer(view, 'approve', 'approved', { fundingSource: 'school' }, rowan));
    expect(asked).toMatchObject({
      outcome: 'ask-school-to-pay',
      data: { isSchoolAskedToPay: true, endorsement: null },
    });
    const endorsing = at('endorse', { data: asked.data });
    expect(codes(tasks.endorse.findings?.(endorsing))).toContain('school-asked-to-pay');
    const paid = answered(answer(endorsing, 'endorse', 'endorsed', { ...yes, schoolWillPay: true }, sienna));
    const approving = at('approve', { data: paid.data });
    expect(answered(answer(approving, 'approve', 'approved', { fundingSource: 'school' }, rowan)).outcome).toBe(
      'approved',
    );
  });

  it('hard case 6: a different course at the same time is allowed, with a finding and a reason', () => {
    const others = [processOf({ ...application, courseId: 'npq-leading-teaching' })];
    const view = at('approve', { data: { endorsement }, others });
    expect(codes(tasks.approve.findings?.(view))).toContain('workload');
    expect(codeOf(answer(view, 'approve', 'approved', { fundingSource: 'trust' }, rowan))).toBe('invalid-fields');
    const result = answered(
      answer(view, 'approve', 'approved', { fundingSource: 'trust', secondNpqReason: 'Both fit the post.' }, rowan),
    );
    expect(result.data.approval?.secondNpqReason).toBe('Both fit the post.');
    const study = processOf(application, { kind: 'npq-study', data: { courseId: 'npq-senco' } });
    expect(codes(tasks.approve.findings?.(at('approve', { others: [study] })))).toContain('workload');
  });

  it('says so where one person endorsed and approved', () => {
    const view = at('approve', { data: { endorsement: { ...endorsement, endorsedBy: 'hazel' } } });
    const result = answered(answer(view, 'approve', 'approved', { fundingSource: 'trust' }, hazel));
    expect(result.data.approval?.isByEndorser).toBe(true);
    expect(result.eventData).toMatchObject({ isByEndorser: true });
  });

  it('moves to a later cohort that offers the course, and waits there until it opens', () => {
    const view = at('approve', { data: { endorsement } });
    expect(laterCohorts(view).map(({ id }) => id)[0]).toBe('2027b');
    const result = answered(answer(view, 'approve', 'next-cohort', { cohortId: '2027b' }, rowan));
    expect(result).toMatchObject({
      outcome: 'next-cohort',
      ruleSet: '2027b',
      data: { cohortId: '2027b', endorsement },
    });
    expect(effectsOf(result, 'release')).toEqual([{ effect: 'release', guard: liveGuard('zoe', application) }]);
    expect(effectsOf(result, 'claim').map(({ guard }) => guard)).toEqual([liveGuard('zoe', result.data)]);
    expect(timers.cohortOpens.on({ ...view, data: result.data })).toBe(nextAutumn.registrationOpens);
  });

  it('offers no later cohort where there is none', () => {
    const last = cohorts(calendar).at(-1)?.id ?? '';
    const view = at('approve', { data: { cohortId: last, providerId: 'llse' }, today: day('2030-10-02') });
    expect(laterCohorts(view)).toEqual([]);
    expect(tasks.approve.offered?.(view)).toEqual(['approved', 'declined']);
  });
});

// Registration

describe('registering with the DfE', () => {
  const registeringOn = (today: Day, sent: Record<string, unknown>, at_: At = {}) =>
    answer(at('registerWithDfe', { today, ...at_ }), 'registerWithDfe', 'registered', sent);

  it('shows the questions of the DfE in its order, each answer ready to copy', () => {
    const sheet = tasks.registerWithDfe.facts?.(at('registerWithDfe', { data: { approval } })) ?? [];
    expect(sheet.map(({ value }) => value)).toEqual([
      'Autumn 2026',
      'Yes',
      'Yes',
      'A school',
      'Oakfield Primary School',
      OAKFIELD,
      'Headship',
      fundingSentences.funded,
      'Not asked: the DfE funds the course',
      'Teach First',
      expect.stringContaining('Yes'),
      expect.any(String),
      expect.stringContaining('Not on record'),
      '4 December 2026',
    ]);
  });

  it('hard case 30: takes no date in the future, and none before the cohort opened', () => {
    expect(codeOf(registeringOn(wednesday, { registeredOn: addDays(wednesday, 1) }))).toBe('invalid-fields');
    expect(codeOf(registeringOn(wednesday, { registeredOn: '2026-05-31' }))).toBe('invalid-fields');
    expect(codeOf(registeringOn(wednesday, { registeredOn: '2026-02-30' }))).toBe('invalid-fields');
    expect(answered(registeringOn(wednesday, { registeredOn: wednesday })).data.registration).toEqual({
      registeredOn: wednesday,
      reference: null,
      recordedBy: 'zoe',
    });
    expect(
      answered(registeringOn(wednesday, { registeredOn: '2026-06-01', reference: ' A1 ' })).data.registration,
    ).toMatchObject({ registeredOn: '2026-06-01', reference: 'A1' });
  });

  it('hard case 28: days are London’s: half past midnight in summer is the new day', () => {
    const now = instant('2026-10-01T00:30:00+01:00');
    expect(now).toBe('2026-09-30T23:30:00.000Z');
    expect(dayOf(now)).toBe('2026-10-01');
    expect(codeOf(registeringOn(dayOf(now), { registeredOn: '2026-10-01' }))).toBeUndefined();
  });

  it('is in time on the day of the deadline, and asks once more on the morning after', () => {
    const view = at('registerWithDfe', { today: autumn.providerDeadline });
    expect(tasks.registerWithDfe.lapses?.(view)).toEqual({
      lastDay: autumn.providerDeadline,
      outcome: 'deadline-passed',
    });
    expect(codeOf(registeringOn(autumn.providerDeadline, { registeredOn: autumn.providerDeadline }))).toBeUndefined();
    const late = addDays(autumn.providerDeadline, 1);
    expect(messagesOf(registeringOn(late, { registeredOn: late }))).toEqual([
      'registeredOn: The date must not be after the provider’s deadline, 4 December 2026.',
    ]);
  });

  it('is confirmed within 5 school days with a date that was in time, or lapses', () => {
    const today = day('2026-12-07');
    const view = at('confirmRegistration', { today });
    expect(tasks.confirmRegistration.lapses?.(view)).toEqual({ lastDay: '2026-12-14', outcome: 'unanswered' });
    const confirm = (registeredOn: string) =>
      answer(view, 'confirmRegistration', 'registered', { registeredOn }, rowan);
    expect(answered(confirm('2026-12-04')).data.registration).toMatchObject({ recordedBy: 'rowan' });
    expect(codeOf(confirm('2026-12-05'))).toBe('invalid-fields');
    expect(answered(answer(view, 'confirmRegistration', 'not-registered')).outcome).toBe('not-registered');
    expect(toldTo(onEnd(view, 'lapsed'))).toEqual(['zoe: lapsed']);
    expect(effectsOf(onEnd(view, 'lapsed'), 'release').map(({ guard }) => guard)).toEqual([
      liveGuard('zoe', application),
    ]);
  });
});

// The provider's decision

const place = { fundedPlace: true, trn: '1234567' };

describe('recording what the provider decided', () => {
  const deciding = (options: At = {}) =>
    at('recordProviderDecision', { ...options, data: { endorsement, approval, registration, ...options.data } });
  const accept = (view: ApplicationView, sent: Record<string, unknown> = place) =>
    answer(view, 'recordProviderDecision', 'accepted', sent, rowan);

  it('accepts with the cohort’s start and schedule unless others are named', () => {
    const result = answered(accept(deciding()));
    expect(result.outcome).toBe('accepted');
    expect(result.data.acceptance).toEqual({
      acceptedOn: wednesday,
      fundedPlace: true,
      isFunded: true,
      startsOn: '2026-12-14',
      scheduleId: 'npq-leadership-autumn',
      isTrnPending: false,
    });
    const named = answered(
      accept(deciding(), { ...place, startsOn: '2027-01-11', scheduleId: 'npq-leadership-spring' }),
    );
    expect(named.data.acceptance).toMatchObject({ startsOn: '2027-01-11', scheduleId: 'npq-leadership-spring' });
    expect(codeOf(accept(deciding(), { ...place, scheduleId: 'npq-specialist-autumn' }))).toBe('invalid-fields');
    expect(codeOf(accept(deciding(), { ...place, startsOn: '2062-01-11' }))).toBe('invalid-fields');
    expect(toldTo(result)).toEqual(['zoe: accepted', 'sienna: place-accepted', 'sam: place-accepted']);
  });

  it('hard case 1: the person’s other pending ones of the course and cohort end as superseded', () => {
    const ucl = processOf({ ...application, providerId: 'ucl-institute-of-education' });
    const nextYear = processOf({ ...application, cohortId: '2027b' });
    const another = processOf({ ...application, courseId: 'npq-senco' });
    const ended = processOf(application, { status: 'stopped', outcome: 'withdrawn' });
    const result = answered(accept(deciding({ others: [ucl, nextYear, another, ended] })));
    expect(effectsOf(result, 'stop-other')).toEqual([
      {
        effect: 'stop-other',
        processId: ucl.processId,
        outcome: 'superseded',
        reason: 'other_application_in_this_cohort_accepted',
      },
    ]);
    expect(toldTo(result).filter((line) => line.startsWith('zoe'))).toEqual(['zoe: accepted']);
    expect(toldTo(onEnd(at('endorse', { data: ucl.data }), 'superseded'))).toEqual(['zoe: superseded']);
  });

  it('hard case 41: who has withdrawn from the study may be accepted again for the course and cohort, by another provider', () => {
    const enrolled = processOf(
      { ...application, providerId: 'llse', acceptance },
      { status: 'completed', outcome: 'enrolled' },
    );
    const study = (outcome: string | undefined, status: Process['status']): Process => ({
      ...processOf(application, { kind: 'npq-study', status, parentId: enrolled.processId }),
      ...(outcome !== undefined && { outcome }),
    });
    const notAgain = 'has-another-accepted-application';
    const unfunded = { ...place, fundedPlace: false };
    const beside = (process: Process) => codeOf(accept(deciding({ others: [enrolled, process] }), unfunded));
    expect(beside(study(undefined, 'active'))).toBe(notAgain);
    expect(beside(study('failed', 'completed'))).toBe(notAgain);
    expect(beside(study('withdrawn', 'stopped'))).toBeUndefined();
    expect(beside(study('rejected', 'stopped'))).toBeUndefined();
    // A withdrawal was funded before (hard case 12); an acceptance that was taken back never was.
    const fundingBeside = (process: Process) => fundingNow(deciding({ others: [enrolled, process] })).code;
    expect(fundingBeside(study('withdrawn', 'stopped'))).toBe('previously_funded');
    expect(fundingBeside(study('rejected', 'stopped'))).toBe('funded');
  });

  it('hard case 2: a second acceptance for the course and cohort is refused, also at the same moment', () => {
    const first = processOf({ ...application, providerId: 'llse', acceptance });
    expect(codeOf(accept(deciding({ others: [first] })))).toBe('has-another-accepted-application');
    const enrolled = { ...first, status: 'completed' as const, outcome: 'enrolled' };
    expect(codeOf(accept(deciding({ others: [enrolled] })))).toBe('has-another-accepted-application');
    const withdrawn = { ...first, status: 'stopped' as const, outcome: 'withdrawn' };
    expect(codeOf(accept(deciding({ others: [withdrawn] }), { ...place, fundedPlace: false }))).toBeUndefined();
    const [claim] = effectsOf(answered(accept(deciding())), 'claim');
    expect(claim).toMatchObject({
      guard: 'accepted#zoe#npq-headship#2026b',
      rejection: { rejected: 'has-another-accepted-application' },
    });
  });

  it('hard case 9: a funded place has four different refusals', () => {
    const full = makeCalendar(
      calendar.years.map((year) => ({
        ...year,
        npqCohorts: year.npqCohorts.map((one) => (one.id === '2026b' ? { ...one, funding: 'full' as const } : one)),
      })),
      calendar.policy,
    );
    const refusedWith = (result: Result) => messagesOf(result).map((line) => line.slice('fundedPlace: '.length));
    const refusals = [
      refusedWith(accept(deciding(), { trn: '1234567' })),
      refusedWith(accept(deciding({ data: { courseId: 'npq-leading-teaching' } }))),
      refusedWith(accept(deciding({ data: { cohortId: '2027a', providerId: 'llse' }, today: day('2027-02-03') }))),
      refusedWith(accept(deciding({ calendar: full }))),
    ];
    for (const lines of refusals) expect(lines).toHaveLength(1);
    expect(new Set(refusals.flat()).size).toBe(4);
    expect(answered(accept(deciding({ calendar: full }), { trn: '1234567' })).data.acceptance).toMatchObject({
      fundedPlace: null,
      isFunded: true,
    });
  });

  it('knows by a funded place that the DfE funds what was subject to review', () => {
    const view = deciding({ data: { courseId: 'npq-leading-teaching', cohortId: '2027b' }, today: day('2027-09-15') });
    expect(answered(accept(view)).data.funding).toEqual(fundingOfCode('marked_funded_by_policy'));
    expect(answered(accept(view, { ...place, fundedPlace: false })).data.funding.code).toBe('subject_to_review');
  });

  it('asks for the TRN where it is not known; with trnPending it may be empty', () => {
    expect(codeOf(accept(deciding(), { fundedPlace: true }))).toBe('invalid-fields');
    expect(codeOf(accept(deciding(), { fundedPlace: true, trn: '' }))).toBe('invalid-fields');
    expect(codeOf(accept(deciding(), { fundedPlace: true, trn: '12', trnPending: true }))).toBe('invalid-fields');
    for (const sent of [{ trnPending: true }, { trnPending: true, trn: '' }]) {
      const result = answered(accept(deciding(), { fundedPlace: true, ...sent }));
      expect(result).toMatchObject({ outcome: 'accepted-trn-pending', data: { acceptance: { isTrnPending: true } } });
      expect(effectsOf(result, 'record-trn')).toEqual([]);
    }
    const given = answered(accept(deciding(), { ...place, trnPending: true }));
    expect(given.outcome).toBe('accepted');
    expect(effectsOf(given, 'record-trn')).toEqual([{ effect: 'record-trn', trn: '1234567' }]);
    const known = deciding({ subject: { ...zoe, trn: '0123456' } });
    expect(answered(accept(known, { fundedPlace: true })).data.trn).toBe('0123456');
    const form = (view: ApplicationView) => jsonSchemaOf(formOf(view, 'recordProviderDecision', 'accepted'));
    expect(form(deciding()).required).toEqual(['fundedPlace', 'trn']);
    expect(form(known).required).toEqual(['fundedPlace']);
  });

  it('rejects with one of the DfE’s reasons, and says no more than that a decision is there', () => {
    const view = deciding();
    expect(codeOf(answer(view, 'recordProviderDecision', 'rejected', { reason: 'because' }, rowan))).toBe(
      'invalid-fields',
    );
    const result = answered(
      answer(view, 'recordProviderDecision', 'rejected', { reason: 'rejected_by_provider' }, rowan),
    );
    expect(onEnd({ ...view, data: result.data }, 'rejected').reason).toBe('rejected_by_provider');
    expect(toldTo(onEnd({ ...view, data: result.data }, 'rejected'))).toEqual(['zoe: decision-ready']);
  });
});

describe('waiting for the start', () => {
  const accepted = { endorsement, approval, registration, acceptance };

  it('asks for the TRN 10 school days before the start, or soon where that is past', () => {
    const data = { ...accepted, acceptance: { ...acceptance, isTrnPending: true } };
    expect(tasks.enterTrn.dueOn?.(at('enterTrn', { data }))).toBe(addSchoolDays(calendar, acceptance.startsOn, -10));
    expect(tasks.enterTrn.dueOn?.(at('enterTrn', { data, today: day('2026-12-10') }))).toBe('2026-12-11');
    const result = answered(answer(at('enterTrn', { data }), 'enterTrn', 'entered', { trn: '1234567' }));
    expect(result.data).toMatchObject({ trn: '1234567', acceptance: { isTrnPending: false } });
    expect(effectsOf(result, 'record-trn')).toHaveLength(1);
    expect(tasks.enterTrn.lapses).toBeUndefined();
  });

  it('asks nothing where the TRN came on record meanwhile', () => {
    const view = at('enterTrn', { data: accepted, subject: { ...zoe, trn: '1234567' } });
    expect(tasks.enterTrn.atOnce?.(view)).toMatchObject({ outcome: 'entered', data: { trn: '1234567' } });
    expect(tasks.enterTrn.atOnce?.(at('enterTrn', { data: accepted }))).toBeUndefined();
  });

  it('ends enrolled, with the qualification on record; the accepted place stays taken', () => {
    const view = at('enterTrn', { data: accepted });
    const end = onEnd(view, 'enrolled');
    expect(effectsOf(end, 'record-qualification')).toEqual([
      {
        effect: 'record-qualification',
        qualification: {
          courseId: 'npq-headship',
          cohortId: '2026b',
          providerId: 'teach-first',
          outcome: 'enrolled',
          isFunded: true,
        },
      },
    ]);
    expect(effectsOf(end, 'release').map(({ guard }) => guard)).toEqual([liveGuard('zoe', application)]);
  });

  it('starts the study with what was accepted, at the school where the application stands', () => {
    const view = at('enterTrn', { data: accepted, process: { schoolId: RIVERSIDE } });
    expect(effectsOf(onEnd(view, 'enrolled'), 'start')).toEqual([
      {
        effect: 'start',
        kind: 'npq-study',
        key: 'study',
        input: {
          courseId: 'npq-headship',
          cohortId: '2026b',
          providerId: 'teach-first',
          scheduleId: 'npq-leadership-autumn',
          startsOn: '2026-12-14',
          fundedPlace: true,
          isEligible: true,
          isFunded: true,
          schoolId: RIVERSIDE,
        },
      },
    ]);
    for (const other of ['withdrawn', 'rejected', 'lapsed', 'declined', 'superseded', 'left'])
      expect(effectsOf(onEnd(view, other), 'start')).toEqual([]);
  });
});

// Due times

describe('due times', () => {
  it('are those of the policy: endorse opened Mon 14 Sep 2026 is due Mon 21 Sep, opened Fri 23 Oct due Fri 6 Nov', () => {
    expect(tasks.endorse.dueOn?.(at('endorse', { today: day('2026-09-14') }))).toBe('2026-09-21');
    expect(tasks.endorse.dueOn?.(at('endorse', { today: day('2026-10-23') }))).toBe('2026-11-06');
  });

  it('leave later stages what they need before the provider’s deadline', () => {
    // Fri 4 Dec less 5 school days is Fri 27 Nov; less 3 is Tue 1 Dec.
    expect(tasks.endorse.dueOn?.(at('endorse', { today: day('2026-11-24') }))).toBe('2026-11-27');
    expect(tasks.approve.dueOn?.(at('approve', { today: day('2026-11-27') }))).toBe('2026-12-01');
    expect(tasks.approve.dueOn?.(at('approve', { today: day('2026-12-03') }))).toBe('2026-12-04');
    expect(tasks.registerWithDfe.dueOn?.(at('registerWithDfe', { today: day('2026-11-30') }))).toBe('2026-12-04');
  });

  it('of a draft count from the opening of its cohort: nobody is late with what cannot be done yet', () => {
    const data = { ...application, cohortId: '2027b' };
    expect(tasks.submit.dueOn?.(at('submit', { data, today: day('2026-12-14') }))).toBe('2027-06-11');
    expect(tasks.submit.dueOn?.(at('submit', { data, today: day('2027-06-14') }))).toBe('2027-06-21');
    expect(tasks.submit.dueOn?.(at('submit', { today: day('2026-09-14') }))).toBe('2026-09-21');
  });

  it('that the provider’s deadline has overtaken show it to whoever decides', () => {
    const after = addDays(autumn.providerDeadline, 1);
    for (const task of ['submit', 'endorse', 'revise', 'approve'] as const) {
      expect(codes(tasks[task].findings?.(at(task, { today: autumn.providerDeadline })))).not.toContain(
        'deadline-passed',
      );
      expect(codes(tasks[task].findings?.(at(task, { today: after })))).toContain('deadline-passed');
    }
  });

  it('are the last school day before the start for the provider’s decision', () => {
    expect(tasks.recordProviderDecision.dueOn?.(at('recordProviderDecision'))).toBe('2026-12-11');
  });
});

// Actions

describe('withdrawing', () => {
  it('ends it with one of the DfE’s reasons, frees the names and tells those concerned', () => {
    const view = at('recordProviderDecision', { data: { endorsement, approval, registration } });
    const result = acted(actNow(view, 'withdraw', { reason: 'change-in-career', note: 'Thank you.' }, rowan));
    expect(result.course).toEqual({ then: 'stops', outcome: 'withdrawn', reason: 'change-in-career' });
    expect(toldTo(result)).toEqual(['zoe: withdrawn-for-you', 'sienna: support-not-needed']);
    expect(toldTo(acted(actNow(view, 'withdraw', { reason: 'other' }, zoe)))).toEqual(['sienna: support-not-needed']);
    expect(codeOf(actNow(view, 'withdraw', { reason: 'fed up' }, zoe))).toBe('invalid-fields');
    const after = at('enterTrn', { data: { acceptance } });
    expect(effectsOf(onEnd(after, 'withdrawn'), 'release').map(({ guard }) => guard)).toEqual([
      liveGuard('zoe', application),
      acceptedGuard('zoe', application),
    ]);
  });

  it('keeps reasons of health for the subject and the trust-lead', () => {
    const reason = 'personal-reason-health-or-pregnancy-related';
    const result = acted(actNow(at('endorse'), 'withdraw', { reason, note: 'My back.' }, zoe));
    const shown = discreet(result.data, reason);
    expect(JSON.stringify(shown)).not.toMatch(/health|My back/);
    const page = (mayReadHealth: boolean) =>
      JSON.stringify(declaration.about?.({ ...at('endorse'), data: result.data }, mayReadHealth));
    expect(page(true)).toMatch(/Health or pregnancy.*My back/);
    expect(page(false)).not.toMatch(/Health|My back/);
    expect(JSON.stringify(result.eventData ?? {})).not.toContain('health');
    expect(discreet(acted(actNow(at('endorse'), 'withdraw', { reason: 'other' }, zoe)).data, 'other').reason).toBe(
      'other',
    );
    const deferred = acted(actNow(at('endorse'), 'defer', { cohortId: '2027b', reason: 'long-term-sickness' }, zoe));
    expect(JSON.stringify(discreet(deferred.data, null))).not.toContain('sickness');
    expect(JSON.stringify(deferred.eventData)).not.toContain('sickness');
  });
});

describe('deferring', () => {
  const sent = { cohortId: '2027b', reason: 'other' };

  it('stays where it is before registration, paused until the new cohort opens', () => {
    for (const key of ['submit', 'endorse', 'revise', 'approve'] as const) {
      const result = acted(actNow(at(key), 'defer', sent, zoe));
      expect(result).toMatchObject({
        ruleSet: '2027b',
        data: { cohortId: '2027b', deferral: { fromCohortId: '2026b' } },
        course: { then: 'pauses', until: nextAutumn.registrationOpens },
      });
      expect(result.course).not.toHaveProperty('goesTo');
    }
  });

  it('goes back to registration after that, and gives up the accepted place', () => {
    const view = at('enterTrn', { data: { endorsement, approval, registration, acceptance } });
    const result = acted(actNow(view, 'defer', sent, rowan));
    expect(result.course).toEqual({
      then: 'pauses',
      until: nextAutumn.registrationOpens,
      goesTo: 'register-with-dfe',
    });
    expect(result.data).toMatchObject({ registration: null, acceptance: null, endorsement, approval });
    expect(effectsOf(result, 'release').map(({ guard }) => guard)).toEqual([
      liveGuard('zoe', application),
      acceptedGuard('zoe', application),
    ]);
    expect(toldTo(result)).toEqual(['zoe: deferred-for-you']);
  });

  it('carries on at once where the new cohort is open', () => {
    const options = { today: day('2027-06-02'), data: { cohortId: '2027a', providerId: 'llse' as const } };
    expect(acted(actNow(at('approve', options), 'defer', sent, zoe)).course).toEqual({ then: 'stays' });
    expect(acted(actNow(at('registerWithDfe', options), 'defer', sent, zoe)).course).toEqual({
      then: 'goes-to',
      wait: 'register-with-dfe',
    });
  });

  it('goes to a later cohort only that offers the course and has no twin of it', () => {
    expect(codeOf(actNow(at('endorse'), 'defer', { ...sent, cohortId: '2027a' }, zoe))).toBe('invalid-fields');
    expect(codeOf(actNow(at('endorse'), 'defer', { ...sent, cohortId: '2026a' }, zoe))).toBe('invalid-fields');
    const twin = processOf({ ...application, cohortId: '2027b' });
    expect(codeOf(actNow(at('endorse', { others: [twin] }), 'defer', sent, zoe))).toBe('not-now');
  });

  it('takes an application that awaits a cohort straight to the approval of the new one', () => {
    const view = at('approve', { process: { wait: 'cohort-opens' } });
    expect(acted(actNow(view, 'defer', sent, zoe)).course).toMatchObject({ then: 'pauses', goesTo: 'approve' });
  });

  it('says on the next task that the scholarship is lost', () => {
    const view = at('registerWithDfe', {
      data: { cohortId: '2027a', providerId: 'llse', endorsement, approval },
      today: day('2027-02-03'),
    });
    expect(codes(tasks.registerWithDfe.findings?.(view))).toContain('funding-changed');
  });
});

describe('changing the provider', () => {
  const sent = { providerId: 'llse' };

  it('changes only the record before registration, and registers again after it', () => {
    expect(acted(actNow(at('approve'), 'change-provider', sent, zoe)).course).toEqual({ then: 'stays' });
    for (const key of ['registerWithDfe', 'recordProviderDecision'] as const) {
      const result = acted(actNow(at(key, { data: { registration } }), 'change-provider', sent, zoe));
      expect(result.course).toEqual({ then: 'goes-to', wait: 'register-with-dfe' });
      expect(result.data).toMatchObject({ providerId: 'llse', registration: null });
      expect(effectsOf(result, 'claim').map(({ guard }) => guard)).toEqual([liveGuard('zoe', result.data)]);
    }
  });

  it('is too late after acceptance, and after the deadline', () => {
    const accepted = at('enterTrn', { data: { acceptance } });
    expect(codeOf(actNow(accepted, 'change-provider', sent, zoe))).toBe('too-late-to-change');
    const closed = at('recordProviderDecision', { today: day('2026-12-07'), data: { registration } });
    expect(codeOf(actNow(closed, 'change-provider', sent, zoe))).toBe('cohort-closed');
  });

  it('offers those that run the course then, without the present one and without a twin', () => {
    expect(otherProviders(at('endorse'))).toHaveLength(7);
    expect(
      otherProviders(at('endorse', { others: [processOf({ ...application, providerId: 'llse' })] })),
    ).not.toContain('llse');
    expect(codeOf(actNow(at('endorse'), 'change-provider', { providerId: 'teach-first' }, zoe))).toBe('invalid-fields');
  });
});

describe('moving school', () => {
  const moved = personOf('Zoe', { posts: [{ schoolId: OAKFIELD }, { schoolId: ST_ALDHELM, fte: 0.5 }] });
  const sent = { schoolId: ST_ALDHELM };

  it('hard case 16: before acceptance the endorsement is void, the new head endorses, funding is worked out again', () => {
    const data = { courseId: 'npq-leading-teaching' as const, endorsement, approval, registration };
    const view = at('recordProviderDecision', { subject: moved, data });
    const result = acted(actNow(view, 'move-school', sent, rowan));
    expect(result).toMatchObject({
      schoolId: ST_ALDHELM,
      course: { then: 'goes-to', wait: 'endorse' },
      data: { endorsement: null, approval: null, registration: null, funding: { code: 'funded' } },
    });
    expect(toldTo(result)).toEqual(['zoe: moved-school']);
    const decided = resolveDecider(
      tasks.endorse.decider(view),
      { subject: moved, schoolId: ST_ALDHELM },
      worldOf(moved).directory,
      wednesday,
    );
    expect(decided.candidate).toEqual({ role: 'headteacher', schoolId: ST_ALDHELM });
    expect(robin.roles).toEqual([{ role: 'headteacher', schoolId: ST_ALDHELM }]);
  });

  it('leaves a draft a draft, and a paused one paused', () => {
    expect(acted(actNow(at('submit', { subject: moved }), 'move-school', sent, rowan)).course).toEqual({
      then: 'stays',
    });
    const paused = { status: 'paused' as const, resumesOn: nextAutumn.registrationOpens };
    const view = at('approve', { subject: moved, process: paused });
    expect(acted(actNow(view, 'move-school', sent, rowan)).course).toEqual({
      then: 'pauses',
      until: nextAutumn.registrationOpens,
      goesTo: 'endorse',
    });
  });

  it('hard case 17: after acceptance only the record changes, funding too stays as it was', () => {
    const data = { courseId: 'npq-leading-teaching' as const, endorsement, approval, registration, acceptance };
    const funding = fundingOfCode('ineligible_establishment_not_a_pp50');
    const view = at('enterTrn', { subject: moved, data: { ...data, funding } });
    const result = acted(actNow(view, 'move-school', sent, rowan));
    expect(result).toMatchObject({ schoolId: ST_ALDHELM, course: { then: 'stays' }, data: { funding, acceptance } });
  });

  it('goes only where the person works now; central staff may name any school', () => {
    expect(codeOf(actNow(at('endorse'), 'move-school', sent, rowan))).toBe('not-now');
    expect(codeOf(actNow(at('endorse', { subject: moved }), 'move-school', { schoolId: RIVERSIDE }, rowan))).toBe(
      'invalid-fields',
    );
    const central = at('endorse', { subject: hazel });
    expect(acted(actNow(central, 'move-school', sent, rowan)).schoolId).toBe(ST_ALDHELM);
    expect(codeOf(actNow(central, 'move-school', { schoolId: '999999' }, rowan))).toBe('invalid-fields');
    expect(codeOf(actNow(central, 'move-school', { schoolId: OAKFIELD }, rowan))).toBe('invalid-fields');
  });

  it('follows an import that moves the person, once', () => {
    const elsewhere = personOf('Zoe', {
      posts: [{ schoolId: OAKFIELD, endsOn: day('2026-08-31') }, { schoolId: ST_ALDHELM }],
    });
    expect(onSubjectMoved(at('approve', { subject: elsewhere, data: { endorsement } }))).toMatchObject({
      schoolId: ST_ALDHELM,
      course: { then: 'goes-to', wait: 'endorse' },
      data: { endorsement: null },
    });
    expect(onSubjectMoved(at('approve', { subject: elsewhere, process: { schoolId: ST_ALDHELM } }))).toBeUndefined();
    expect(onSubjectMoved(at('approve', { subject: hazel }))).toBeUndefined();
    expect(onSubjectMoved(at('approve'))).toBeUndefined();
  });
});

describe('leaving the trust', () => {
  const left = personOf('Zoe', { posts: [{ schoolId: OAKFIELD, endsOn: day('2026-09-15') }] });

  it('ends the application before acceptance', () => {
    expect(onSubjectLeft(at('approve', { subject: left, data: { endorsement } }))).toMatchObject({
      course: { then: 'stops', outcome: 'left' },
    });
  });

  it('hard case 96: not on the last day, not after acceptance, not where another post is to begin', () => {
    expect(onSubjectLeft(at('approve', { subject: left, today: day('2026-09-15') }))).toBeUndefined();
    expect(onSubjectLeft(at('enterTrn', { subject: left, data: { acceptance } }))).toBeUndefined();
    const post = { schoolId: ST_ALDHELM, employeeNumber: 'n', job: 'Teacher', startsOn: day('2026-11-02') };
    expect(onSubjectLeft(at('approve', { subject: { ...left, posts: [...left.posts, post] } }))).toBeUndefined();
  });
});

describe('taking an endorsement back', () => {
  it('voids endorsement and approval until the person has registered', () => {
    const view = at('registerWithDfe', { data: { endorsement, approval } });
    const result = acted(actNow(view, 'withdraw-endorsement', { reason: 'No cover after all.' }, sienna));
    expect(result).toMatchObject({
      course: { then: 'goes-to', wait: 'endorse' },
      data: {
        endorsement: null,
        approval: null,
        endorsementWithdrawal: { withdrawnBy: 'sienna', reason: 'No cover after all.' },
      },
    });
    expect(toldTo(result)).toEqual(['zoe: decision-ready', 'rowan: endorsement-withdrawn']);
    const registered = at('recordProviderDecision', { data: { endorsement, approval, registration } });
    expect(codeOf(actNow(registered, 'withdraw-endorsement', { reason: 'x' }, sienna))).toBe('too-late-to-change');
    expect(codeOf(actNow(at('endorse'), 'withdraw-endorsement', { reason: 'x' }, sienna))).toBe('not-now');
    expect(declaration.actions['withdraw-endorsement'].by).toEqual([{ answered: 'endorse' }]);
  });
});

// What others see

describe('what others see', () => {
  it('is stage and dates for the line manager: nothing that people wrote', () => {
    const { data } = at('approve', { data: { endorsement, declineReason: 'secret', trn: '1234567' } });
    const shown = JSON.stringify(declaration.brief(data));
    for (const hidden of [application.motivation, 'secret', '1234567', 'funding', 'Agreed'])
      expect(shown).not.toContain(hidden);
    expect(declaration.brief(data)).toMatchObject({ courseId: 'npq-headship', endorsedOn: '2026-09-10' });
  });

  it('has its milestones in order, with the dates that are known', () => {
    const view = at('recordProviderDecision', { data: { endorsement, approval, registration } });
    expect(declaration.milestones(view).map(({ name, dueOn, doneOn }) => [name, dueOn, doneOn])).toEqual([
      ['endorsed', null, '2026-09-10'],
      ['approved', null, '2026-09-11'],
      ['registered', '2026-12-04', '2026-09-14'],
      ['provider-decided', '2026-12-14', null],
      ['course-started', '2026-12-14', null],
    ]);
  });
});

// Whatever comes

const anyDay = fc.integer({ min: -400, max: 800 }).map((n) => addDays(wednesday, n));

/** Values for a form, from the JSON Schema that a client would see: mostly right, now and then beside it. */
function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return schema.enum.length > 0 ? fc.constantFrom(...schema.enum) : fc.constant('none');
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'null') return fc.constant(null);
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type: string) => valuesOf({ ...schema, type })));
  if (schema.format === 'date') {
    const bounds = [schema.formatMinimum, schema.formatMaximum].filter((on) => on !== undefined);
    return bounds.length > 0 ? fc.oneof(fc.constantFrom(...bounds), anyDay) : anyDay;
  }
  if (schema.pattern?.includes('{7}'))
    return fc.integer({ min: 0, max: 9_999_999 }).map((n) => String(n).padStart(7, '0'));
  if (schema.pattern?.includes('{6}')) return fc.constantFrom(OAKFIELD, ST_ALDHELM, RIVERSIDE, '999999');
  if (schema.type === 'string') return fc.string({ minLength: 1, maxLength: Math.min(schema.maxLength ?? 40, 40) });
  throw new Error(`No values for ${JSON.stringify(schema)}`);
}

const sentFor = (form: Form): fc.Arbitrary<Record<string, unknown>> => {
  const { properties = {}, required = [] } = jsonSchemaOf(form);
  const values = Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, valuesOf(schema)]));
  return fc.record(values, { requiredKeys: [...required] });
};

const anyPerson = fc.constantFrom(
  zoe,
  sienna,
  rowan,
  hazel,
  corin,
  terry,
  { ...zoe, trn: '1234567' },
  personOf('Zoe', { posts: [{ schoolId: OAKFIELD }, { schoolId: ST_ALDHELM, fte: 0.5 }] }),
  personOf('Zoe', { posts: [{ schoolId: OAKFIELD, endsOn: day('2026-08-31') }, { schoolId: ST_ALDHELM }] }),
  personOf('Zoe', { posts: [{ schoolId: OAKFIELD, endsOn: day('2026-08-31') }] }),
  {
    ...zoe,
    qualifications: [{ courseId: 'npq-headship', cohortId: '2023b', outcome: 'withdrawn' as const, isFunded: true }],
  },
);

const anyData: fc.Arbitrary<ApplicationData> = fc.record({
  courseId: fc.constantFrom(...courseIds),
  cohortId: fc.constantFrom('2026a', '2026b', '2027a', '2027b'),
  providerId: fc.constantFrom(...providerIds),
  motivation: fc.string().map((more) => `because ${more}`),
  fundingRoute: fc.constantFrom(...fundingRoutes),
  headteacherStatus: fc.constantFrom(null, ...headteacherStatuses),
  trn: fc.constantFrom(null, '1234567'),
  funding: fc.constantFrom(...fundingCodes).map(fundingOfCode),
  changesRequested: fc.constantFrom(null, 'Please.'),
  isSchoolAskedToPay: fc.boolean(),
  endorsement: fc.option(
    fc.record({
      endorsedBy: fc.constantFrom('sienna', 'zoe', 'hazel', 'nobody'),
      endorsedOn: anyDay,
      isReleaseAgreed: fc.boolean(),
      isCoverAgreed: fc.boolean(),
      schoolWillPay: fc.constantFrom(null, true, false),
      priceInPounds: fc.constantFrom(null, 900),
      carriedOverFrom: fc.constantFrom(null, 'p0'),
    }),
  ),
  endorsementWithdrawal: fc.constant(null),
  approval: fc.option(
    fc.record({
      approvedBy: fc.constantFrom('rowan', 'hazel'),
      approvedOn: anyDay,
      fundingSource: fc.constantFrom(...fundingRoutes),
      secondNpqReason: fc.constantFrom(null, 'Both.'),
      isByEndorser: fc.boolean(),
      carriedOverFrom: fc.constantFrom(null, 'p0'),
    }),
  ),
  declinedBy: fc.constantFrom(null, 'endorsement' as const, 'approval' as const),
  declineReason: fc.constantFrom(null, 'No.'),
  registration: fc.option(
    fc.record({ registeredOn: anyDay, reference: fc.constantFrom(null, 'R1'), recordedBy: fc.constant('zoe') }),
  ),
  acceptance: fc.option(
    fc.record({
      acceptedOn: anyDay,
      fundedPlace: fc.constantFrom(null, true, false),
      isFunded: fc.boolean(),
      startsOn: anyDay,
      scheduleId: fc.constantFrom(...scheduleIds),
      isTrnPending: fc.boolean(),
    }),
  ),
  rejection: fc.option(
    fc.record({ reason: fc.constantFrom(...rejectionReasons), note: fc.constant(null), rejectedOn: anyDay }),
  ),
  deferral: fc.option(
    fc.record({
      fromCohortId: fc.constant('2026b'),
      reason: fc.constantFrom(...deferralReasons),
      deferredOn: anyDay,
    }),
  ),
  withdrawal: fc.constant(null),
});

const anyOther = fc
  .tuple(
    anyData,
    fc.constantFrom('active' as const, 'paused' as const, 'stopped' as const, 'completed' as const),
    fc.constantFrom('withdrawn', 'rejected', 'lapsed', 'enrolled'),
    fc.constantFrom(OAKFIELD, ST_ALDHELM),
    anyDay,
  )
  .map(([data, status, outcome, schoolId, endedOn]) =>
    processOf(data, {
      status,
      schoolId,
      ...(status === 'stopped' || status === 'completed' ? { outcome, endedAt: atLondon(endedOn, '12:00') } : {}),
    }),
  );

const anyView = fc
  .record({
    key: fc.constantFrom(...(Object.keys(tasks) as TaskKey[])),
    subject: anyPerson,
    data: anyData,
    others: fc.array(anyOther, { maxLength: 3 }),
    today: anyDay,
    isPaused: fc.boolean(),
    schoolId: fc.constantFrom(OAKFIELD, ST_ALDHELM, RIVERSIDE),
  })
  .map(({ key, isPaused, schoolId, ...options }) => ({
    key,
    view: at(key, {
      ...options,
      process: { schoolId, ...(isPaused ? { status: 'paused' as const, resumesOn: day('2027-06-01') } : {}) },
    }),
  }));

const told = new Set(Object.keys(texts.told));
const expectTold = (result: { readonly effects?: readonly Effect[] } | undefined): void => {
  for (const { code } of effectsOf(result ?? {}, 'tell')) expect(told).toContain(code);
};

describe('whatever is asked', () => {
  it('a start is answered, never thrown', () => {
    const people = fc.tuple(anyPerson, anyPerson, fc.array(anyOther, { maxLength: 3 }), anyDay);
    fc.assert(
      fc.property(sentFor(StartForm), people, (sent, [subject, actor, others, today]) => {
        const fields = parsedForm(StartForm, { ...sent, personId: subject.personId });
        if (isRejection(fields)) return;
        const result = declaration.start(fields, actor, worldOf(subject, { others, today }));
        if (isRejection(result)) return;
        expect(ApplicationData.parse(result.data)).toEqual(result.data);
        expect(Object.keys(declaration.waits)).toContain(result.wait);
      }),
      { numRuns: 300 },
    );
  });

  it('an answer is an outcome of its task or a refusal, tells only what has a sentence, and is kept as parsed', () => {
    let answers = 0;
    fc.assert(
      fc.property(anyView, fc.gen(), ({ key, view }, pick) => {
        const task = tasks[key];
        const forms = task.outcomes as Record<string, ((view: ApplicationView) => Form) | null>;
        for (const [outcome, form] of Object.entries(forms)) {
          if (!form) continue;
          const result = answer(
            view,
            key,
            outcome,
            pick(sentFor, form(view)),
            pick(() => fc.constantFrom(sienna, rowan, zoe)),
          );
          if (isRejection(result)) {
            expect(result.detail).not.toBe('');
            continue;
          }
          answers += 1;
          expect(Object.keys(forms)).toContain(result.outcome);
          expect(ApplicationData.parse(result.data)).toEqual(result.data);
          expectTold(result);
          expect(JSON.stringify(result.eventData ?? {})).not.toContain('because');
        }
      }),
      { numRuns: 300 },
    );
    expect(answers).toBeGreaterThan(200);
  });

  it('a task that opens has dates, facts and findings', () => {
    fc.assert(
      fc.property(anyView, ({ key, view }) => {
        const task = tasks[key];
        for (const { label, value } of task.facts?.(view) ?? []) expect(label.trim() && value.trim()).not.toBe('');
        const known = new Set<string>([...Object.keys(findings), ...fundingCodes]);
        if ('findings' in task) for (const { code } of task.findings?.(view) ?? []) expect(known).toContain(code);
        const opened = 'onOpen' in task ? task.onOpen?.(view) : undefined;
        expectTold(opened);
        if (opened?.data) expect(ApplicationData.parse(opened.data)).toEqual(opened.data);
        if ('atOnce' in task) expectTold(task.atOnce?.(view));
        if ('dueOn' in task)
          expect(task.dueOn?.(view) && task.dueOn(view) > view.world.today).toBe(isDueAfter(key, view));
        if ('lapses' in task) task.lapses?.(view);
      }),
      { numRuns: 300 },
    );
  });

  it('an action is carried out or refused', () => {
    let done = 0;
    fc.assert(
      fc.property(anyView, fc.gen(), ({ view }, pick) => {
        for (const action of Object.keys(actions) as (keyof typeof actions)[]) {
          const spec = declaration.actions[action];
          const result = actNow(
            view,
            action,
            pick(sentFor, spec.form(view)),
            pick(() => fc.constantFrom(rowan, zoe)),
          );
          if (isRejection(result)) continue;
          done += 1;
          expect(ApplicationData.parse(result.data)).toEqual(result.data);
          expectTold(result);
          const { course } = result;
          const target = course.then === 'goes-to' ? course.wait : course.then === 'pauses' ? course.goesTo : undefined;
          if (target !== undefined) expect(Object.keys(declaration.waits)).toContain(target);
          if (course.then === 'stops') expect(Object.keys(texts.ends)).toContain(course.outcome);
        }
        for (const outcome of Object.keys(texts.ends)) expectTold(onEnd(view, outcome));
        expectTold(onSubjectLeft(view));
        expectTold(onSubjectMoved(view));
        declaration.milestones(view);
        declaration.brief(view.data);
        timers.courseStart.on(view);
        timers.cohortOpens.on(view);
      }),
      { numRuns: 300 },
    );
    expect(done).toBeGreaterThan(200);
  });

  it('a started application holds its name, and every end gives it back', () => {
    fc.assert(
      fc.property(anyView, fc.constantFrom(...Object.keys(texts.ends)), ({ view }, outcome) => {
        const released = effectsOf(onEnd(view, outcome), 'release').map(({ guard }) => guard);
        const holder = view.world.subject.personId;
        expect(released).toContain(liveGuard(holder, view.data));
        const frees = view.data.acceptance !== null && ['withdrawn', 'left'].includes(outcome);
        if (frees) expect(released).toContain(acceptedGuard(holder, view.data));
      }),
    );
  });
});

/** A task that is due by the policy is due on a later day; only a deadline of today leaves none. */
const isDueAfter = (key: TaskKey, view: ApplicationView): boolean => {
  const deadline =
    'hardOn' in tasks[key] ? (tasks[key].hardOn as (v: ApplicationView) => Day | undefined)(view) : undefined;
  return deadline !== view.world.today;
};

describe('the words', () => {
  it('name the field of every form', () => {
    const view = at('approve', {
      subject: personOf('Zoe', { posts: [{ schoolId: OAKFIELD }, { schoolId: ST_ALDHELM }] }),
      others: [processOf({ ...application, courseId: 'npq-senco' })],
    });
    const forms = [
      StartForm,
      ...Object.values(tasks).flatMap((task) =>
        Object.values(task.outcomes as Record<string, ((v: ApplicationView) => Form) | null>).flatMap((form) =>
          form ? [form(view)] : [],
        ),
      ),
      ...Object.values(declaration.actions).map((action) => action.form(view)),
    ];
    for (const form of forms) {
      const { properties = {} } = jsonSchemaOf(form);
      for (const [field, { title }] of Object.entries(properties)) {
        expect(title, field).toBe((texts.fields as Record<string, string>)[field]);
      }
    }
  });

  it('have every schedule and course of the catalogue', () => {
    for (const course of courses) expect(schedulesFor(course).length).toBeGreaterThanOrEqual(2);
    expect(scheduleIds).toHaveLength(12);
  });

  it('tell no name, no reason and nothing of health in a message', () => {
    for (const sentence of Object.values(texts.told)) {
      expect(sentence).not.toMatch(/declin|not supported|refus|reason|health|sick|Zoe/i);
    }
  });
});
