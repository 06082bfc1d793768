/**
 * The policy of an action research project: who may sponsor it, what each stage needs, what a gate may decide, what may
 * be done at any time. Pure: everything a rule looks at is in its view.
 *
 * Sources: the EEF's guidance on implementation, 2019 edition with the return to earlier stages of 2024 (domain facts
 * 4); the trust's settled rules on action research. Numbers of hard cases are those of the project's list of facts.
 */
import {
  addSchoolDays,
  type Calendar,
  lastSchoolDayOnOrBefore,
  nextSchoolDay,
  schoolDaysBetween,
  termAt,
} from '../kernel/calendar.ts';
import { countedFrom } from '../kernel/due.ts';
import { tell, tellEach } from '../kernel/news.ts';
import { currentPosts, holdersNow, holds, isCurrent, isImpartial, schoolsOf } from '../kernel/people.ts';
import type { Acted, Answered, Decider, Effect, Mentions, Started, View } from '../kernel/process.ts';
import { type Person, TRUST } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { isEnded } from '../kernel/snapshot.ts';
import { addDays, type Day, daysBetween } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import * as refuse from './refusals.ts';
import {
  type AdaptationAnswer,
  type AgreedAnswer,
  type BackAnswer,
  type ChangeLeadAnswer,
  type ChangePartnerAnswer,
  type ChangePlanAnswer,
  type ChangeTeamAnswer,
  type EmbeddedAnswer,
  type Entry,
  FurtherSchool,
  type Judged,
  type LogAdaptationAnswer,
  type LogAnswer,
  type NotAgreedAnswer,
  type ProceedAnswer,
  type ProjectData,
  type ReadyAnswer,
  type ScaledAnswer,
  type StartInput,
  type StayAnswer,
  type StillInUseAnswer,
  type StopAnswer,
  type WithdrawAnswer,
  type WorkAgainAnswer,
} from './schemas.ts';
import { type Criterion, criteria, isStage, type Judgement, type Stage, stageAfter, stages } from './stages.ts';

export const KIND = 'action-research';
const SET = 'action-research-set';
/** Data of no year: the stages and criteria of the 2019 edition, which the trust names. */
const RULE_SET = 'eef-2019';

type ProjectView = View<ProjectData>;
type Answer<Outcome extends string> = Answered<ProjectData, Outcome>;

/** Whom and what a form names beyond what is on record of the project. */
export const mentions = (sent: Readonly<Record<string, unknown>>): Mentions => ({
  personIds: strings(sent['leadId'], sent['teamIds'], sent['partner'], sent['sponsorId']),
  schoolIds: strings(sent['schoolIds']),
  processIds: strings(sent['setId']),
});

const strings = (...values: readonly unknown[]): readonly string[] =>
  values.flat().filter((value): value is string => typeof value === 'string');

// The sponsor

type SponsorRole = 'headteacher' | 'trust-lead' | 'executive' | 'trust-chair';

interface Sponsored {
  readonly lead: Person;
  readonly schoolIds: readonly string[];
  readonly teamIds: readonly string[];
}

/**
 * Whose place it is: the head where one school takes part, else the trust-lead. Who leads as head has the trust-lead,
 * who leads as trust-lead an executive.
 */
function sponsorPlaces(
  { lead, schoolIds }: Pick<Sponsored, 'lead' | 'schoolIds'>,
  today: Day,
): readonly { readonly role: SponsorRole; readonly schoolId: string }[] {
  const [only = TRUST, ...others] = schoolIds;
  const places = [
    ...(others.length === 0 ? [{ role: 'headteacher' as const, schoolId: only }] : []),
    ...(['trust-lead', 'executive', 'trust-chair'] as const).map((role) => ({ role, schoolId: TRUST })),
  ];
  return places.slice(places.findLastIndex(({ role, schoolId }) => holds(lead, role, schoolId, today)) + 1);
}

/** Everybody at the first place that has somebody who is neither of the team, nor the lead, nor managed by the lead. */
function sponsorsOf(sponsored: Sponsored, { directory, today }: World): readonly Person[] {
  for (const { role, schoolId } of sponsorPlaces(sponsored, today)) {
    const people = holdersNow(directory, role, schoolId, today).filter(
      (person) =>
        !sponsored.teamIds.includes(person.personId) &&
        isImpartial(person, { subject: sponsored.lead, schoolId }, directory, today),
    );
    if (people.length > 0) return people;
  }
  return [];
}

const sponsoredBy = (
  { sponsorId, ...data }: Pick<ProjectData, 'sponsorId' | 'schoolIds' | 'teamIds'>,
  lead: Person,
  world: World,
): Person | undefined => {
  const people = sponsorsOf({ ...data, lead }, world);
  return people.find(({ personId }) => personId === sponsorId) ?? people[0];
};

/** Who sponsors it today: who was named, or who came after them. */
export const sponsorOf = ({ data, world }: ProjectView): Person | undefined => sponsoredBy(data, world.subject, world);

/** Where nobody may sponsor it, the task stays open at the trust-lead's place and is reported as ownerless. */
export const sponsor = (view: ProjectView): Decider => {
  const person = sponsorOf(view);
  return person ? { personId: person.personId } : { role: 'trust-lead', schoolId: TRUST };
};

/** The lead's own work; once they have left, the sponsor finds it and names who carries on. */
export const lead = (view: ProjectView): Decider =>
  isCurrent(view.world.subject, view.world.today) ? { personId: view.process.subjectId } : sponsor(view);

