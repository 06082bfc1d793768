/**
 * The unfinished answer to a task: on this device at every keystroke, on the server a moment after the last one. What is
 * on this device is newer than what the server has, because it goes from here once the server has it.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ask, passes } from './api.ts';
import { type Draft, dropLocally, keepLocally, localDraft, onKeptElsewhere } from './drafts.ts';
import { taskQuery } from './queries.ts';
import type { Task } from './shapes.ts';

/** So many milliseconds after the last keystroke the server gets it. */
const PAUSE = 1_000;

export interface TaskDraft {
  readonly value: Draft;
  readonly write: (draft: Draft) => void;
  readonly state: 'none' | 'saving' | 'saved' | 'local';
  /** The task was open when this page was. */
  readonly wasOpen: boolean;
  /** The answer itself is being sent: nothing is saved beside it that would come too late. */
  readonly hold: () => void;
  /** It was not taken: what was not saved yet is saved now. */
  readonly resume: () => void;
  /** The task is answered, or what was written is not needed: nothing is kept any more. */
  readonly stop: () => void;
}

/** Under which name this device keeps it. */
export const draftName = ({ taskId }: Pick<Task, 'taskId'>, personId: string): string => `task.${personId}.${taskId}`;

/** What somebody wrote in their own words, with the names of the fields; dates, numbers and choices are nothing to copy. */
export const writtenIn = (value: unknown, name = ''): readonly (readonly [string, string])[] =>
  typeof value === 'string'
    ? /\s/.test(value.trim())
      ? [[name, value]]
      : []
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, held]) => writtenIn(held, Array.isArray(value) ? name : key))
      : [];

export function useTaskDraft(task: Task, personId: string): TaskDraft {
  const { taskId } = task;
  const name = draftName(task, personId);
  const [draft, setDraft] = useState<Draft>(() => localDraft(name) ?? task.draft ?? {});
  const [state, setState] = useState<TaskDraft['state']>(() =>
    localDraft(name) !== undefined ? 'local' : task.draft === null ? 'none' : 'saved',
  );
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isOpen = task.status === 'open';
  const [wasOpen] = useState(isOpen);
  const isStopped = useRef(!isOpen);
  const isSaving = useRef(false);
  const latest = useRef(draft);
  const client = useQueryClient();

  const save = async () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    // Another tab may have written since: what this device keeps is the newest.
    const saved = localDraft(name) ?? latest.current;
    setState('saving');
    isSaving.current = true;
    try {
      await ask('PUT', `/tasks/${taskId}/draft`, { body: saved });
      if (isStopped.current) return;
      const query = taskQuery(taskId);
      const isAskedFor = client.isFetching(query) > 0;
      // Who comes back to this page finds it; what was asked for before it was saved does not know it, and is asked for anew.
      client.setQueryData(query.queryKey, (held) => held && { ...held, draft: saved });
      if (isAskedFor) void client.invalidateQueries(query);
      if (isNewer(localDraft(name) ?? latest.current, saved)) return;
      dropLocally(name);
      setState('saved');
    } catch (error) {
      if (isStopped.current) return;
      setState('local');
      // Refused: somebody has answered it meanwhile, or has it now. The task says who.
      if (!passes(error)) void client.invalidateQueries(taskQuery(taskId));
    } finally {
      isSaving.current = false;
    }
  };
  const saveLatest = useRef(save);
  saveLatest.current = save;

  useEffect(() => {
    const again = () => {
      if (localDraft(name) !== undefined && !isStopped.current) void saveLatest.current();
    };
    // Who turns to something else, or leaves, does not lose the last second.
    const atOnce = () => {
      if (timer.current !== undefined && !isStopped.current) void saveLatest.current();
    };
    const whenHidden = () => {
      if (document.visibilityState === 'hidden') atOnce();
    };
    const stopListening = onKeptElsewhere(name, (theirs) => {
      if (isStopped.current) return;
      if (theirs === undefined) {
        if (timer.current === undefined) setState('saved');
        return;
      }
      // Whoever types there goes on there; this tab shows the same, and has nothing older to send.
      clearTimeout(timer.current);
      timer.current = undefined;
      latest.current = theirs;
      setDraft(theirs);
      setState('local');
    });
    again();
    window.addEventListener('online', again);
    document.addEventListener('visibilitychange', whenHidden);
    return () => {
      atOnce();
      stopListening();
      window.removeEventListener('online', again);
      document.removeEventListener('visibilitychange', whenHidden);
    };
  }, [name]);

  // Written on another device meanwhile, and nothing here that is newer.
  useEffect(() => {
    const isOwnNewer = timer.current !== undefined || isSaving.current || localDraft(name) !== undefined;
    if (isStopped.current || isOwnNewer || task.draft === null || !isNewer(task.draft, latest.current)) return;
    latest.current = task.draft;
    setDraft(task.draft);
    setState('saved');
  }, [name, task.draft]);

  // Answered elsewhere: what was written here and not sent is kept on this device, to be copied.
  const isByMe = task.completedBy?.personId === personId;
  useEffect(() => {
    if (isOpen || isStopped.current) return;
    isStopped.current = true;
    clearTimeout(timer.current);
    timer.current = undefined;
    // What this person saved before they answered it in another tab, or on another device, was there to be sent.
    if (isByMe && localDraft(name) === undefined) setDraft({});
    else if (Object.keys(latest.current).length > 0) keepLocally(name, latest.current);
  }, [isOpen, isByMe, name]);

  const write = (next: Draft) => {
    latest.current = next;
    setDraft(next);
    keepLocally(name, next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void saveLatest.current(), PAUSE);
  };
  const isHeld = useRef(false);
  const hold = () => {
    isHeld.current = timer.current !== undefined;
    clearTimeout(timer.current);
    timer.current = undefined;
  };
  const resume = () => {
    if (isHeld.current && !isStopped.current) void saveLatest.current();
    isHeld.current = false;
  };
  const stop = () => {
    isStopped.current = true;
    clearTimeout(timer.current);
    timer.current = undefined;
    dropLocally(name);
    setDraft({});
    setState('none');
  };
  return { value: draft, write, state, wasOpen, hold, resume, stop };
}

const isNewer = (now: Draft, saved: Draft): boolean => JSON.stringify(now) !== JSON.stringify(saved);
