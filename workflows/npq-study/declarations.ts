/**
 * What a provider declares of a study: what is refused, what a declaration and its states come to, and where the study
 * goes on. Source: `declarations/{create,void}.rb`, `app/models/declaration.rb` of `DFE-Digital/npq-registration` at
 * 9e9784a85 (21 August 2026); the order of milestones and what a pause means are ours.
 */
import type { Acted, Course as Path } from '../kernel/process.ts';
import type { Person } from '../kernel/records.ts';
import type { Rejection } from '../kernel/rejections.ts';
import type { Day } from '../kernel/time.ts';
import { courseOf, type DeclarationType, isAssessed } from '../npq/courses.ts';
import * as refuse from './refusals.ts';
import type {
  Declaration,
  DeclarationState,
  DeclareAnswer,
  RecordedAnswer,
  StateAnswer,
  StudyData,
  VoidAnswer,
} from './schemas.ts';
import {
  type Answer,
  assessmentNumber,
  datesOf,
  goTo,
  isLive,
  LIVE,
  laterOf,
  liveOf,
  nextType,
  type StudyView,
  tellSubject,
  typesOf,
  withOutcome,
  withoutOutcome,
} from './standing.ts';

/**
 * Why a declaration cannot be recorded. The DfE's rules (`declarations/create.rb`): on the schedule (hard case 25), not
 * before it starts nor in the future, one of a type (hard case 31), with the result where the course is assessed (hard
 * case 32), not once this provider has withdrawn the participant (an earlier provider's withdrawal does not count, hard
 * case 41). Ours: in order, by type and by date, equal dates allowed (hard cases 23, 24), and not for a day on which the
 * study was paused (hard case 39).
 */
export function declarationRefused(
  view: StudyView,
  type: DeclarationType,
  { declaredOn, hasPassed }: { readonly declaredOn: Day; readonly hasPassed?: boolean | undefined },
): Rejection | undefined {
  const { data, world } = view;
  const course = courseOf(data.courseId);
  const types = typesOf(data);
  if (!types.includes(type)) return refuse.notOnSchedule(type);
  const dates = datesOf(view);
  if (declaredOn < dates.appliesFrom) return refuse.beforeSchedule(dates.appliesFrom);
  if (declaredOn > world.today) return refuse.inTheFuture();
  const live = liveOf(data, type);
  if (live) return refuse.alreadyDeclared(live);

  const at = types.indexOf(type);
  for (const earlier of types.slice(0, at)) {
    const declared = liveOf(data, earlier);
    if (!declared) return refuse.earlierMissing(earlier);
    if (declaredOn < declared.declaredOn) return refuse.beforeEarlier(declared);
  }
  for (const later of types.slice(at + 1)) {
    const declared = liveOf(data, later);
    if (declared && declaredOn > declared.declaredOn) return refuse.afterLater(declared);
  }

  const deferral = data.deferrals.find(
    ({ deferredOn, resumedOn }) => declaredOn >= deferredOn && (resumedOn === null || declaredOn < resumedOn),
  );
  if (deferral)
    return deferral.resumedOn === null
      ? refuse.whileDeferred(deferral.deferredOn)
      : refuse.inADeferral(deferral.deferredOn, deferral.resumedOn);

  const latest = data.trainingStates.findLast(({ providerId }) => providerId === data.providerId);
  if (latest?.state === 'withdrawn' && latest.on <= declaredOn) return refuse.withdrawnByProvider(latest.on);

  if (type !== 'completed') return undefined;
  if (isAssessed(course)) return hasPassed === undefined ? refuse.hasPassedNeeded() : undefined;
  return hasPassed === undefined ? undefined : refuse.hasPassedNotAsked();
}

/** The days between which a declaration of that type keeps the order. */
export function boundsOf(view: StudyView, type: DeclarationType): { readonly from: Day; readonly to: Day } {
  const { data, world } = view;
  const types = typesOf(data);
  const at = types.indexOf(type);
  const declared = (some: readonly DeclarationType[]): readonly Day[] =>
    some.flatMap((each) => liveOf(data, each)?.declaredOn ?? []);
  return {
    from: [datesOf(view).appliesFrom, ...declared(types.slice(0, at))].reduce(laterOf),
    to: [...declared(types.slice(at + 1)), world.today].sort()[0] ?? world.today,
  };
}