const isInTeam = ({ data }: ProjectView, actor: Person): boolean => data.teamIds.includes(actor.personId);

// Dates

export const PLANNED_AT_LEAST = 8;
/** Up to so many school days more or less than a quarter count as the same time. */
const EVEN_WITHIN = 2;
const MOST_DAYS_AHEAD = 365;
const MOST_DAYS = 4 * 366;
/** What a stage gets that is entered after the time planned for it. */
const LEAST_FOR_A_STAGE = 5;

interface PlanInput {
  readonly startsOn: Day;
  readonly endsOn: Day;
  readonly exploreUntil?: Day | undefined;
  readonly prepareUntil?: Day | undefined;
  readonly deliverUntil?: Day | undefined;
  readonly unevenBecause?: string | undefined;
}
type Plan = ProjectData['plan'];

const dayBefore = (on: Day): Day => addDays(on, -1);

/** The same number of school days for each stage, but for rounding. */
export function evenPlan(calendar: Calendar, startsOn: Day, endsOn: Day): Plan {
  const before = dayBefore(startsOn);
  const days = schoolDaysBetween(calendar, before, endsOn);
  const quarter = (n: number): Day => addSchoolDays(calendar, before, Math.round((days * n) / stages.length));
  return { explore: quarter(1), prepare: quarter(2), deliver: quarter(3), sustain: endsOn };
}

/** School days planned for each stage. */
export function plannedDays(calendar: Calendar, { startsOn, plan }: Pick<ProjectData, 'startsOn' | 'plan'>) {
  const between = (from: Day, to: Day): number => Math.max(0, schoolDaysBetween(calendar, from, to));
  return {
    explore: between(dayBefore(startsOn), plan.explore),
    prepare: between(plan.explore, plan.prepare),
    deliver: between(plan.prepare, plan.deliver),
    sustain: between(plan.deliver, plan.sustain),
  } satisfies Record<Stage, number>;
}

/** School days that each stage has really had, over all its entries, up to today. */
export function spentDays(calendar: Calendar, entries: readonly Entry[], today: Day): Readonly<Record<Stage, number>> {
  const spent = { explore: 0, prepare: 0, deliver: 0, sustain: 0 };
  for (const [at, { stage, enteredOn, leftOn }] of entries.entries()) {
    const from = at === 0 ? dayBefore(enteredOn) : enteredOn;
    spent[stage] += Math.max(0, schoolDaysBetween(calendar, from, leftOn ?? today));
  }
  return spent;
}

/** The lead's own dates, or the same time for each stage; another share needs a reason. */
function planFrom(calendar: Calendar, input: PlanInput): { plan: Plan; unevenBecause: string | null } | Rejection {
  const { startsOn, endsOn, exploreUntil, prepareUntil, deliverUntil, unevenBecause = null } = input;
  if (endsOn <= startsOn) return refuse.datesOutOfOrder('endsOn');
  if (daysBetween(startsOn, endsOn) > MOST_DAYS) return refuse.endsOutOfRange();
  if (schoolDaysBetween(calendar, dayBefore(startsOn), endsOn) < PLANNED_AT_LEAST)
    return refuse.tooShort(PLANNED_AT_LEAST);
  const even = evenPlan(calendar, startsOn, endsOn);
  if (exploreUntil === undefined && prepareUntil === undefined && deliverUntil === undefined)
    return { plan: even, unevenBecause: null };
  if (exploreUntil === undefined || prepareUntil === undefined || deliverUntil === undefined)
    return refuse.datesIncomplete();
  if (exploreUntil < startsOn) return refuse.datesOutOfOrder('exploreUntil');
  if (prepareUntil <= exploreUntil) return refuse.datesOutOfOrder('prepareUntil');
  if (deliverUntil <= prepareUntil) return refuse.datesOutOfOrder('deliverUntil');
  if (endsOn <= deliverUntil) return refuse.datesOutOfOrder('endsOn');
  const plan: Plan = { explore: exploreUntil, prepare: prepareUntil, deliver: deliverUntil, sustain: endsOn };
  const days = plannedDays(calendar, { startsOn, plan });
  const shares = plannedDays(calendar, { startsOn, plan: even });
  const isEven = stages.every((stage) => Math.abs(days[stage] - shares[stage]) <= EVEN_WITHIN);
  if (!isEven && unevenBecause === null) return refuse.unevenWithoutReason();
  return { plan, unevenBecause: isEven ? null : unevenBecause };
}

/** One school, and both days in one term of the calendar. */
function isOfOneTerm(calendar: Calendar, schoolIds: readonly string[], startsOn: Day, endsOn: Day): boolean {
  const term = termAt(calendar, startsOn);
  return schoolIds.length === 1 && term !== undefined && term === termAt(calendar, endsOn);
}

/** Until when a stage that begins today has time: as planned, or as long as was planned where that day is past. */
function untilFor({ data, world }: ProjectView, stage: Stage): Day {
  const { calendar, today } = world;
  if (data.plan[stage] > today) return data.plan[stage];
  return addSchoolDays(calendar, today, Math.max(plannedDays(calendar, data)[stage], LEAST_FOR_A_STAGE));
}

