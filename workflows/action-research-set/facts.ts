/** What is shown beside a task of a set: facts and findings, in the words of `texts.ts`. */
import { displayName } from '../kernel/people.ts';
import { type Fact, type FactGroup, type Finding, group, type View } from '../kernel/process.ts';
import { fullDate } from '../kernel/time.ts';
import { heldMeetings, membersOf, neverCame, nextMeeting } from './rules.ts';
import type { Meeting, SetData } from './schemas.ts';
import { type FindingCode, findings, groups, facts as labels, words } from './texts.ts';

type SetView = View<SetData>;

const fact = (label: string, value: string): Fact => ({ label, value });
const finding = (code: FindingCode, sentence: string): Finding => ({ code, sentence });

function whatItIs(view: SetView): readonly Fact[] {
  const { data } = view;
  const names = (as: 'member' | 'guest'): string => {
    const ids = data.members.flatMap((member) => (member.as === as ? [member.personId] : []));
    const shown = membersOf(view).filter(({ personId }) => ids.includes(personId));
    return shown.length === 0 ? words.nobody : shown.map(({ name }) => name).join(', ');
  };
  return [
    fact(labels.title, data.title),
    fact(labels.priorityArea, data.priorityArea),
    fact(labels.projects, String(data.projects.length)),
    fact(labels.members, names('member')),
    fact(labels.guests, names('guest')),
  ];
}

const lastMeeting = ({ data }: SetView): readonly Fact[] => {
  const held = heldMeetings(data);
  const next = held.at(-1)?.next ?? null;
  return [fact(labels.held, String(held.length)), ...(next === null ? [] : [fact(labels.lastNext, next)])];
};

export const planFacts = (view: SetView): readonly Fact[] => [...whatItIs(view), ...lastMeeting(view)];

export function meetingFacts(view: SetView): readonly Fact[] {
  const meeting = nextMeeting(view.data);
  return [
    ...(meeting
      ? [
          fact(labels.meeting, words.meeting(meeting.on, meeting.at, meeting.place)),
          fact(labels.agenda, meeting.agenda),
        ]
      : []),
    ...whatItIs(view),
    ...lastMeeting(view),
  ];
}

function inWords({ world }: SetView, { state, at, place, agenda, present, next }: Meeting): string {
  const names = present.map((personId) => {
    const person = world.directory.person(personId);
    return person ? displayName(person) : personId;
  });
  if (state === 'planned') return words.planned(at, place, agenda);
  if (state === 'not-held') return [words.notHeld(agenda), ...(next === null ? [] : [words.why(next)])].join('\n');
  return [words.held(place, agenda, names), ...(next === null ? [] : [words.next(next)])].join('\n');
}

/** Its page: what it is, and each meeting, the latest first. */
export const about = (view: SetView): readonly FactGroup[] => {
  const { title, priorityArea, meetings, closure, stopped } = view.data;
  return [
    ...group(null, [fact(labels.title, title), fact(labels.priorityArea, priorityArea)]),
    ...group(groups.end, [
      ...(closure === null ? [] : [fact(labels.learned, closure.learned)]),
      ...(stopped === null ? [] : [fact(labels.stopped, stopped.reason)]),
    ]),
    ...group(
      groups.meetings,
      meetings
        .toSorted((a, b) => (`${a.on} ${a.at ?? ''}` < `${b.on} ${b.at ?? ''}` ? 1 : -1))
        .map((meeting) => fact(fullDate(meeting.on), inWords(view, meeting))),
    ),
  ];
};

export function setFindings(view: SetView): readonly Finding[] {
  const { data } = view;
  const absent = neverCame(view);
  return [
    finding('no-pupil-names', findings['no-pupil-names']()),
    ...(data.leadLeftOn === null ? [] : [finding('lead-left', findings['lead-left']())]),
    ...(absent === 0 ? [] : [finding('never-came', findings['never-came'](absent, heldMeetings(data).length))]),
  ];
}
