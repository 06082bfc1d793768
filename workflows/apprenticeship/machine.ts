/** The story of an apprenticeship: setting up, training from review to review, the gateway, the assessment, what comes next. */
import { defineMachine } from '../kernel/machine.ts';
import { process, tasks, timers, togethers } from './process.ts';

export const machine = defineMachine(process, (m) => {
  // The cast
  const details = m.task('School lead confirms the details of the next one', tasks.confirmDetails);
  const onboarding = m.together('Plan is signed, prior learning and funding are settled', togethers.onboarding);
  const nextReview = m.timer('Next review opens', timers.nextReview);
  const review = m.task('Mentor reviews', tasks.review);
  const concern = m.task('Line manager acts on a concern', tasks.actOnConcern);
  const pause = m.task('School lead considers a break in learning', tasks.considerBreak);
  const signAgain = m.together('All three sign the changed plan', togethers.reSignPlan);
  const gateway = m.task('Headteacher decides at the gateway', tasks.gateway);
  const assessment = m.task('School lead records the assessment', tasks.recordAssessment);
  const nextStep = m.task('Line manager proposes what comes next', tasks.decideNextStep);
  const confirmStep = m.task('Headteacher confirms what comes next', tasks.confirmNextStep);

  const completed = m.completed('completed');
  const refused = m.stopped('refused');

  // The plot
  details.on({ confirmed: onboarding, refused });
  onboarding.on({ ready: nextReview, refused });
  nextReview.on({ elapsed: review });
  review.on({
    'on-track': nextReview,
    concern,
    'ready-for-gateway': gateway,
    'not-yet': nextReview,
    'ask-about-break': pause,
    'ask-manager': concern,
    'ask-to-sign': signAgain,
    'ask-next-step': nextStep,
  });
  concern.on({ acted: nextReview, unanswered: nextReview });
  pause.on({ 'training-continues': nextReview, 'break-agreed': nextReview, unanswered: nextReview });
  signAgain.on({ signed: nextReview, unsigned: nextReview });
  gateway.on({ passed: assessment, 'not-yet': nextReview });
  assessment.on({ passed: nextStep, failed: nextReview });
  nextStep.on({ proposed: confirmStep, noted: nextReview, decided: completed, unanswered: nextReview });
  confirmStep.on({
    confirmed: nextReview,
    'sent-back': nextStep,
    'confirmed-at-end': completed,
    unanswered: nextReview,
  });
  return details;
});