/** The work of a stage is due on the last school day of its time; at least the next school day. */
export function workDueOn({ data, wait, world }: ProjectView): Day {
  const { calendar, today } = world;
  const wanted = lastSchoolDayOnOrBefore(calendar, data.entries.at(-1)?.until ?? data.endsOn);
  const soonest = nextSchoolDay(calendar, wait ? countedFrom(wait) : today);
  return [wanted, soonest].sort()[1] ?? soonest;
}

/** The day on which what was embedded is looked at again. */
export const reviewOn = ({ data, world }: ProjectView): Day => data.decision?.reviewOn ?? world.today;

// Start

const noLog = { note: 0, evidence: 0, measure: 0, adaptation: 0 } as const;

const hasPost = ({ directory, today }: World, personId: string): boolean => {
  const person = directory.person(personId);
  return person !== undefined && currentPosts(person, today).length > 0;
};

const isPartner = ({ directory, today }: World, personId: string): boolean => {
  const person = directory.person(personId);
  return person !== undefined && holds(person, 'partner', TRUST, today);
};

/** Why those people cannot be the team of that lead; nothing where they can. */
const teamRefused = (teamIds: readonly string[], leadId: string, world: World): Rejection | undefined => {
  if (teamIds.includes(leadId)) return refuse.leadInTeam();
  return teamIds.every((personId) => hasPost(world, personId)) ? undefined : refuse.nobodyInTeam();
};

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

/** Starts a project in Explore, for oneself or by a lead of the person's school or the trust. */
export function start(
  sent: Readonly<Record<string, unknown>>,
  actor: Person,
  world: World,
): Started<ProjectData> | Rejection {
  const input = sent as unknown as StartInput;
  const { subject, today, calendar, directory } = world;
  const theirs = schoolsOf(subject, today);
  if (theirs.length === 0) return refuse.noCurrentPost();
  const schoolIds = unique(input.schoolIds ?? theirs.slice(0, 1));
  const unknown = schoolIds.find((schoolId) => schoolId !== TRUST && directory.school(schoolId) === undefined);
  if (unknown !== undefined) return refuse.noSuchSchool(unknown);
  if (schoolIds.length === 0 || schoolIds.includes(TRUST)) return refuse.nameTheSchools();

  const teamIds = unique(input.teamIds);
  const refusedTeam = teamRefused(teamIds, subject.personId, world);
  if (refusedTeam) return refusedTeam;
  if (input.partner !== undefined && !isPartner(world, input.partner)) return refuse.notAPartner();
  if (Math.abs(daysBetween(today, input.startsOn)) > MOST_DAYS_AHEAD) return refuse.startsOutOfRange();
  const planned = planFrom(calendar, input);
  if (isRejection(planned)) return planned;
  const isOneTerm = isOfOneTerm(calendar, schoolIds, input.startsOn, input.endsOn);
  if (input.isSmall === true && !isOneTerm) return refuse.notSmall();

  const sponsored = { lead: subject, schoolIds, teamIds };
  const sponsors = sponsorsOf(sponsored, world);
  if (input.sponsorId !== undefined && !sponsors.some(({ personId }) => personId === input.sponsorId)) {
    const [place] = sponsorPlaces(sponsored, today);
    return refuse.notASponsor(place?.role ?? 'trust-chair');
  }
  const set = input.setId === undefined ? undefined : world.mentioned(input.setId);
  if (input.setId !== undefined && (set === undefined || set.kind !== SET || isEnded(set))) return refuse.noSuchSet();

  const data = newProject({
    title: input.title,
    priorityArea: input.priorityArea,
    question: input.question,
    schoolIds,
    teamIds,
    sponsorId: input.sponsorId ?? sponsors[0]?.personId ?? null,
    partnerId: input.partner ?? null,
    setId: input.setId ?? null,
    isSmall: input.isSmall ?? isOneTerm,
    startsOn: input.startsOn,
    endsOn: input.endsOn,
    ...planned,
    leadSchoolIds: theirs.filter((schoolId) => schoolIds.includes(schoolId)),
    activeIngredients: null,
  });
  return {
    data,
    subjectId: subject.personId,
    schoolId: data.leadSchoolIds[0] ?? schoolIds[0] ?? TRUST,
    ruleSet: RULE_SET,
    wait: 'explore-work',
    effects: [
      ...(set ? [{ effect: 'join', processId: set.processId } as const] : []),
      ...(actor.personId === subject.personId ? [] : [tell(subject.personId, 'decided', 'started-for-you')]),
      ...tellEach(teamIds, 'in-the-team', [actor.personId]),
      ...tellEach([data.sponsorId], 'you-are-sponsor', [actor.personId]),
      ...tellEach(headsBesides(data, world), 'your-school-takes-part', [actor.personId]),
      ...tellEach([data.partnerId], 'partner-invited', [actor.personId]),
    ],
  };
}

/** Heads of the schools that take part: they may read it, and it stands in no list of theirs but their own school's. */
const headsBesides = ({ schoolIds, sponsorId }: ProjectData, { directory, subject, today }: World): readonly string[] =>
  schoolIds
    .flatMap((schoolId) => holdersNow(directory, 'headteacher', schoolId, today))
    .map(({ personId }) => personId)
    .filter((personId) => personId !== sponsorId && personId !== subject.personId);

type New = Pick<
  ProjectData,
  | 'title'
  | 'priorityArea'
  | 'question'
  | 'schoolIds'
  | 'teamIds'
  | 'sponsorId'
  | 'partnerId'
  | 'setId'
  | 'isSmall'
  | 'startsOn'
  | 'endsOn'
  | 'plan'
  | 'unevenBecause'
  | 'leadSchoolIds'
  | 'activeIngredients'