/** The study with that declaration, and with its result where it brings one. */
function withDeclaration(view: StudyView, type: DeclarationType, form: RecordedAnswer, actor: Person): StudyData {
  const { data, world } = view;
  const hasPassed = type === 'completed' ? (form.hasPassed ?? null) : null;
  const declaration: Declaration = {
    type,
    declaredOn: form.declaredOn,
    state: 'submitted',
    providerId: data.providerId,
    hasPassed,
    recordedOn: world.today,
    recordedBy: actor.personId,
    changedOn: null,
  };
  const declared: StudyData = { ...data, declarations: [...data.declarations, declaration] };
  if (type !== 'completed') return declared;
  const settled: StudyData = { ...declared, maySit: Math.max(data.maySit, assessmentNumber(data)) };
  return hasPassed === null
    ? settled
    : withOutcome(settled, hasPassed ? 'passed' : 'failed', form.declaredOn, view, actor);
}

/** The word by which the study goes on after a milestone: a course may have no second retention point, or no assessment. */
export function wordAfter(
  data: StudyData,
  type: DeclarationType,
): 'recorded' | 'recorded-no-second' | 'recorded-not-assessed' {
  const course = courseOf(data.courseId);
  if (type === 'retained-1' && !course.declarationTypes.includes('retained-2')) return 'recorded-no-second';
  if ((type === 'retained-2' || type === 'completed') && !isAssessed(course)) return 'recorded-not-assessed';
  return 'recorded';
}

/** The trust's CPD lead ticks a milestone against the provider's list. */
export function recorded<Word extends string>(
  view: StudyView,
  type: DeclarationType,
  form: RecordedAnswer,
  actor: Person,
): Answer<Word> | Rejection {
  const refused = declarationRefused(view, type, form);
  if (refused) return refused;
  return {
    outcome: wordAfter(view.data, type) as Word,
    data: withDeclaration(view, type, form, actor),
    eventData: { declarationType: type, declaredOn: form.declaredOn },
  };
}

/** Nothing to ask where the milestone is declared already. */
export const recordedBefore = <Word extends string>(
  view: StudyView,
  type: DeclarationType,
): Answer<Word> | undefined =>
  liveOf(view.data, type) === undefined ? undefined : { outcome: wordAfter(view.data, type) as Word, data: view.data };

export const declareRefused = ({ data }: StudyView): Rejection | undefined =>
  nextType(data) === undefined ? refuse.nothingLeftToDeclare() : undefined;

/** Records a declaration before its window, or of a day before the study was paused; the study goes on from there. */
export function declare(view: StudyView, form: DeclareAnswer, actor: Person): Acted<StudyData> | Rejection {
  const type = form.declarationType;
  const refused = declarationRefused(view, type, form) ?? declareRefused(view);
  if (refused) return refused;
  return {
    data: withDeclaration(view, type, form, actor),
    course: goTo(view, `record-${type}`),
    eventData: { declarationType: type, declaredOn: form.declaredOn },
  };
}

/** What may become of a declaration besides being voided (`declaration.rb`). */
const STATES_AFTER: Readonly<Partial<Record<DeclarationState, readonly DeclarationState[]>>> = {
  submitted: ['eligible', 'ineligible'],
  eligible: ['payable'],
  payable: ['paid', 'eligible'],
  awaiting_clawback: ['clawed_back'],
};

/** Of what can be voided, what it becomes: a paid one has to be paid back (hard case 36). */
const VOIDED_AS: Readonly<Partial<Record<DeclarationState, DeclarationState>>> = {
  submitted: 'voided',
  eligible: 'voided',
  payable: 'voided',
  ineligible: 'voided',
  paid: 'awaiting_clawback',
};

