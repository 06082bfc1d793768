/** The story of an action research project: four stages of equal weight, each with work and a gate; forward, back, or stopped. */
import { defineMachine } from '../kernel/machine.ts';
import { process, tasks, timers } from './process.ts';

export const machine = defineMachine(process, (m) => {
  // The cast
  const explore = m.task('Team explores', tasks.exploreWork);
  const exploreGate = m.task('Sponsor decides what follows Explore', tasks.exploreGate);
  const prepare = m.task('Team prepares', tasks.prepareWork);
  const prepareGate = m.task('Sponsor decides what follows Prepare', tasks.prepareGate);
  const deliver = m.task('Team delivers', tasks.deliverWork);
  const deliverAdaptation = m.task('Sponsor agrees an adaptation in Deliver', tasks.deliverAdaptation);
  const deliverGate = m.task('Sponsor decides what follows Deliver', tasks.deliverGate);
  const sustain = m.task('Team sustains', tasks.sustainWork);
  const sustainAdaptation = m.task('Sponsor agrees an adaptation in Sustain', tasks.sustainAdaptation);
  const sustainGate = m.task('Sponsor decides what becomes of it', tasks.sustainGate);
  const reviewDue = m.timer('Review falls due', timers.reviewDue);
  const review = m.task('Sponsor reviews what was embedded', tasks.review);

  const stopped = m.completed('stopped');
  const deImplemented = m.completed('de-implemented');

  // The plot
  explore.on({ ready: exploreGate });
  exploreGate.on({ proceed: prepare, stay: explore, stop: stopped });
  prepare.on({ ready: prepareGate });
  prepareGate.on({ proceed: deliver, stay: prepare, back: explore, stop: stopped });
  deliver.on({ ready: deliverGate, 'adaptation-proposed': deliverAdaptation });
  deliverAdaptation.on({ agreed: deliver, 'not-agreed': deliver });
  deliverGate.on({ proceed: sustain, stay: deliver, back: prepare, 'back-to-explore': explore, stop: stopped });
  sustain.on({ ready: sustainGate, 'adaptation-proposed': sustainAdaptation });
  sustainAdaptation.on({ agreed: sustain, 'not-agreed': sustain });
  sustainGate.on({
    embedded: reviewDue,
    scaled: m.completed('scaled'),
    'de-implemented': deImplemented,
    stay: sustain,
    back: deliver,
    'back-to-prepare': prepare,
    'back-to-explore': explore,
  });
  reviewDue.on({ elapsed: review });
  review.on({
    'still-in-use': m.completed('embedded'),
    'review-again': reviewDue,
    'work-again': sustain,
    'de-implemented': deImplemented,
  });
  return explore;
});