>;

const newProject = (fresh: New): ProjectData => ({
  ...fresh,
  entries: [entryOf('explore', fresh.startsOn, fresh.plan.explore)],
  evidence: {},
  lastGate: null,
  adaptation: null,
  logged: { explore: noLog, prepare: noLog, deliver: noLog, sustain: noLog },
  adaptationsAgreed: 0,
  adaptationsNotAgreed: 0,
  decision: null,
  sessionOffer: null,
  leadLeftOn: null,
  leadMovedOn: null,
  withdrawal: null,
});

const entryOf = (stage: Stage, enteredOn: Day, until: Day): Entry => ({
  stage,
  enteredOn,
  until,
  stays: 0,
  leftOn: null,
  leftBy: null,
});

/**
 * The project of a further school: a new one, from Explore, because another school is another problem (hard case 87).
 * The lead of the first leads it until somebody of that school does.
 */
export function startedBySystem(input: Readonly<Record<string, unknown>>, world: World): Started<ProjectData> {
  const { schoolId, schoolDays, ...about } = FurtherSchool.parse(input);
  const { calendar, today, subject, directory } = world;
  const startsOn = nextSchoolDay(calendar, today);
  const endsOn = addSchoolDays(calendar, startsOn, Math.max(schoolDays, PLANNED_AT_LEAST) - 1);
  const schoolIds = [schoolId];
  const sponsorId = sponsorsOf({ lead: subject, schoolIds, teamIds: [] }, world)[0]?.personId ?? null;
  const heads = holdersNow(directory, 'headteacher', schoolId, today).map(({ personId }) => personId);
  return {
    data: newProject({
      ...about,
      schoolIds,
      teamIds: [],
      sponsorId,
      partnerId: null,
      setId: null,
      isSmall: isOfOneTerm(calendar, schoolIds, startsOn, endsOn),
      startsOn,
      endsOn,
      plan: evenPlan(calendar, startsOn, endsOn),
      unevenBecause: null,
      leadSchoolIds: schoolsOf(subject, today).filter((theirs) => theirs === schoolId),
    }),
    subjectId: subject.personId,
    schoolId,
    ruleSet: RULE_SET,
    wait: 'explore-work',
    effects: [
      tell(subject.personId, 'decided', 'scaled-for-you'),
      ...tellEach(heads, 'comes-to-your-school', [subject.personId]),
      ...tellEach(heads.includes(sponsorId ?? '') ? [] : [sponsorId], 'you-are-sponsor', [subject.personId]),
    ],
  };
}

// The work of a stage

/** What shows each criterion goes to the sponsor. */
export function ready(view: ProjectView, stage: Stage, form: ReadyAnswer): Answer<'ready'> {
  const { data } = view;
  const handedIn = Object.fromEntries(criteria[stage].map((criterion) => [criterion, form[criterion] ?? '']));
  return {
    outcome: 'ready',
    data: {
      ...data,
      evidence: { ...data.evidence, ...handedIn },
      activeIngredients: form.activeIngredients ?? data.activeIngredients,
    },
  };
}

// Gates

const judgementsOf = (stage: Stage, form: Judged): Partial<Record<Criterion, Judgement>> =>
  Object.fromEntries(
    criteria[stage].flatMap((criterion) => (form[criterion] === undefined ? [] : [[criterion, form[criterion]]])),
  );

const notMet = (stage: Stage, form: Judged): readonly Criterion[] =>
  criteria[stage].filter((criterion) => form[criterion] !== 'met');

interface Gate {
  readonly stage: Stage;
  readonly outcome: string;
  readonly form: Judged;
  readonly text?: string | undefined;
  readonly actor: Person;
}

/** The decision on record, with the entry of the stage as it then is. */
const decided = ({ data, world }: ProjectView, gate: Gate, entry: (last: Entry) => Entry): ProjectData => ({
  ...data,
  entries: data.entries.map((each, at) => (at === data.entries.length - 1 ? entry(each) : each)),
  lastGate: {
    stage: gate.stage,
    outcome: gate.outcome,
    decidedBy: gate.actor.personId,
    decidedOn: world.today,
    judged: judgementsOf(gate.stage, gate.form),
    text: gate.text ?? null,
  },
});

const leaving =
  ({ world }: ProjectView, leftBy: string) =>
  (entry: Entry): Entry => ({ ...entry, leftOn: world.today, leftBy });

const entering = (view: ProjectView, data: ProjectData, stage: Stage, until?: Day): ProjectData => ({
  ...data,
  entries: [...data.entries, entryOf(stage, view.world.today, until ?? untilFor(view, stage))],
});

/** Lead and team hear that something was decided, and the parent project how far this one is. */
const decisionNews = ({ data, world }: ProjectView, actor: Person, mark: string): readonly Effect[] => [
  tell(world.subject.personId, 'decided', 'decision-ready'),
  ...tellEach(data.teamIds, 'team-decision', [actor.personId]),
  { effect: 'report', mark },
];

