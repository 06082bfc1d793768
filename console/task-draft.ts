/**
 * The unfinished answer to a task: on this device at every keystroke, on the server a moment after the last one. What is
 * on this device is newer than what the server has, because it goes from here once the server has it.
 */
import { useEffect, useRef, useState } from 'react';
import { ask } from './api.ts';
import { type Draft, dropLocally, keepLocally, localDraft } from './drafts.ts';
import type { Task } from './shapes.ts';

/** So many milliseconds after the last keystroke the server gets it. */
const PAUSE = 1_000;

export interface Kept {
  readonly state: 'none' | 'saving' | 'saved' | 'local';
  /** The task is answered: nothing is kept any more. */
  readonly stop: () => void;
}

export function useTaskDraft(task: Task, personId: string): [Draft, (draft: Draft) => void, Kept] {
  const { taskId } = task;
  const name = `task.${personId}.${taskId}`;
  const [draft, setDraft] = useState<Draft>(() => localDraft(name) ?? task.draft ?? {});
  const [state, setState] = useState<Kept['state']>(() =>
    localDraft(name) !== undefined ? 'local' : task.draft === null ? 'none' : 'saved',
  );
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isStopped = useRef(false);
  const latest = useRef(draft);

  const save = async () => {
    const saved = latest.current;
    setState('saving');
    try {
      await ask('PUT', `/tasks/${taskId}/draft`, { body: saved });
      if (isStopped.current || latest.current !== saved) return;
      dropLocally(name);
      setState('saved');
    } catch {
      if (!isStopped.current) setState('local');
    }
  };
  const saveLatest = useRef(save);
  saveLatest.current = save;

  useEffect(() => {
    const again = () => {
      if (localDraft(name) !== undefined && !isStopped.current) void saveLatest.current();
    };
    again();
    window.addEventListener('online', again);
    return () => {
      window.removeEventListener('online', again);
      clearTimeout(timer.current);
    };
  }, [name]);

  const write = (next: Draft) => {
    latest.current = next;
    setDraft(next);
    keepLocally(name, next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void saveLatest.current(), PAUSE);
  };
  const stop = () => {
    isStopped.current = true;
    clearTimeout(timer.current);
    dropLocally(name);
    setState('none');
  };
  return [draft, write, { state, stop }];
}
