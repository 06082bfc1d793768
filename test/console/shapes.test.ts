/** Checked by the type checker: what the API answers is what the console reads. */
import { describe, expectTypeOf, test } from 'vitest';
import type * as z from 'zod';
import type * as read from '../../console/shapes.ts';
import type { BoardsReport } from '../../functions/api/boards.ts';
import type { DemandReport, ReviewLoadReport } from '../../functions/api/demand.ts';
import type { Linked } from '../../functions/api/linked.ts';
import type { Me } from '../../functions/api/me.ts';
import type { MilestonesReport } from '../../functions/api/milestones.ts';
import type { PersonInFull } from '../../functions/api/person.ts';
import type { EventShape, ProcessComment } from '../../functions/api/present-history.ts';
import type { PersonShape, SchoolShape } from '../../functions/api/present-person.ts';
import type { ListedProcess, ProcessShape } from '../../functions/api/present-process.ts';
import type { Task, TaskSummary } from '../../functions/api/present-task.ts';
import type { ProgressReport } from '../../functions/api/review-progress.ts';
import type { Completion } from '../../functions/api/tasks.ts';
import type { TrendsReport } from '../../functions/api/trends.ts';
import type { ImportAnswer, ImportState } from '../../functions/imports/kept-import.ts';
import type { CalendarYear } from '../../workflows/kernel/calendar.ts';
import type { Diagram } from '../../workflows/kernel/diagram.ts';

describe('What the API answers is what the console reads of', () => {
  test('tasks and processes', () => {
    expectTypeOf<z.output<typeof TaskSummary>>().toExtend<read.TaskSummary>();
    expectTypeOf<z.output<typeof Task>>().toExtend<read.Task>();
    expectTypeOf<z.output<typeof Completion>>().toExtend<read.Completion>();
    expectTypeOf<z.output<typeof ProcessShape>>().toExtend<read.Process>();
    expectTypeOf<z.output<typeof ListedProcess>>().toExtend<read.ListedProcess>();
    expectTypeOf<z.output<typeof EventShape>>().toExtend<read.ProcessEvent>();
    expectTypeOf<z.output<typeof ProcessComment>>().toExtend<read.ProcessComment>();
    expectTypeOf<z.output<typeof Linked>>().toExtend<read.Linked>();
    expectTypeOf<Diagram>().toExtend<read.Diagram>();
  });

  test('people, schools, the calendar and imports', () => {
    expectTypeOf<z.output<typeof PersonShape>>().toExtend<read.Person>();
    expectTypeOf<z.output<typeof PersonInFull>>().toExtend<read.PersonInFull>();
    expectTypeOf<z.output<typeof Me>>().toExtend<read.Me>();
    expectTypeOf<z.output<typeof SchoolShape>>().toExtend<read.School>();
    expectTypeOf<CalendarYear>().toExtend<read.Calendar['years'][number]>();
    expectTypeOf<ImportAnswer>().toExtend<read.ImportReport>();
    expectTypeOf<ImportState>().toExtend<read.ImportState>();
  });
  test('reports', () => {
    expectTypeOf<z.output<typeof BoardsReport>>().toExtend<read.BoardsReport>();
    expectTypeOf<z.output<typeof TrendsReport>>().toExtend<read.TrendsReport>();
    expectTypeOf<z.output<typeof MilestonesReport>>().toExtend<read.MilestonesReport>();
    expectTypeOf<z.output<typeof ProgressReport>>().toExtend<read.ReviewProgressReport>();
    expectTypeOf<z.output<typeof DemandReport>>().toExtend<read.DemandReport>();
    expectTypeOf<z.output<typeof ReviewLoadReport>>().toExtend<read.ReviewLoadReport>();
  });
});