/** To the next stage and no other (hard case 84), once all of this one's criteria are met (hard case 85). */
export function proceed(
  view: ProjectView,
  stage: Stage,
  form: ProceedAnswer & Judged,
  actor: Person,
): Answer<'proceed'> | Rejection {
  const next = stageAfter(stage);
  if (next === undefined) throw new Error('Sustain ends by a decision');
  if (isInTeam(view, actor)) return refuse.decidesInTeam();
  if (form.to !== undefined && form.to !== next) return refuse.stageSkipped(next, form.to);
  const missing = notMet(stage, form);
  if (missing.length > 0) return refuse.criteriaNotMet(missing);
  const left = decided(view, { stage, outcome: 'proceed', form, text: form.note, actor }, leaving(view, 'proceed'));
  return {
    outcome: 'proceed',
    data: entering(view, left, next),
    effects: decisionNews(view, actor, next),
  };
}

/** The same stage goes on, with a new day. */
export function stay(
  view: ProjectView,
  stage: Stage,
  form: StayAnswer & Judged,
  actor: Person,
): Answer<'stay'> | Rejection {
  if (isInTeam(view, actor)) return refuse.decidesInTeam();
  return {
    outcome: 'stay',
    data: decided(view, { stage, outcome: 'stay', form, text: form.missing, actor }, (entry) => ({
      ...entry,
      until: form.until,
      stays: entry.stays + 1,
    })),
    effects: decisionNews(view, actor, stage),
    eventData: { until: form.until, notMet: notMet(stage, form) },
  };
}

/**
 * To an earlier stage, which is entered anew; its earlier entries stay on record (hard case 85). `word` says on which
 * outcome of the gate each of them lies.
 */
export function back<Outcome extends string>(
  view: ProjectView,
  stage: Stage,
  form: BackAnswer & Judged,
  actor: Person,
  word: { readonly [S in Stage]?: Outcome },
): Answer<Outcome> | Rejection {
  if (isInTeam(view, actor)) return refuse.decidesInTeam();
  const outcome = word[form.to];
  if (outcome === undefined) throw new Error(`${stage} does not go back to ${form.to}`);
  const left = decided(view, { stage, outcome: 'back', form, text: form.why, actor }, leaving(view, 'back'));
  return {
    outcome,
    data: entering(view, left, form.to, form.until),
    effects: decisionNews(view, actor, form.to),
    eventData: { to: form.to, notMet: notMet(stage, form) },
  };
}

/** What was learned is a result, whichever stage it comes from. */
export function stop(
  view: ProjectView,
  stage: Stage,
  form: StopAnswer & Judged,
  actor: Person,
): Answer<'stop'> | Rejection {
  if (isInTeam(view, actor)) return refuse.decidesInTeam();
  const left = decided(view, { stage, outcome: 'stop', form, text: form.learned, actor }, leaving(view, 'stop'));
  return {
    outcome: 'stop',
    data: { ...left, decision: decisionOf(view, 'stopped', actor, { learned: form.learned }) },
    effects: decisionNews(view, actor, 'stopped'),
  };
}

type Decision = NonNullable<ProjectData['decision']>;

const decisionOf = (
  { world }: ProjectView,
  outcome: Decision['outcome'],
  actor: Person,
  more: Partial<Decision>,
): Decision => ({
  outcome,
  decidedBy: actor.personId,
  decidedOn: world.today,
  learned: null,
  reviewOn: null,
  furtherSchoolIds: [],
  ...more,
});

/** Part of everyday work, until somebody looks at it again on that day. */
export function embedded(
  view: ProjectView,
  form: EmbeddedAnswer & Judged,
  actor: Person,
): Answer<'embedded'> | Rejection {
  if (isInTeam(view, actor)) return refuse.decidesInTeam();
  const missing = notMet('sustain', form);
  if (missing.length > 0) return refuse.criteriaNotMet(missing);
  const gate = { stage: 'sustain', outcome: 'embedded', form, text: form.note, actor } as const;
  return {
    outcome: 'embedded',
    data: {
      ...decided(view, gate, leaving(view, 'embedded')),
      decision: decisionOf(view, 'embedded', actor, { reviewOn: form.reviewOn }),
    },
    effects: decisionNews(view, actor, 'embedded'),
    eventData: { reviewOn: form.reviewOn },
  };
}

/** Each further school begins a project of its own from Explore (hard case 87); the result is offered as a session. */
export function scaled(view: ProjectView, form: ScaledAnswer & Judged, actor: Person): Answer<'scaled'> | Rejection {
  if (isInTeam(view, actor)) return refuse.decidesInTeam();
  const { data, world } = view;
  const missing = notMet('sustain', form);
  if (missing.length > 0) return refuse.criteriaNotMet(missing);
  const furtherSchoolIds = unique(form.schoolIds);
  if (furtherSchoolIds.some((schoolId) => data.schoolIds.includes(schoolId))) return refuse.schoolTakesPart();
  const unknown = furtherSchoolIds.find((schoolId) => world.directory.school(schoolId) === undefined);
  if (unknown !== undefined) return refuse.noSuchSchool(unknown);
  const gate = { stage: 'sustain', outcome: 'scaled', form, text: form.note, actor } as const;
  const planned = plannedDays(world.calendar, data);
  const schoolDays = stages.reduce((sum, stage) => sum + planned[stage], 0);
  return {
    outcome: 'scaled',
    data: {
      ...decided(view, gate, leaving(view, 'scaled')),
      decision: decisionOf(view, 'scaled', actor, { furtherSchoolIds }),
      sessionOffer: {
        title: form.sessionTitle ?? data.title,
        priorityArea: data.priorityArea,
        offeredOn: world.today,
        offeredBy: actor.personId,
      },
    },
    effects: [
      ...decisionNews(view, actor, 'scaled'),
      ...furtherSchoolIds.map(
        (schoolId): Effect => ({
          effect: 'start',
          kind: KIND,
          key: schoolId,
          input: {
            schoolId,
            title: data.title,
            priorityArea: data.priorityArea,
            question: data.question,
            activeIngredients: data.activeIngredients,
            schoolDays,
          } satisfies FurtherSchoolInput,
        }),
      ),
    ],
    eventData: { furtherSchoolIds },
  };
}