/** The place of the last declaration of a type whose state is one of these. */
const placeOf = (
  { declarations }: StudyData,
  type: DeclarationType,
  states: Readonly<Partial<Record<DeclarationState, unknown>>>,
): number => declarations.findLastIndex((declaration) => declaration.type === type && declaration.state in states);

const typesIn = (
  data: StudyData,
  states: Readonly<Partial<Record<DeclarationState, unknown>>>,
): readonly DeclarationType[] => typesOf(data).filter((type) => placeOf(data, type, states) >= 0);

export const typesToVoid = ({ data }: StudyView): readonly DeclarationType[] => typesIn(data, VOIDED_AS);
export const typesToUpdate = ({ data }: StudyView): readonly DeclarationType[] => typesIn(data, STATES_AFTER);

export const statesToChoose = (view: StudyView): readonly DeclarationState[] => [
  ...new Set(
    typesToUpdate(view).flatMap((type) => {
      const declaration = view.data.declarations[placeOf(view.data, type, STATES_AFTER)];
      return declaration ? (STATES_AFTER[declaration.state] ?? []) : [];
    }),
  ),
];

export const voidRefused = (view: StudyView): Rejection | undefined =>
  typesToVoid(view).length === 0 ? refuse.nothingToVoid() : undefined;

export const updateRefused = (view: StudyView): Rejection | undefined =>
  typesToUpdate(view).length === 0 ? refuse.nothingToUpdate() : undefined;

/** The declaration at that place in another state; without its result where it does not stand any more. */
function withState(view: StudyView, at: number, state: DeclarationState): StudyData {
  const { data, world } = view;
  const declarations = data.declarations.map((declaration, place) =>
    place === at
      ? {
          ...declaration,
          state,
          hasPassed: LIVE.has(state) ? declaration.hasPassed : null,
          changedOn: world.today,
        }
      : declaration,
  );
  return { ...data, declarations };
}

/** Where a study goes on when one of its declarations does not stand any more: at the first milestone that is missing. */
function backToMissing(view: StudyView, data: StudyData): Path {
  const missing = nextType(data);
  const { wait } = view.process;
  if (missing === undefined || wait === `${missing}-window` || wait === `record-${missing}`) return { then: 'stays' };
  // What comes before a completion that is still to come is the assessment: it goes on as it is.
  if (missing === 'completed' && nextType(view.data) === 'completed') return { then: 'stays' };
  return goTo(view, `${missing}-window`);
}

export function voidDeclaration(view: StudyView, form: VoidAnswer, actor: Person): Acted<StudyData> | Rejection {
  const at = placeOf(view.data, form.declarationType, VOIDED_AS);
  const declaration = view.data.declarations[at];
  const state = declaration && VOIDED_AS[declaration.state];
  if (!declaration || state === undefined) return refuse.nothingToVoid();
  const voided = withState(view, at, state);
  const isResultGone = declaration.type === 'completed' && isLive(declaration);
  const data = isResultGone ? withoutOutcome(voided, view, actor) : voided;
  return {
    data,
    course: backToMissing(view, data),
    effects: tellSubject(view, actor, 'declaration-voided'),
    eventData: { declarationType: declaration.type, state },
  };
}

/** What the provider or the DfE says became of a declaration. One that is not eligible does not stand. */
export function updateDeclaration(view: StudyView, form: StateAnswer, actor: Person): Acted<StudyData> | Rejection {
  const at = placeOf(view.data, form.declarationType, STATES_AFTER);
  const declaration = view.data.declarations[at];
  if (!declaration) return refuse.nothingToUpdate();
  if (!STATES_AFTER[declaration.state]?.includes(form.state)) return refuse.noSuchChange(declaration.state, form.state);
  const changed = withState(view, at, form.state);
  const isGone = isLive(declaration) && !LIVE.has(form.state);
  const data = isGone && declaration.type === 'completed' ? withoutOutcome(changed, view, actor) : changed;
  return {
    data,
    course: isGone ? backToMissing(view, data) : { then: 'stays' },
    eventData: { declarationType: declaration.type, state: form.state },
  };
}
