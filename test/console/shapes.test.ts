/** Checked by the type checker: what the API answers is what the console reads. */
import { describe, expectTypeOf, test } from 'vitest';
import type * as z from 'zod';
import type * as read from '../../console/shapes.ts';
import type {
  EventShape,
  PersonShape,
  ProcessComment,
  ProcessShape,
  SchoolShape,
  Task,
  TaskSummary,
} from '../../functions/api/present.ts';
import type { Line } from '../../functions/imports/report.ts';
import type { CalendarYear } from '../../workflows/kernel/calendar.ts';
import type { Diagram } from '../../workflows/kernel/diagram.ts';

describe('What the API answers is what the console reads of', () => {
  test('tasks and processes', () => {
    expectTypeOf<z.output<typeof TaskSummary>>().toExtend<read.TaskSummary>();
    expectTypeOf<z.output<typeof Task>>().toExtend<read.Task>();
    expectTypeOf<z.output<typeof ProcessShape>>().toExtend<read.Process>();
    expectTypeOf<z.output<typeof EventShape>>().toExtend<read.ProcessEvent>();
    expectTypeOf<z.output<typeof ProcessComment>>().toExtend<read.ProcessComment>();
    expectTypeOf<Diagram>().toExtend<read.Diagram>();
  });

  test('people, schools, the calendar and imports', () => {
    expectTypeOf<z.output<typeof PersonShape>>().toExtend<read.Person>();
    expectTypeOf<z.output<typeof SchoolShape>>().toExtend<read.School>();
    expectTypeOf<CalendarYear>().toExtend<read.Calendar['years'][number]>();
    expectTypeOf<Line>().toExtend<read.ImportReport['lines'][number]>();
  });
});