type FurtherSchoolInput = ReturnType<typeof FurtherSchool.parse>;

/** No longer used: from the gate of Sustain, or from the review of what was embedded. */
export function deImplemented(
  view: ProjectView,
  form: StopAnswer & Judged,
  actor: Person,
): Answer<'de-implemented'> | Rejection {
  if (isInTeam(view, actor)) return refuse.decidesInTeam();
  const isGate = view.wait?.wait !== 'review';
  const gate = { stage: 'sustain', outcome: 'de-implemented', form, text: form.learned, actor } as const;
  return {
    outcome: 'de-implemented',
    data: {
      ...(isGate ? decided(view, gate, leaving(view, 'de-implemented')) : view.data),
      decision: decisionOf(view, 'de-implemented', actor, { learned: form.learned }),
    },
    effects: decisionNews(view, actor, 'de-implemented'),
  };
}

// The review of what was embedded

export function stillInUse(
  view: ProjectView,
  form: StillInUseAnswer,
  actor: Person,
): Answer<'still-in-use' | 'review-again'> | Rejection {
  if (isInTeam(view, actor)) return refuse.decidesInTeam();
  const { data } = view;
  const next = form.reviewOn ?? null;
  return {
    outcome: next === null ? 'still-in-use' : 'review-again',
    data: { ...data, decision: data.decision && { ...data.decision, reviewOn: next ?? data.decision.reviewOn } },
    effects: decisionNews(view, actor, 'embedded'),
    ...(next !== null && { eventData: { reviewOn: next } }),
  };
}

/** Sustain is entered anew. */
export function workAgain(view: ProjectView, form: WorkAgainAnswer, actor: Person): Answer<'work-again'> | Rejection {
  if (isInTeam(view, actor)) return refuse.decidesInTeam();
  const { data, world } = view;
  return {
    outcome: 'work-again',
    data: entering(
      view,
      {
        ...data,
        decision: null,
        lastGate: {
          stage: 'sustain',
          outcome: 'work-again',
          decidedBy: actor.personId,
          decidedOn: world.today,
          judged: {},
          text: form.why,
        },
      },
      'sustain',
      form.until,
    ),
    effects: decisionNews(view, actor, 'sustain'),
    eventData: { until: form.until },
  };
}

// The log

/** The stage to which something belongs that is logged now; what was embedded belongs to Sustain. */
const stageNow = ({ process }: ProjectView): Stage => (isStage(process.stage) ? process.stage : 'sustain');

const counted = (view: ProjectView, sort: keyof typeof noLog): ProjectData => {
  const { data } = view;
  const stage = stageNow(view);
  const logged = data.logged[stage];
  return { ...data, logged: { ...data.logged, [stage]: { ...logged, [sort]: logged[sort] + 1 } } };
};

/** A note, a piece of evidence or a measurement, with its day: a comment of the process, an item of its own. */
export const log = (view: ProjectView, form: LogAnswer, actor: Person): Acted<ProjectData> => ({
  data: counted(view, form.sort),
  course: { then: 'stays' },
  effects: [{ effect: 'comment', personId: actor.personId, text: form.text, sort: form.sort, on: form.on }],
  eventData: { sort: form.sort, on: form.on },
});

/** Something is adapted once it is in use. */
export const adaptationRefused = (view: ProjectView): Rejection | undefined =>
  stageNow(view) === 'explore' || stageNow(view) === 'prepare' ? refuse.notInUseYet() : undefined;

const waitsForSponsor = ({ data }: ProjectView): boolean => data.adaptation?.isAgreed === null;

const proposedAdaptation = (
  view: ProjectView,
  form: AdaptationAnswer,
  proposedBy: string,
  on: Day,
): { data: ProjectData; effects: readonly Effect[] } => ({
  data: {
    ...counted(view, 'adaptation'),
    adaptation: {
      what: form.what,
      why: form.why,
      on,
      proposedBy,
      isAgreed: null,
      answeredBy: null,
      answeredOn: null,
      answer: null,
    },
  },
  effects: [adaptationComment(form, proposedBy, on)],
});

const adaptationComment = ({ what, why }: AdaptationAnswer, personId: string, on: Day): Effect => ({
  effect: 'comment',
  personId,
  text: `${what}\n\n${why}`,
  sort: 'adaptation',
  on,
});

/** The lead asks with the stage's own task. */
export function adaptationProposed(
  view: ProjectView,
  form: AdaptationAnswer,
  actor: Person,
): Answer<'adaptation-proposed'> {
  return { outcome: 'adaptation-proposed', ...proposedAdaptation(view, form, actor.personId, view.world.today) };
}

