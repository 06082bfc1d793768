import { describe, expect, it } from 'vitest';
import { calendar } from '../../test/world.ts';
import { cohort, isSchoolDay, type NpqCohort } from '../kernel/calendar.ts';
import { day, daysBetween } from '../kernel/time.ts';
import { type CourseId, courseOf, courses, schedulesFor } from './courses.ts';
import { nextAssessment, scheduleDates } from './milestones.ts';

function cohortOnFile(id: string): NpqCohort {
  const found = cohort(calendar, id);
  if (!found) throw new Error(`The sample has no cohort ${id}`);
  return found;
}

describe('the milestones of a schedule', () => {
  it('have the published dates where the DfE has published some', () => {
    const published = { ...cohortOnFile('2026b'), id: '2024b', startsOn: day('2024-11-04') };
    const dates = (courseId: CourseId, scheduleId: 'npq-leadership-autumn' | 'npq-specialist-autumn') =>
      scheduleDates(calendar, {
        course: courseOf(courseId),
        cohort: published,
        scheduleId,
        startsOn: published.startsOn,
      }).milestones.map(({ dueOn, isProvisional }) => (isProvisional ? `${dueOn}?` : dueOn));
    expect(dates('npq-senior-leadership', 'npq-leadership-autumn')).toEqual([
      '2024-11-25',
      '2025-05-26',
      '2026-01-24',
      '2026-07-25',
    ]);
    expect(dates('npq-leading-teaching', 'npq-specialist-autumn')).toEqual(['2024-11-25', '2025-05-26', '2026-02-21']);
  });

  it('of a spring schedule in an autumn cohort are those of the spring after it', () => {
    const scheduled = { course: courseOf('npq-headship'), cohort: cohortOnFile('2026b'), startsOn: day('2026-12-14') };
    const spring = scheduleDates(calendar, { ...scheduled, scheduleId: 'npq-leadership-spring' });
    expect(spring.appliesFrom).toBe('2027-01-01');
    expect(spring.milestones.map(({ dueOn }) => dueOn)).toEqual([
      '2027-05-30',
      '2027-12-19',
      '2028-07-24',
      '2029-02-25',
    ]);
    expect(scheduleDates(calendar, { ...scheduled, scheduleId: 'npq-leadership-autumn' }).appliesFrom).toBe(
      '2026-10-01',
    );
  });

  it('of a coaching offer count from its month, and it has no assessment', () => {
    const dates = scheduleDates(calendar, {
      course: courseOf('npq-early-headship-coaching-offer'),
      cohort: cohortOnFile('2026b'),
      scheduleId: 'npq-ehco-march',
      startsOn: day('2026-12-14'),
    });
    expect(dates).toMatchObject({ appliesFrom: '2027-03-01', assessment: null });
    expect(dates.milestones.map(({ dueOn, isProvisional }) => `${dueOn} ${isProvisional}`)).toEqual([
      '2027-04-01 true',
      '2027-08-01 true',
      '2027-12-01 true',
      '2028-03-01 true',
    ]);
  });

  it.each(courses)(
    'of $courseId come in order on every schedule and in every cohort on file, the assessment between them',
    (course) => {
      for (const found of ['2026a', '2026b', '2027a', '2027b'].map(cohortOnFile))
        for (const scheduleId of schedulesFor(course)) {
          const scheduled = { course, cohort: found, scheduleId, startsOn: found.startsOn };
          const { appliesFrom, milestones, assessment } = scheduleDates(calendar, scheduled);
          const days = [appliesFrom, ...milestones.map(({ dueOn }) => dueOn)];
          expect([...days].sort(), `${found.id} ${scheduleId}`).toEqual(days);
          expect(milestones.map(({ type }) => type)).toEqual(course.declarationTypes);
          if (assessment === null) continue;
          expect(isSchoolDay(calendar, assessment.from)).toBe(true);
          expect(daysBetween(assessment.from, assessment.to)).toBe(7);
          expect(nextAssessment(calendar, assessment, assessment.to).from > assessment.to).toBe(true);
        }
    },
  );
});
