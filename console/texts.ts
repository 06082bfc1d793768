/**
 * The console's own sentences, for a busy teacher. What belongs to a process (titles, outcomes, facts, refusals) comes
 * from the API, from that process's `texts.ts`.
 */
import type { Kind, Labelled, ProcessEvent, Role, TaskSummary, Visit } from './shapes.ts';
import { visitOf, wordsOf } from './words.ts';

export const APP = 'Oak CPD';

const oneOrMany = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one}` : `${count} ${many}`);

/** "10,000". */
const counted = (count: number): string => count.toLocaleString('en-GB');

const countedOf = (count: number, one: string, many: string): string =>
  count === 1 ? `1 ${one}` : `${counted(count)} ${many}`;

/** "12 KB" or "4.4 MB", as the file manager of the reader says it. */
export const sizeWords = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

// Days and instants, as people say them

const LONDON = 'Europe/London';
const utcDay = (day: string): Date => new Date(`${day}T12:00:00Z`);
const dayFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});
const longDayFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const shortMonthFormat = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' });
const monthFormat = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const instantFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: LONDON,
});

/** Three letters for each month, as in mail. */
const shortened = (words: string): string => words.replace('Sept', 'Sep');

/** "Mon 21 Sep", with the year where it is not today's. */
export function dayWords(day: string, today: string): string {
  if (day === today) return 'today';
  const words = shortened(dayFormat.format(utcDay(day)).replace(',', ''));
  return day.slice(0, 4) === today.slice(0, 4) ? words : `${words} ${day.slice(0, 4)}`;
}

/** "21 September 2026". */
export const longDay = (day: string): string => longDayFormat.format(utcDay(day));

/** "Nov" and "November 2026", for a month like `2026-11`. */
export const monthWords = (month: string): { readonly label: string; readonly inFull: string } => ({
  label: shortened(shortMonthFormat.format(utcDay(`${month}-01`))),
  inFull: monthFormat.format(utcDay(`${month}-01`)),
});

const monthNameFormat = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' });

/** The months, January first. */
export const monthNames: readonly string[] = Array.from({ length: 12 }, (_, at) =>
  monthNameFormat.format(new Date(Date.UTC(2000, at, 15))),
);

/** "Mon, 21 Sep 2026, 09:30", by London's clocks. */
export const instantWords = (at: string): string => shortened(instantFormat.format(new Date(at)));

const timeFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: LONDON });

/** "09:30", by London's clocks. */
export const timeWords = (at: string): string => timeFormat.format(new Date(at));

/** The day of an instant in London. */
export const dayOf = (at: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: LONDON, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    new Date(at),
  );

/** "3 school days late", "due today", "due Mon 21 Sep". */
export function dueWords(
  { dueOn, schoolDaysLate, isOverdue }: Pick<TaskSummary, 'dueOn' | 'schoolDaysLate' | 'isOverdue'>,
  today: string,
): string {
  if (dueOn === null) return 'no date';
  if (!isOverdue) return `due ${dayWords(dueOn, today)}`;
  return schoolDaysLate === 0
    ? `was due ${dayWords(dueOn, today)}`
    : `${oneOrMany(schoolDaysLate, 'school day', 'school days')} late`;
}

export const roleNames: Readonly<Record<string, string>> = {
  staff: 'Staff',
  'line-manager': 'Line manager',
  mentor: 'Mentor',
  coach: 'Coach',
  'induction-tutor': 'Induction tutor',
  'school-lead': 'CPD lead of the school',
  headteacher: 'Headteacher',
  'trust-lead': 'CPD lead of the trust',
  'apprenticeship-lead': 'Apprenticeship lead',
  executive: 'Executive',
  'lsc-chair': 'Chair of the local school committee',
  'trust-chair': 'Chair of the trust',
  admin: 'Administrator',
  partner: 'Partner',
};

/** With whom a task is: whom it was given to, else whom it may be answered by. */
export const withWords = (
  { assignee, candidates }: Pick<TaskSummary, 'assignee' | 'candidates'>,
  roleInWords: (role: Role) => string,
): string => assignee?.name ?? candidates.map((each) => ('role' in each ? roleInWords(each) : each.name)).join('; ');

export const roleWords = ({ role, schoolId }: Role, schoolName: (schoolId: string) => string): string =>
  [roleNames[role] ?? role, ...(schoolId === null ? [] : [schoolName(schoolId)])].join(', ');

export const statusWords: Readonly<Record<string, string>> = {
  active: 'Under way',
  paused: 'Paused',
  completed: 'Completed',
  stopped: 'Stopped',
};

export const qualificationWords: Readonly<Record<string, string>> = {
  enrolled: 'Enrolled',
  passed: 'Passed',
  failed: 'Not passed',
  withdrawn: 'Withdrawn',
};

export const texts = {
  trust: 'the trust',
  centralOffice: 'Central office',
  skip: 'Skip to the page',
  menu: 'Menu',
  loading: 'Loading',
  signOut: 'Sign out',
  leaving: {
    title: 'You have not sent everything',
    why: 'Signing out removes from this device what you have begun to write and not sent. Send it or copy it first if you need it.',
    stay: 'Stay signed in',
    leave: 'Sign out and lose it',
  },
  nav: {
    label: 'Main',
    you: 'You',
    inbox: 'Inbox',
    board: 'Board',
    processes: 'Processes',
    people: 'People',
    schools: 'Schools',
    imports: 'Import',
    machine: 'This machine',
  },
  onThisMachine: 'Practice copy on this machine. Nothing here reaches anybody.',
  showMore: 'Show more',
  optional: 'optional',
  all: 'All',
  problem: {
    title: 'That did not work',
    noPage: 'This page cannot be shown now',
    offline:
      'There is no connection to Oak CPD at the moment. What you have written is kept here. Try again when you are back online.',
    unknown: 'Something went wrong here. Please try again; if it happens again, tell your IT person.',
    again: 'Try again',
    notFound: 'There is nothing at this address',
    notFoundHelp: 'Perhaps it was moved, or you may not see it. Your inbox shows what is waiting for you.',
    toInbox: 'Go to the inbox',
    summary: 'Some answers need another look',
    inWindow: (title: string) => `Error: ${title}`,
  },
  signIn: {
    title: 'Sign in',
    toTrust: 'Sign in with your trust account',
    why: 'You use the same account as for your e-mail.',
    going: 'Taking you to the sign-in of your trust …',
    failed: {
      refused: 'You were not let in, or you cancelled. Nothing is lost: sign in when you are ready.',
      unreachable: 'The sign-in of your trust cannot be reached at the moment. Please try again in a few minutes.',
      unfit: 'You could not be signed in. Please try again; if it happens again, tell your IT person.',
    },
    another: 'Sign in with another account',
    elsewhere:
      'You are signed out of Oak CPD. Your trust account is still signed in on this device: if others use it, sign out there, too.',
    expired: 'You have been signed out. Sign in again and you come back to where you were; what you wrote is kept.',
    whoTitle: 'Who would you like to be?',
    whoHelp:
      'This is a practice copy with an invented trust. Choose anybody to see Oak CPD as they would; no password is needed.',
    emailLabel: 'Or the e-mail address of anybody in the trust',
    emailButton: 'Sign in',
  },
  inbox: {
    title: 'Inbox',
    lead: 'What you have to do or decide, soonest first.',
    filters: 'Filter',
    kind: 'Kind',
    school: 'School',
    late: 'Late only',
    any: 'Any',
    empty: 'Nothing is waiting for you.',
    emptyHelp:
      'You get one e-mail when something new comes. Meanwhile you can start something, or see what is under way.',
    emptyHelpOnly: 'You get one e-mail when something new comes.',
    emptyFiltered: 'Nothing here fits these filters.',
    clear: 'Clear the filters',
    start: 'See what you can start',
    underWay: 'See what is under way',
    about: (name: string) => `About ${name}`,
    yours: 'About you',
    keys: 'Use the arrow keys to move through the list.',
    given: (name: string) => `With ${name}`,
    stalled: 'Stalled',
  },
  several: {
    offers: 'Several at once',
    waiting: (count: string) => `${count} waiting`,
    offer: 'Answer several at once',
    offerOf: (title: string) => `: ${title}`,
    moreOffers: (count: number) => `${count} more`,
    lead: 'Choose whom it is for, answer once, and look it through before it is sent.',
    back: 'Back to the inbox',
    filtered: 'Only what your filters in the inbox show is listed here.',
    unfiltered: 'List them all',
    none: 'There are none of these in your inbox.',
    oneByOne: 'These are read and answered one by one, in your inbox.',
    whom: 'Whom is it for?',
    all: (count: number, isMore: boolean) => (isMore ? `All ${count} that are shown` : `All ${count}`),
    chosen: (count: number, all: number) => `${count} of ${all} chosen`,
    ofAll: 'This is so for all of them',
    facts: 'The facts',
    of: (name: string) => `: ${name}`,
    alone: 'Open it by itself',
    refused: 'Not done last time:',
    answer: 'Your answer for all of them',
    chooseFirst: 'Choose somebody first. You then answer once for all whom you have chosen.',
    nothingInCommon:
      'What they are asked differs, so one answer does not do for all whom you have chosen. Choose fewer, or open them one by one.',
    eachOwn: 'Left empty, it is for each of them what is proposed for them.',
    check: (count: number) => `Check ${oneOrMany(count, 'answer', 'answers')}`,
    review: 'Before you send it',
    goesTo: (count: number) => `It goes to ${oneOrMany(count, 'person', 'people')}`,
    changeOne: 'Change it for this one',
    differs: 'Their own answer',
    keepOne: 'Keep this answer',
    sameAgain: 'Same as the others',
    leaveOut: 'Leave out',
    send: (count: number) => `Send ${oneOrMany(count, 'answer', 'answers')}`,
    change: 'Change the answer',
    sending: 'Sending',
    sent: (count: number, all: number) => `${count} of ${all} sent`,
    interrupted: 'Not everything has been sent',
    interruptedHelp: 'You can carry on where it stopped. Nothing is done twice.',
    carryOn: 'Carry on',
    stop: 'Send no more',
    results: (done: number, others: number) =>
      others === 0 ? `Done: ${oneOrMany(done, 'answer', 'answers')}` : `${done} done, ${others} not done`,
    notDone: 'Not done',
    unsent: (count: number) => `${oneOrMany(count, 'answer was', 'answers were')} not sent.`,
    stayChosen: 'They stay chosen, so that you can try them again.',
    gone: 'It needs no answer from you any more.',
    done: 'Done',
    again: (count: number) => (count === 1 ? 'Try it again' : `Try these ${count} again`),
    others: 'Answer others',
  },
  task: {
    facts: 'The facts',
    findings: 'What the rules noticed',
    noFacts: 'There is nothing more to know.',
    decide: 'Your answer',
    toAnswer: 'Go to your answer',
    newTab: ' (opens in a new tab)',
    choose: 'Choose one',
    notYours: 'This is not yours to answer now.',
    notYoursHelp: 'You can read it and comment. Whoever it is with sees your comment.',
    send: 'Send',
    completed: (title: string) => `Done: ${title}`,
    answered: (by: string, at: string, outcome: string) => `${by} answered this on ${at}: ${outcome}.`,
    answeredBySystem: (outcome: string) => `This was settled by the rules: ${outcome}.`,
    cancelled: 'This task is no longer needed: the process has moved on without it.',
    meanwhile: 'Somebody was faster',
    already: 'You have answered this already',
    notSent: (outcome: string) => `Your answer${outcome === '' ? '' : ` (${outcome})`} was not sent.`,
    written: 'What you had written',
    writtenHelp: 'It is kept on this device, so that you can copy it.',
    writtenDrop: 'I do not need it any more',
    next: 'What happens next',
    nextWith: (title: string, whom: string) => (whom === '' ? title : `${title} (${whom})`),
    nextEnded: (end: string) => `It has ended: ${end}.`,
    nextWaits: (name: string, day: string) => `It waits for this: ${name}, ${day}.`,
    sends: (outcome: string) => `You are sending: ${outcome}`,
    draftSaved: 'Your draft is kept. Only you can see it.',
    draftLocal: 'Your draft is kept on this device and will be kept on the server when the connection is back.',
    draftSaving: 'Keeping your draft …',
    toProcess: (label: string) => `See the whole process: ${label}`,
    about: 'About',
    with: 'Who is asked',
    school: 'School',
    due: 'Due',
    more: 'Not for you?',
    assign: 'Give it to somebody else',
    assignLabel: 'Who should answer it?',
    assignHelp: 'Only people who may answer it are listed. They get it in their inbox.',
    standsIn: (name: string) =>
      `This is for ${name}, who is away. You can answer it in their place; it is noted that you did.`,
    together: (name: string) =>
      `Fill this in together with ${name}, who has no e-mail address here. It is noted that you did.`,
    away: 'Will you be away? Record it on',
    awayLink: 'your own page',
    awayEnd: ', with who stands in for you.',
    assignButton: 'Give it to them',
    assigned: (name: string) => `It is with ${name} now.`,
    conflict: 'You should not decide this?',
    conflictLabel: 'Why should somebody else decide?',
    conflictHelp:
      'For example, you are close to the person. The CPD lead of the trust can read this. You cannot take it back: you will not be able to answer this any more.',
    conflictButton: 'Pass it on',
    saidConflict: (name: string) => `${name} said that somebody else should decide:`,
    conflictDone: 'Thank you. Somebody else decides this now.',
  },
  comments: {
    title: 'Comments',
    none: 'Nobody has written anything yet.',
    label: 'Write a comment',
    help: 'Everybody who may read this process can read it.',
    button: 'Add the comment',
    added: 'Your comment was added.',
    on: (title: string) => `on “${title}”`,
    earlier: 'Show earlier comments',
    readAll: 'Read it all',
    readLess: 'Show less',
  },
  process: {
    of: (label: string, name: string) => `${label}: ${name}`,
    about: 'About',
    stage: 'Stage',
    started: 'Started',
    ended: 'Ended',
    school: 'School',
    open: 'What is waiting now',
    nobodyWaits: 'Nothing is waiting for anybody.',
    nothingSeen: 'Nothing is waiting that you may see.',
    moving: 'This is just moving on. It takes a moment.',
    asOf: (at: string) => `This has moved to another school. You see it as it was on ${at}.`,
    resumesOn: (day: string) => `It is paused and carries on by itself on ${day}.`,
    paused: 'It is paused. It carries on when somebody says so.',
    waitsPaused: (name: string) => `${name}: waits until it carries on`,
    taskPaused: 'cannot be answered while it is paused',
    waitsFor: (name: string, day: string) => `${name}: ${day}`,
    details: 'Details',
    steps: 'Where it stands',
    pictureOf: (label: string, now: string) =>
      `The way of this ${label} through its steps. It stands at: ${now}. The list beside it says the same in words.`,
    pictureTools: 'Size of the picture',
    larger: 'Larger',
    smaller: 'Smaller',
    whole: 'All of it',
    toNow: 'To where it stands',
    pictureKeys: 'With the keyboard: arrows move the picture, + and − change its size, 0 shows all of it.',
    earlierSteps: (count: number) => `Show ${oneOrMany(count, 'earlier step', 'earlier steps')}`,
    nowAt: 'It stands here now',
    next: 'What can come next',
    nextIf: (outcome: string, to: string) => `${outcome}: ${to}`,
    milestones: 'Milestones',
    done: 'Done',
    expected: 'Expected',
    wasExpected: 'Was expected, and is not done',
    noDate: 'No date yet',
    fewer: 'Show fewer',
    allMilestones: (count: number) => `Show all ${count} milestones`,
    allFacts: (count: number, title: string) => `Show all ${count}: ${title}`,
    linked: { parent: 'Where it comes from', other: 'Belongs together with', child: 'What came of it' },
    linkedTitle: 'Other processes',
    timeline: 'What happened',
    earlier: 'Show what happened before',
    actions: 'What you can do',
    cancel: 'Cancel',
    did: (label: string) => `Done: ${label}`,
    sure: (label: string) => `${label}: are you sure?`,
    sureWhy: 'This may end it. Nobody can take that back: whoever wants to carry on has to start anew.',
    sureYes: (label: string) => `Yes: ${label}`,
    sureNo: 'No, go back',
    stale: 'Somebody changed this while you were looking at it',
    staleHelp:
      'Nothing was sent. Read it as it is now, then decide whether you still want to. What you have written stays.',
    staleButton: 'Show it as it is now',
    gone: (label: string) => `“${label}” can no longer be done`,
    goneHelp: 'Something has happened in between. The page shows how it stands now.',
    draftKept: 'What you write is kept on this device until you send it or sign out.',
    system: 'Oak CPD',
    somebody: 'Somebody whom you may not look up',
  },
  processes: {
    title: 'Processes',
    lead: 'Everything that runs here, by kind.',
    startShort: 'Start one',
    startOf: (label: string) => `: ${label}`,
    anybody: 'About anybody',
    see: 'See them all',
    none: 'There are none yet that you may see.',
    noneFiltered: 'None fits these filters.',
    stage: 'Stage',
    status: 'Status',
    school: 'School',
    since: 'Started',
  },
  start: {
    title: (label: string) => `Start: ${label}`,
    check: 'Check my answers',
    review: 'Before you send it',
    reviewFor: (name: string) => `This is about ${name}.`,
    first: (title: string) => `What happens first: ${title}.`,
    noFindings: 'The rules noticed nothing that stands in the way.',
    send: 'Send it',
    change: 'Change my answers',
    kept: 'What you write is kept on this device until you send it or sign out.',
    started: 'It has started. You see here what happens next, and you are told by e-mail when something is for you.',
    notAllowed: 'You cannot start this.',
  },
  people: {
    title: 'People',
    few: 'You find yourself here, and whom you manage. Who leads your school finds everybody there.',
    search: 'Find somebody',
    searchHelp: 'Part of a name or of an e-mail address',
    school: 'School',
    current: 'Only people who work here now',
    none: 'Nobody fits. Try a part of the surname.',
    left: 'Has left',
    posts: 'Posts',
    noPosts: 'None in the trust.',
    roles: 'Roles',
    qualifications: 'Qualifications',
    absences: 'Absences',
    absence: (from: string, to: string) => (from === to ? from : `${from} to ${to}`),
    noQualifications: 'None on record.',
    processes: 'Processes',
    noProcesses: 'None that you may see.',
    email: 'E-mail',
    noEmail: 'No address on record',
    since: (day: string) => `since ${day}`,
    until: (day: string) => `until ${day}`,
    funded: 'funded by the DfE',
    notFunded: 'not funded by the DfE',
    fte: (fte: number) => `${Math.round(fte * 100)} % of full time`,
    lineManager: 'Line manager',
    managesByRole: 'by role, because nobody is on record',
    manages: (count: number) => `Manages ${oneOrMany(count, 'person', 'people')}`,
    at: (school: string) => `at ${school}`,
    nothingUnderWay: 'Nothing is under way that you may see.',
    ended: (count: number, isMore: boolean) => `Ended (${count}${isMore ? '+' : ''})`,
    waitsFor: (title: string) => `waits for: ${title}`,
    findings: 'To look into',
    onlyFindings: 'Only those to look into',
    noneWithFindings: 'There is nobody to look into.',
    openOther: (name: string) => `Open the page of ${name}`,
    change: 'Change',
    remove: 'Remove',
    save: 'Save',
    cancel: 'Cancel',
    of: (what: string) => `: ${what}`,
    changedMeanwhile:
      'Somebody else changed this record while you had it open. What is on record now is shown here. Look at it, then save again; what you entered is still here.',
    changedBefore:
      'Somebody else changed this record while you had it open, so nothing was done. What is on record now is shown here.',
    away: {
      now: 'Away now',
      until: (day: string) => `Away until ${day}`,
      isAway: (name: string, day: string) => `${name} is away until ${day}.`,
      nobodyStandsIn: 'Nobody stands in: what has to be decided waits, or goes to the next in line.',
      standsInToo: 'stands in',
      noStandIn: 'nobody stands in',
      none: 'None now or planned.',
      earlier: (count: number) => `Earlier absences (${count})`,
      standingIn: 'Stands in for others',
      youStandIn: (name: string, day: string) =>
        `You stand in for ${name} until ${day}. What waits for them is in your inbox as well.`,
      first: 'First day away',
      last: 'Last day away',
      standIn: 'Who stands in?',
      standInHelp:
        'They get the tasks that come meanwhile, and can do what this person could. A colleague of the same school or office, or somebody with the same role. You find only people whom you may look up; your headteacher finds everybody at the school.',
      saved: (days: string) => `Saved: away ${days}.`,
      end: 'Back at work',
      endsYesterday: (day: string) =>
        `The absence then ends yesterday, on ${day}. From today on everything comes to the person themselves.`,
      begunToday: 'The absence begins today, so it is removed.',
      ended: 'The absence has ended.',
      removing: 'It is removed, as if it had never been on record.',
      removed: 'The absence was removed.',
      other: (days: string, problem: string) => `${days}: ${problem}`,
    },
    qualification: {
      course: 'What is it?',
      npqs: 'NPQs and coaching',
      others: 'Other qualifications',
      cohort: 'Cohort',
      earlier: (season: 'Autumn' | 'Spring', year: number) => `${season} ${year}`,
      year: 'Year',
      yearHelp: 'Four digits, like 2019',
      month: 'Month',
      unknownMonth: 'Not known',
      outcome: 'How did it end?',
      provider: 'Provider',
      funded: 'Did the DfE pay for it?',
      replaces: (outcome: string) => `This is on record already (${outcome}). What you save takes its place.`,
      saved: (label: string) => `Saved: ${label}.`,
      removing:
        'It is removed, as if it had never been on record. What was decided by it stays as it is; from now on it counts no more.',
      removed: (label: string) => `Removed: ${label}.`,
    },
    signIn: {
      title: 'Sign-in',
      help: 'This person signs in with one account. If the trust has given them another one, they are locked out until the first one is forgotten.',
      sure: 'The next sign-in with the e-mail address on record then counts as the first one. Nothing else changes.',
      done: 'The sign-in is forgotten. This person can sign in with another account now.',
    },
  },
  pathway: {
    title: 'Pathway',
    completed: 'Done',
    current: 'Under way',
    next: 'What can come next',
    shownBy: { qualification: 'on record', role: 'because of the role', post: 'because of the job' },
    start: 'Start it',
    startOf: (label: string) => `: ${label}`,
  },
  schools: {
    title: 'Schools',
    urn: 'URN',
    people: 'People',
    yours: 'What you may see here',
    none: 'No school is on record yet.',
  },
  form: {
    yes: 'Yes',
    no: 'No',
    select: 'Choose …',
    add: 'Add another',
    remove: 'Remove',
    clear: 'Clear this answer',
    entry: (at: string) => `Entry ${at}`,
    of: (label: string) => `: ${label}`,
    nobody: 'Nobody found among those whom you may look up. Who leads your school finds everybody there.',
    searching: 'Looking …',
    typeName: 'Type part of a name',
    required: (label: string) => `Answer this: ${label}`,
    tooLong: (most: number) => `Enter no more than ${most} characters`,
    tooShort: 'Enter some text',
    pattern: 'This does not look right. Please check it',
    like: (example: string) => `Enter it like this: ${example}`,
    digits: (count: number) => `Enter ${count} digits`,
    date: 'Enter a date that exists',
    step: (step: number) => `Enter it in steps of ${step}`,
    notAllowed: 'Choose one of the answers',
    number: 'Enter a number',
    smallest: (least: number) => `Enter ${least} or more`,
    largest: (most: number) => `Enter ${most} or less`,
    fewest: (least: number) => `At least ${oneOrMany(least, 'entry', 'entries')}`,
    most: (most: number) => `At most ${oneOrMany(most, 'entry', 'entries')}`,
    wrong: 'Please check this',
    left: (count: number) =>
      count < 0
        ? `${oneOrMany(-count, 'character', 'characters')} too many`
        : `${oneOrMany(count, 'character', 'characters')} left`,
    cycle: (label: string, opens: string, closes: string) => `${label} (${opens} to ${closes})`,
    cohort: (label: string, opens: string, deadline: string) => `${label} (registration ${opens} to ${deadline})`,
  },
  board: {
    title: 'Board',
    notYours: 'A board is for who leads a school or the trust. What is for you is in your inbox.',
    school: 'School',
    allSchools: 'All schools',
    asOf: (place: string, day: string) => `${place}, ${day}`,
    trustOf: (day: string) => `How things stand across the trust, ${day}.`,
    ledOf: (day: string) => `How things stand in the schools that you lead, ${day}.`,
    ofAdmin: 'What nobody can decide for want of a role, and how many messages people get.',
    notThisSchool:
      'There is no board of this school for you: you do not lead it, or there is no school of that number.',
    toOwn: 'Go to your board',
    notLoaded: 'This could not be loaded.',
    print: 'Print',
    asTable: 'As a table',
    tableOf: (title: string) => `${title}, as a table`,
    csv: 'Download as CSV',
    csvDetails: 'Every detail as CSV',
    details: 'details',
    of: (title: string) => `: ${title}`,
    nothing: 'There is nothing to count yet.',
    others: (count: number) => `${oneOrMany(count, 'more is', 'more are')} in the table.`,
    outOf: (count: number, all: number) => `${count} of ${all}`,
    glance: {
      title: 'At a glance',
      live: 'Under way',
      open: 'Open tasks',
      late: 'Late',
      stalled: 'Stalled',
      reviews: 'Learning reviews held',
    },
    underWay: {
      title: 'Under way, by kind and stage',
      lead: (live: number, ended: number) => `${live} under way, ${ended} ended.`,
      bySchool: 'Under way, by school',
      mostAt: (school: string, count: number) => `Most at ${school}: ${count}.`,
    },
    progress: {
      title: 'Progress of learning reviews',
      lead: (label: string, held: number, all: number) => `${label}: ${held} of ${all} conversations held.`,
      until: (day: string) => `They are to be held by ${day}.`,
      closed: (day: string) => `They were to be held by ${day}.`,
      held: 'Held',
      notHeld: 'Ended without',
      toCome: 'Still to hold',
    },
    milestones: {
      title: (kind: string) => `${kind}: milestones`,
      lead: (people: number, late: number) =>
        `${oneOrMany(people, 'person', 'people')}; ${late === 0 ? 'nothing is late' : oneOrMany(late, 'milestone is late', 'milestones are late')}.`,
      done: 'Done',
      late: 'Late',
      toCome: 'To come',
      onTrack: 'On track',
      somethingLate: 'With something late',
      next: 'Next',
      by: (label: string, day: string) => `${label}, ${day}`,
      isLate: (what: string) => `Late: ${what}.`,
      isNext: (what: string) => `Next: ${what}.`,
    },
    trends: {
      title: 'Month by month',
      lead: (started: number, ended: number, late: number) =>
        `In twelve months ${started} started and ${ended} ended. ${oneOrMany(late, 'task was', 'tasks were')} not done by the due date.`,
      started: 'Started',
      ended: 'Ended',
      late: 'Tasks not done in time',
    },
    late: {
      title: 'Late work by school',
      summary: (open: number, late: number, stalled: number) =>
        open === 0
          ? 'No task is open.'
          : late === 0
            ? `Nothing is late: ${oneOrMany(open, 'task is', 'tasks are')} open.`
            : `${late} of ${oneOrMany(open, 'open task', 'open tasks')} ${late === 1 ? 'is' : 'are'} late${stalled === 0 ? '' : `, ${stalled} of them stalled`}.`,
      explained: (escalated: number, stalled: number) =>
        `Very late: ${escalated} school days or more. Stalled: ${stalled} or more.`,
      onTime: 'In time',
      late: 'Late',
      escalated: 'Very late',
      stalled: 'Stalled',
      longest: 'Late longest',
      days: (count: number) => oneOrMany(count, 'school day', 'school days'),
      byTask: 'Late work by task',
      list: 'What is late longest',
      about: 'About',
      with: 'With',
      nobody: 'With nobody',
      due: 'Due',
      more: (count: number) => `${oneOrMany(count, 'more is', 'more are')} late.`,
      daysLate: 'School days late',
      showAll: (count: number, total: number) => (count < total ? `Show ${count} of ${total}` : `Show all ${count}`),
    },
    npq: {
      ended: 'How NPQ applications ended',
      lead: (count: number, outcome: string, all: number) => `${count} of ${all}: ${outcome}.`,
      count: 'Applications',
    },
    demand: {
      title: 'Learning needs',
      how: 'How it is met',
      couldMeet: (session: string) => `They could be met next on: ${session}.`,
      isMet: (answer: string) => `To be met by: ${answer}.`,
      of: (label: string) => `Needs of ${label}, most asked for first. Small numbers are hidden.`,
      heldBy: (conversations: number | string, day: string) => `From ${conversations} conversations held by ${day}.`,
      heldSoFar: (conversations: number | string) => `From ${conversations} conversations held so far.`,
      count: 'People',
    },
    load: {
      title: 'Learning reviews by line manager',
      lead: (label: string, most: number) =>
        `${label}: at most ${oneOrMany(most, 'review', 'reviews')} for one manager.`,
      coming: (label: string, day: string, most: number) =>
        `${label}, from ${day}: at most ${oneOrMany(most, 'review', 'reviews')} for one manager.`,
      count: 'Reviews',
      many: 'Many',
      manyHelp: 'Many: so many that some of them may be handed to another leader.',
    },
    mail: {
      title: 'Messages week by week',
      leadOf: (most: number) => `Nobody got more than ${oneOrMany(most, 'message', 'messages')} in a week.`,
      byPerson: 'Messages by person',
      lead: 'Of the last eight weeks, most first.',
      count: 'Messages',
      forOne: 'Most for one person in a week',
      week: (day: string) => `Week of ${day}`,
      most: (count: number) => `at most ${count} for one person`,
      mostInAWeek: (count: number) => `at most ${count} in a week`,
    },
    ownerless: {
      title: 'Nobody can decide these',
      help: 'No role in their chain has a holder. Give somebody the role.',
      none: 'Every task has somebody who can decide it.',
    },
    columns: {
      school: 'School',
      task: 'Task',
      stage: 'Stage',
      outcome: 'Ended as',
      strand: 'Need',
      manager: 'Line manager',
      week: 'Week',
      month: 'Month',
      person: 'Person',
      note: 'Note',
    },
    processes: (school: string) => `Under way at ${school}`,
    kind: 'Kind',
    seeAll: (count: number) => `See all ${count}`,
    nothingUnderWay: 'Nothing is under way here.',
    nobodyAt: (stages: string) => `Nothing is at: ${stages}.`,
    paused: (count: number) => `${count} paused`,
    seeAllOf: (stage: string) => ` at the stage ${stage}`,
  },
  imports: {
    title: 'Import',
    lead: 'Check an export of your MIS, see what would become of each row, then apply it. Checking changes nothing.',
    kind: 'What is in the file?',
    kinds: {
      staff: 'Staff of one school',
      schools: 'Schools',
      roles: 'Roles',
      'line-managers': 'Line managers',
      'off-the-job': 'Off-the-job hours of apprentices',
    } as Readonly<Record<string, string>>,
    school: 'School of the file',
    looks: 'What the file must look like',
    looksLike: {
      staff: 'The staff export of Arbor, Bromcom or SIMS, saved as CSV and not changed. One file holds one school.',
      schools:
        'The schools of the trust only, with the column names of the DfE’s register (Get Information about Schools).',
      roles:
        'A row for each role that somebody holds. Leave the URN empty for roles in the whole trust. A role that is not in the file stays; to take one away, write yes in its row in the column “Ended”.',
      'line-managers':
        'A row for each member of staff, with the addresses of both. Leave the URN empty for the central office.',
      'off-the-job':
        'A row for each apprentice and month, with the total of that month, at most 500 rows. Months as 2026-09 or September 2026, hours as 12.5 or 12:30.',
    } as Readonly<Record<string, string>>,
    columnsOf: (system: string) => `Columns of ${system}`,
    columns: 'Columns',
    optional: (columns: string) => `If there: ${columns}`,
    example: 'Download an example (CSV)',
    drop: 'Drop the file here, or',
    dropNow: 'Let go to choose this file',
    choose: 'Choose a file',
    chosen: (name: string, size: string, lines: number) =>
      `Chosen: ${name} (${size}, ${countedOf(lines, 'line', 'lines')})`,
    oneFile: (count: number) =>
      `You gave ${count} files. They are imported one after the other: choose one. Nothing was changed.`,
    emptyFile: (name: string) => `${name} is empty. Export it again, then choose the new file.`,
    tooLarge: (name: string, size: string) =>
      `${name} has ${size}, and 4.5 MB can be sent at most. Export one school at a time, without photographs or reports.`,
    notCsv: (name: string) =>
      `${name} is not a CSV file. Open it in Excel, choose File > Save As > CSV UTF-8 (Comma delimited), and choose that file here.`,
    cannotRead: (name: string) => `${name} cannot be opened. Perhaps it is a folder, or was moved. Choose it again.`,
    check: 'Check the file',
    missingFirst: 'Choose a file and, for staff, its school first.',
    asKind: (kind: string) => `Check it as “${kind}”`,
    sending: 'Sending the file',
    sent: (sent: string, of: string) => `Sent: ${sent} of ${of}`,
    checking: 'Checking the file',
    checkingFor: (lines: number, seconds: number) =>
      `Checking ${countedOf(lines, 'line', 'lines')}: ${countedOf(seconds, 'second', 'seconds')} so far. It takes half a minute at most.`,
    reading: 'Reading what was found',
    read: (done: number, of: number) => `Read: ${counted(done)} of ${countedOf(of, 'row', 'rows')}`,
    unfinished: (name: string) => `${name} was checked here and is not applied yet.`,
    aFile: 'A file',
    open: 'Open it',
    forget: 'Forget it',
    apply: 'Apply it',
    noRowsInFile:
      'This file has a heading and no rows. Perhaps a filter was on when it was exported. Export it again, then check the new file.',
    nothingToApply: 'Nothing in this file changes anything, so there is nothing to apply.',
    wouldTake: (taken: number, refused: number) =>
      `${countedOf(taken, 'row', 'rows')} would change something.${refused === 0 ? '' : ` ${countedOf(refused, 'refused row', 'refused rows')} would be left out.`}`,
    applying: 'Applying',
    gettingReady: 'Looking once more whether anything has changed since the file was checked …',
    writing: (done: number, of: number) =>
      `Step 1 of 2, writing: ${counted(done)} of ${counted(of)}. Nobody sees any of it yet.`,
    finishing: (done: number, of: number) =>
      `Step 2 of 2, tidying up: ${counted(done)} of ${counted(of)}. Everybody sees all of it already.`,
    percent: (label: string, percent: number) => `${label}: ${percent} %`,
    mayLeave: 'You can look at other pages meanwhile. Keep this window open.',
    brokeOff: (done: number, of: number) =>
      `Applying this was begun and is not finished: ${counted(done)} of ${counted(of)} are written. Nobody sees any of it until all is. You can carry on where it stopped.`,
    notTidied: 'This counts, for everybody. What is left is to tidy up.',
    carryOn: 'Carry on',
    connection:
      'The connection broke off. Nothing is half imported, and nothing is imported twice: carry on when you are back online.',
    checkAgain: 'Check the file again',
    applied: (at: string) => `Applied on ${at}.`,
    refusedNow:
      'Correct the refused rows in your MIS, export again and import that file: what was taken now stays as it is.',
    another: 'Check another file',
    staffOf: (school: string) => `Staff of ${school}`,
    checkedAt: (at: string) => `Checked on ${at}`,
    counts: 'What would become of the rows',
    countsNow: 'What became of the rows',
    show: 'Show',
    allRows: 'All rows',
    toLookAt: 'To look at',
    rows: 'Each row',
    table: 'What becomes of each row',
    find: 'Find in the rows',
    findHelp: 'A name, a number, or a word of the reason',
    noRows: 'No row fits.',
    shown: (count: number) => countedOf(count, 'row', 'rows'),
    range: (from: number, to: number, of: number) => `Rows ${counted(from)} to ${counted(to)} of ${counted(of)}`,
    pages: 'Pages of rows',
    previous: 'Previous',
    next: 'Next',
    line: 'Line',
    about: 'Who or what',
    fate: 'What becomes of it',
    reason: 'Why',
    download: 'Download these rows (CSV)',
    fileName: 'import-rows.csv',
    changes: (fields: string) => `Changes: ${fields}.`,
    fields: {
      forename: 'forename',
      surname: 'surname',
      email: 'e-mail',
      dateOfBirth: 'date of birth',
      job: 'job',
      startsOn: 'start date',
      endsOn: 'end date',
      fte: 'hours',
      school: 'a post at this school',
      left: 'has left',
      roles: 'role',
      'line-manager': 'line manager',
      hours: 'hours',
      name: 'name',
      ukprn: 'UKPRN',
      establishmentTypeCode: 'type',
      phase: 'phase',
      town: 'town',
      postcode: 'postcode',
      statusCode: 'status',
      laCode: 'local authority',
      establishmentNumber: 'number',
      pupils: 'pupils',
    } as Readonly<Record<string, string>>,
    missing: 'On record, and not in this file',
    missingCount: (count: number) => `${counted(count)} on record and not in this file`,
    missingHelp: {
      staff: 'Nobody is ended by that. If somebody has left, their post needs an end date in your MIS.',
      roles:
        'Nothing is taken away by that: who is not in the file keeps their role. To take one away, write yes in its row in the column “Ended”.',
      'line-managers': 'Nothing is taken away by that: who is not in the file keeps their line manager.',
      schools: 'Nothing is taken away by that: a school that is not in the file stays.',
    } as Readonly<Record<string, string>>,
    fates: {
      added: 'New',
      changed: 'Changed',
      unchanged: 'As before',
      leaver: 'Has left',
      repeated: 'Repeated',
      empty: 'Empty',
      refused: 'Refused',
      missing: 'Missing',
    } as Readonly<Record<string, string>>,
    notAllowed:
      'Imports are done by the administrator. Hours of apprentices can be sent by those who lead a school, apprenticeships or the trust; you can also enter them in the apprenticeship itself.',
  },
  machine: {
    title: 'This machine',
    lead: 'These pages exist only on this machine, to try things out. They are no part of the product.',
    clock: 'Clock',
    now: (at: string) => `It is ${at} here.`,
    days: 'How many days on?',
    to: 'Or to which day?',
    move: 'Move the clock',
    moving: 'Living through the mornings …',
    moved: (at: string) => `It is ${at} now.`,
    mailbox: 'Mailbox',
    mailboxHelp: 'What people would have in their mailbox.',
    recipient: 'To',
    show: 'Show',
    everybody: 'Everybody',
    noMail: 'Nothing has been sent yet.',
    mailTo: (to: string, at: string) => `To ${to}, ${at}`,
  },
} as const;

const sentences: Readonly<Record<string, string>> = {
  'process-started': 'Started',
  'timer-set': 'Waits for a date',
  'timer-elapsed': 'The date has come',
  'tasks-opened': 'Several people were asked',
  'tasks-reassigned': 'Tasks went to other people',
  'next-may-decide': 'Late: somebody else may answer as well',
  'children-awaited': 'Waits for other processes',
  'children-counted': 'Looked how far the other processes are',
  'process-joined': 'Another process belongs to it now',
  'comment-added': 'Wrote a comment',
  'conflict-declared': 'Said that somebody else should decide',
  'process-resumed': 'Carries on',
  'process-stopped': 'Was ended',
  'process-ended': 'Ended',
  'process-completed': 'Ended',
  'subject-left': 'The person has left',
  'school-moved': 'Moved to another school',
};

export const humanised = (code: string): string =>
  `${code.slice(0, 1).toUpperCase()}${code.slice(1).replaceAll('-', ' ')}`;

/** An event in words: what happened, with the process's own words for tasks, answers, actions and ends. */
export function eventWords(event: ProcessEvent, kind: Kind, visits: readonly Visit[]): string {
  const visit = event.taskId === null ? undefined : visitOf(visits, event.taskId);
  const words = visit && wordsOf(kind, visit.wait, visit.part);
  const outcome = event.outcome === null ? undefined : outcomeOf(event.outcome, [words?.outcomes ?? [], kind.ends]);
  const title = words?.label;
  switch (event.type) {
    case 'task-opened':
      return title === undefined ? 'Somebody was asked' : `Asked: ${title}`;
    case 'task-completed':
    case 'task-decided-by-rule':
    case 'task-lapsed':
      return [title, outcome].filter((part) => part !== undefined).join(': ') || humanised(event.type);
    case 'task-assigned':
      return `Given to somebody else${title === undefined ? '' : `: ${title}`}`;
    case 'timer-set':
    case 'timer-elapsed':
      return [sentences[event.type], title].filter((part) => part !== undefined).join(': ');
    default: {
      const action = kind.actions.find(({ event: type }) => type === event.type)?.label;
      const own = kind.events.find(({ name }) => name === event.type)?.label;
      const said = action ?? own ?? sentences[event.type] ?? humanised(event.type);
      return outcome === undefined ? said : `${said}: ${outcome}`;
    }
  }
}

const outcomeOf = (outcome: string, lists: readonly (readonly Labelled[])[]): string =>
  lists.flat().find(({ name }) => name === outcome)?.label ?? humanised(outcome);