/** One that touches an active ingredient goes to the sponsor, another is only logged (hard case 86). */
export function logAdaptation(
  view: ProjectView,
  form: LogAdaptationAnswer,
  actor: Person,
): Acted<ProjectData> | Rejection {
  const { process } = view;
  const eventData = { sort: 'adaptation', on: form.on, touchesActiveIngredient: form.touchesActiveIngredient };
  if (!form.touchesActiveIngredient)
    return {
      data: counted(view, 'adaptation'),
      course: { then: 'stays' },
      effects: [adaptationComment(form, actor.personId, form.on)],
      eventData,
    };
  if (!isStage(process.stage)) return refuse.inReview();
  if (waitsForSponsor(view)) return refuse.adaptationWaits();
  return {
    ...proposedAdaptation(view, form, actor.personId, form.on),
    course: { then: 'goes-to', wait: `${process.stage}-adaptation` },
    eventData,
  };
}

const answeredAdaptation = (
  { data, world }: ProjectView,
  isAgreed: boolean,
  answer: string | null,
  actor: Person,
): ProjectData => ({
  ...data,
  adaptation: data.adaptation && {
    ...data.adaptation,
    isAgreed,
    answeredBy: actor.personId,
    answeredOn: world.today,
    answer,
  },
  adaptationsAgreed: data.adaptationsAgreed + (isAgreed ? 1 : 0),
  adaptationsNotAgreed: data.adaptationsNotAgreed + (isAgreed ? 0 : 1),
});

export function agreed(view: ProjectView, form: AgreedAnswer, actor: Person): Answer<'agreed'> | Rejection {
  if (isInTeam(view, actor)) return refuse.decidesInTeam();
  return {
    outcome: 'agreed',
    data: answeredAdaptation(view, true, form.note ?? null, actor),
    effects: decisionNews(view, actor, view.process.stage),
  };
}

export function notAgreed(view: ProjectView, form: NotAgreedAnswer, actor: Person): Answer<'not-agreed'> | Rejection {
  if (isInTeam(view, actor)) return refuse.decidesInTeam();
  return {
    outcome: 'not-agreed',
    data: answeredAdaptation(view, false, form.why, actor),
    effects: decisionNews(view, actor, view.process.stage),
  };
}

// What may be done at any time

/** New dates by the rules of the start; the stage that is under way gets the new one of its own. */
export function changePlan(view: ProjectView, form: ChangePlanAnswer): Acted<ProjectData> | Rejection {
  const { data, world } = view;
  const planned = planFrom(world.calendar, { ...form, startsOn: data.startsOn });
  if (isRejection(planned)) return planned;
  const changed: ProjectData = { ...data, endsOn: form.endsOn, ...planned };
  const entries = changed.entries.map((entry, at) =>
    at === changed.entries.length - 1 && entry.leftOn === null && changed.plan[entry.stage] > world.today
      ? { ...entry, until: changed.plan[entry.stage] }
      : entry,
  );
  return { data: { ...changed, entries }, course: { then: 'stays' }, eventData: { endsOn: form.endsOn } };
}

/** With the sponsor that the project then has, who is told where it is another. */
function withSponsor(
  before: ProjectData,
  data: ProjectData,
  subject: Person,
  world: World,
  actor: Person | null,
): { readonly data: ProjectData; readonly effects: readonly Effect[] } {
  const sponsorId = sponsoredBy(data, subject, world)?.personId ?? null;
  return {
    data: { ...data, sponsorId },
    effects: sponsorId === before.sponsorId ? [] : tellEach([sponsorId], 'you-are-sponsor', [actor?.personId]),
  };
}

/** Who joins the team as its sponsor sponsors it no longer. */
export function changeTeam(view: ProjectView, form: ChangeTeamAnswer, actor: Person): Acted<ProjectData> | Rejection {
  const { data, world } = view;
  const teamIds = unique(form.teamIds);
  const joined = teamIds.filter((personId) => !data.teamIds.includes(personId));
  const left = data.teamIds.filter((personId) => !teamIds.includes(personId));
  if (joined.length === 0 && left.length === 0) return refuse.sameTeam();
  // Who is in it already may stay after leaving the trust: only the new ones are looked at.
  const refused = teamRefused(joined, world.subject.personId, world);
  if (refused) return refused;
  const sponsored = withSponsor(data, { ...data, teamIds }, world.subject, world, actor);
  return {
    data: sponsored.data,
    course: { then: 'stays' },
    effects: [
      ...tellEach(joined, 'in-the-team', [actor.personId]),
      ...tellEach(left, 'not-in-the-team', [actor.personId]),
      ...sponsored.effects,
    ],
    eventData: { joined, left },
  };
}

export function changePartner(
  { data, world }: ProjectView,
  form: ChangePartnerAnswer,
  actor: Person,
): Acted<ProjectData> | Rejection {
  const partnerId = form.partner ?? null;
  if (partnerId !== null && !isPartner(world, partnerId)) return refuse.notAPartner();
  return {
    data: { ...data, partnerId },
    course: { then: 'stays' },
    effects: partnerId === data.partnerId ? [] : tellEach([partnerId], 'partner-invited', [actor.personId]),
    eventData: { partnerId },
  };
}

/**
 * The project goes with all it has to another lead, and gets another sponsor where the new lead may not have this one.
 * Who led it stays in the team, unless they have left or sponsor it now.
 */
