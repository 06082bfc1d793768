/** The story of an NPQ application: who supports it, who pays, the DfE's registration, the provider's decision, the start. */
import { defineMachine } from '../kernel/machine.ts';
import { process, tasks, timers } from './process.ts';

export const machine = defineMachine(process, (m) => {
  // The cast
  const submit = m.task('Applicant submits the application', tasks.submit);
  const endorse = m.task('Headteacher endorses', tasks.endorse);
  const revise = m.task('Applicant revises', tasks.revise);
  const approve = m.task('Trust lead approves and names the funding', tasks.approve);
  const cohort = m.timer('Next cohort opens', timers.cohortOpens);
  const register = m.task('Applicant registers with the DfE', tasks.registerWithDfe);
  const confirm = m.task('Applicant confirms the registration after the deadline', tasks.confirmRegistration);
  const decision = m.task('Trust lead records what the provider decided', tasks.recordProviderDecision);
  const trn = m.task('Applicant enters the TRN', tasks.enterTrn);
  const start = m.timer('Course starts', timers.courseStart);

  const declined = m.stopped('declined');
  const withdrawn = m.stopped('withdrawn');
  const lapsed = m.stopped('lapsed');

  // The plot
  submit.on({ submitted: endorse, withdrawn });
  endorse.on({ endorsed: approve, declined, 'changes-requested': revise, 'carried-over': register });
  revise.on({ resubmitted: endorse, withdrawn });
  approve.on({ approved: register, declined, 'next-cohort': cohort, 'ask-school-to-pay': endorse });
  cohort.on({ elapsed: approve });
  register.on({ registered: decision, 'deadline-passed': confirm });
  confirm.on({ registered: decision, 'not-registered': lapsed, unanswered: lapsed });
  decision.on({ accepted: start, 'accepted-trn-pending': trn, rejected: m.stopped('rejected') });
  trn.on({ entered: start });
  start.on({ elapsed: m.completed('enrolled') });
  return submit;
});
