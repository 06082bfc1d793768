/** The story of an NPQ study: the milestones in their order, the assessment, the result. */
import { defineMachine } from '../kernel/machine.ts';
import { process, tasks, timers } from './process.ts';

export const machine = defineMachine(process, (m) => {
  // The cast
  const startsNow = m.timer('Course starts', timers.startedWindow);
  const started = m.task('Trust lead records the start', tasks.recordStarted);
  const firstComes = m.timer('First retention point comes near', timers.firstRetentionWindow);
  const first = m.task('Trust lead records the first retention point', tasks.recordFirstRetention);
  const secondComes = m.timer('Second retention point comes near', timers.secondRetentionWindow);
  const second = m.task('Trust lead records the second retention point', tasks.recordSecondRetention);
  const ahead = m.timer('Assessment comes near', timers.assessmentAhead);
  const protect = m.task('Line manager protects time for the assessment', tasks.protectTime);
  const assessment = m.timer('Assessment opens', timers.assessmentWindow);
  const attendance = m.task('Trust lead confirms the attendance', tasks.confirmAttendance);
  const completionComes = m.timer('Completion comes near', timers.completedWindow);
  const completed = m.task('Trust lead records the completion', tasks.recordCompleted);
  const results = m.timer('Results of another assessment come in', timers.resultsDue);
  const outcome = m.task('Trust lead records the result', tasks.recordOutcome);

  // The plot
  startsNow.on({ elapsed: started });
  started.on({ recorded: firstComes });
  firstComes.on({ elapsed: first });
  first.on({ recorded: secondComes, 'recorded-no-second': ahead });
  secondComes.on({ elapsed: second });
  second.on({ recorded: ahead, 'recorded-not-assessed': completionComes });
  ahead.on({ elapsed: protect });
  protect.on({ protected: assessment, 'not-protected': assessment, unanswered: assessment });
  assessment.on({ elapsed: attendance });
  attendance.on({ 'may-sit': completionComes, 'may-resit': results, 'cannot-sit': ahead });
  completionComes.on({ elapsed: completed });
  completed.on({ recorded: outcome, 'recorded-not-assessed': m.completed('completed') });
  results.on({ elapsed: outcome });
  outcome.on({ passed: m.completed('passed'), failed: m.completed('failed'), resubmission: ahead });
  return startsNow;
});