export function changeLead(view: ProjectView, form: ChangeLeadAnswer, actor: Person): Acted<ProjectData> | Rejection {
  const { data, process, world } = view;
  const { leadId } = form;
  if (leadId === process.subjectId) return refuse.alreadyLeads();
  const next = world.directory.person(leadId);
  if (next === undefined || !hasPost(world, leadId)) return refuse.noSuchLead();
  const changed: ProjectData = {
    ...data,
    teamIds: data.teamIds.filter((personId) => personId !== leadId),
    leadSchoolIds: schoolsOf(next, world.today).filter((schoolId) => data.schoolIds.includes(schoolId)),
    leadLeftOn: null,
    leadMovedOn: null,
  };
  const sponsored = withSponsor(data, changed, next, world, actor);
  const { subjectId } = process;
  const staysOn = hasPost(world, subjectId) && sponsored.data.sponsorId !== subjectId;
  return {
    data: staysOn ? { ...sponsored.data, teamIds: [...changed.teamIds, subjectId] } : sponsored.data,
    subjectId: leadId,
    course: { then: 'stays' },
    effects: [
      ...tellEach([leadId], 'you-are-lead', [actor.personId]),
      ...tellEach(
        [process.subjectId, ...changed.teamIds].filter((personId) => personId !== leadId),
        'lead-changed',
        [actor.personId],
      ),
      ...sponsored.effects,
    ],
    eventData: { fromLeadId: process.subjectId, leadId },
  };
}

export const withdraw = (view: ProjectView, form: WithdrawAnswer, actor: Person): Acted<ProjectData> => {
  const { data, world } = view;
  return {
    data: {
      ...data,
      entries: data.entries.map((entry) =>
        entry.leftOn === null ? { ...entry, leftOn: world.today, leftBy: 'withdrawn' } : entry,
      ),
      withdrawal: { reason: form.reason, withdrawnBy: actor.personId, withdrawnOn: world.today },
    },
    course: { then: 'stops', outcome: 'withdrawn' },
    effects: tellEach([world.subject.personId, ...data.teamIds, sponsorOf(view)?.personId], 'withdrawn', [
      actor.personId,
    ]),
  };
};

// What happens around it

const hasLeft = ({ subject, today }: World): boolean =>
  !isCurrent(subject, today) && !subject.posts.some((post) => post.endsOn === undefined || post.endsOn >= today);

/** The project stays as it is: the sponsor is told, once, and finds the lead's work among their own. */
export function onSubjectLeft(view: ProjectView): Acted<ProjectData> | undefined {
  const { data, world } = view;
  if (data.leadLeftOn !== null || !hasLeft(world)) return undefined;
  return {
    data: { ...data, leadLeftOn: world.today },
    course: { then: 'stays' },
    effects: tellEach([sponsorOf(view)?.personId, ...data.teamIds], 'lead-left'),
  };
}

/** The project stays at its school. Whether somebody there carries on is for its sponsor and lead to say. */
export function onSubjectMoved(view: ProjectView): Acted<ProjectData> | undefined {
  const { data, world } = view;
  const theirs = schoolsOf(world.subject, world.today);
  const isElsewhere =
    theirs.length > 0 &&
    data.leadSchoolIds.length > 0 &&
    !data.leadSchoolIds.some((schoolId) => theirs.includes(schoolId));
  if (data.leadMovedOn !== null || !isElsewhere) return undefined;
  return {
    data: { ...data, leadMovedOn: world.today },
    course: { then: 'stays' },
    effects: tellEach([sponsorOf(view)?.personId, world.subject.personId], 'lead-moved'),
  };
}

/** A new headteacher or trust-lead sponsors what the old one did. */
export function onMorning(view: ProjectView): (Acted<ProjectData> & { readonly event: string }) | undefined {
  const { data, world } = view;
  const sponsorId = sponsorOf(view)?.personId ?? null;
  if (sponsorId === data.sponsorId) return undefined;
  return {
    data: { ...data, sponsorId },
    course: { then: 'stays' },
    effects: [...tellEach([sponsorId], 'you-are-sponsor'), tell(world.subject.personId, 'decided', 'sponsor-changed')],
    eventData: { fromSponsorId: data.sponsorId, sponsorId },
    event: 'sponsor-changed',
  };
}

// What others see

export const named = (data: ProjectData): readonly { readonly personId: string; readonly as: string }[] => [
  ...data.teamIds.map((personId) => ({ personId, as: 'team' })),
  ...(data.sponsorId === null ? [] : [{ personId: data.sponsorId, as: 'sponsor' }]),
  ...(data.partnerId === null ? [] : [{ personId: data.partnerId, as: 'partner' }]),
];

/** When each stage was to be over and was, with the time it was to have and has had. */
export function milestones({ data, world }: ProjectView) {
  const planned = plannedDays(world.calendar, data);
  const spent = spentDays(world.calendar, data.entries, world.today);
  const current = data.entries.at(-1);
  return stages.map((stage) => {
    const last = data.entries.findLast((entry) => entry.stage === stage);
    // Whoever went back does the stages in between anew.
    const isAhead = current !== undefined && stages.indexOf(stage) > stages.indexOf(current.stage);
    return {
      stage,
      planned: planned[stage],
      spent: spent[stage],
      dueOn: last?.until ?? data.plan[stage],
      doneOn: isAhead ? null : (last?.leftOn ?? null),
    };
  });
}

/** Stage and dates only: nothing that people wrote. */
export const brief = (data: ProjectData): Readonly<Record<string, unknown>> => ({
  schoolIds: data.schoolIds,
  isSmall: data.isSmall,
  startsOn: data.startsOn,
  endsOn: data.endsOn,
  plan: data.plan,
  entries: data.entries,
  decidedOn: data.decision?.decidedOn ?? null,
  reviewOn: data.decision?.reviewOn ?? null,
});
