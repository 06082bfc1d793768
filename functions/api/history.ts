/** What happened in a process and what was said there, from either end. */
import * as z from 'zod';
import { isRejection } from '../../workflows/kernel/rejections.ts';
import type { AnyProcess } from '../../workflows/kernel/snapshot.ts';
import { seenProcess } from './access.ts';
import { Limit, pageOf } from './paging.ts';
import { commentsShape, EventShape, eventsShape, ProcessComment } from './present-history.ts';
import { type Route, route } from './route.ts';

const Order = z.enum(['oldest', 'newest']).default('oldest').meta({ description: 'Which come first' });

/** A place in a list that only grows at its end. */
const PlaceCursor = z
  .string()
  .regex(/^\d{1,9}$/, 'Use the cursor of the last page.')
  .optional();

const EventsQuery = z.object({ limit: Limit, order: Order, cursor: PlaceCursor });

export const events = (definition: AnyProcess): Route =>
  route({
    method: 'GET',
    path: `/${definition.path}/{id}/events`,
    tag: definition.texts.label,
    summary: 'Its history: who, when, what, from which stage to which',
    query: EventsQuery,
    answers: { status: 200, schema: pageOf(EventShape), description: 'A page of events' },
    async answer({ store, reading }, { caller, params, query }) {
      const seen = await seenProcess(store, reading, definition.kind, params['id'] ?? '', caller);
      if (isRejection(seen)) return seen;
      const { processId, lastSeq } = seen.scene.snapshot.process;
      const last = seen.asOf?.lastSeq ?? lastSeq;
      const isNewestFirst = query.order === 'newest';
      // Events are numbered without a gap. The cursor is the last that was shown: after it, or before it.
      const shown = Number(query.cursor ?? (isNewestFirst ? last + 1 : 0));
      const through = isNewestFirst ? Math.min(shown - 1, last) : Math.min(shown + query.limit, last);
      const after = isNewestFirst ? Math.max(0, through - query.limit) : shown;
      const found = through > after ? await store.events(processId, { after, limit: through - after }) : [];
      const items = isNewestFirst ? found.toReversed() : found;
      const isMore = isNewestFirst ? after > 0 : through < last;
      const cursor = isMore && items.length > 0 ? String(items.at(-1)?.seq) : null;
      const people = await store.persons([
        ...new Set(items.flatMap(({ by }) => ('personId' in by ? [by.personId] : []))),
      ]);
      return { status: 200, body: { items: eventsShape(seen, items, caller, people), cursor } };
    },
  });

/** Characters of one answer; each is at most three bytes, and Lambda answers with 6 MB at most. */
const MOST_SAID = 1_000_000;
const AROUND_A_COMMENT = 300;

const CommentsQuery = z.object({
  order: Order,
  limit: z.coerce.number().int().min(1, 'Ask for 1 or more.').optional(),
  cursor: PlaceCursor,
});

export const comments = (definition: AnyProcess): Route =>
  route({
    method: 'GET',
    path: `/${definition.path}/{id}/comments`,
    tag: definition.texts.label,
    summary: 'What was said on its tasks and logged; nothing for who may see stage and dates only',
    query: CommentsQuery,
    answers: {
      status: 200,
      schema: pageOf(ProcessComment),
      description: 'As many as asked for and as an answer holds',
    },
    async answer({ store, reading }, { caller, params, query }) {
      const seen = await seenProcess(store, reading, definition.kind, params['id'] ?? '', caller);
      if (isRejection(seen)) return seen;
      const said = seen.level === 'brief' ? [] : await store.commentsOf(seen.scene.snapshot.process.processId);
      const people = await store.persons([...new Set(said.map(({ personId }) => personId))]);
      const all = commentsShape(seen, said, people);
      const isNewestFirst = query.order === 'newest';
      // Counted from the oldest, so that what is written meanwhile moves nothing: from here on, or what is before here.
      const here = Number(query.cursor ?? (isNewestFirst ? all.length : 0));
      const ahead = isNewestFirst ? all.slice(0, here).toReversed() : all.slice(here);
      const items = thatFit(ahead).slice(0, query.limit);
      const next = isNewestFirst ? Math.min(here, all.length) - items.length : here + items.length;
      return { status: 200, body: { items, cursor: items.length < ahead.length ? String(next) : null } };
    },
  });

/** As many of these as an answer holds. */
function thatFit<T extends { readonly text: string }>(comments: readonly T[]): readonly T[] {
  let room = MOST_SAID;
  const end = comments.findIndex(({ text }) => {
    room -= text.length + AROUND_A_COMMENT;
    return room < 0;
  });
  return end < 0 ? comments : comments.slice(0, end);
}
