/** The story of an induction: set up, a round of reviews and assessments term by term, the recommendation, the outcome. */
import { defineMachine } from '../kernel/machine.ts';
import { process, tasks, timers, together } from './process.ts';

export const machine = defineMachine(process, (m) => {
  // The cast
  const setup = m.together('Mentor, tutor, appropriate body and timetable are settled', together.setup);
  const ahead = m.timer('Next review opens', timers.reviewAhead);
  const review = m.task('Tutor holds a progress review', tasks.progressReview);
  const support = m.task('Headteacher agrees support', tasks.agreeSupport);
  const read = m.task('Teacher reads the review', tasks.readReview);
  const choice = m.task('Teacher chooses whether leave extends induction', tasks.chooseExtension);
  const formal = m.task('Tutor writes a formal assessment', tasks.formalAssessment);
  const interim = m.task('Tutor writes an interim assessment', tasks.interimAssessment);
  const sign = m.task('Teacher comments and signs', tasks.signAssessment);
  const countersign = m.task('Headteacher signs', tasks.countersign);
  const others = m.task('Headteacher names mentor and tutor', tasks.nameOthers);
  const completion = m.timer('Induction is complete', timers.completion);
  const recommend = m.task('Headteacher recommends', tasks.recommend);
  const outcome = m.task('Tutor records the decision of the appropriate body', tasks.recordOutcome);

  const left = m.stopped('left');

  // The plot
  setup.on({ ready: ahead });
  ahead.on({ elapsed: review });
  review.on({
    'on-track': read,
    'not-on-track': support,
    missed: ahead,
    'formal-due': formal,
    'interim-due': interim,
    'choice-first': choice,
    assessed: completion,
    'not-yet': ahead,
    left,
  });
  support.on({ agreed: read });
  read.on({ read: ahead, unread: ahead });
  choice.on({ extended: ahead, 'not-extended': ahead });
  formal.on({ written: sign });
  interim.on({ written: sign });
  sign.on({ signed: countersign, unsigned: countersign });
  countersign.on({ signed: ahead, 'signed-final': completion, 'signed-leaving': left, 'signed-moving': others });
  others.on({ named: ahead, 'not-yet': ahead });
  completion.on({ elapsed: recommend });
  recommend.on({ recommended: outcome });
  outcome.on({ passed: m.completed('passed'), failed: m.completed('failed'), extended: ahead });
  return setup;
});
