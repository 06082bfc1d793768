/** What was said, and a place to say something. */
import { Button, Text, Textarea, Title, VisuallyHidden } from '@mantine/core';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { dropLocally, keepLocally, localDraft } from './drafts.ts';
import { problemAtField } from './page.tsx';
import { useCommand, useMe } from './queries.ts';
import type { Comment, ProcessComment, Task } from './shapes.ts';
import { humanised, instantWords, longDay, texts } from './texts.ts';

type Shown = Comment & Partial<Pick<ProcessComment, 'taskId' | 'sort' | 'on'>>;

/** So many are shown at first, and come on top with each click, where all are there already. */
const AT_ONCE = 20;

export function Comments({
  comments,
  taskId,
  titleOf,
  earlier,
}: {
  /** Oldest first. */
  comments: readonly Shown[];
  /** On which task a new one is made; none can be made where absent. */
  taskId: string | undefined;
  titleOf?: (taskId: string) => string | undefined;
  /** Where those before are not here yet: reads them. */
  earlier?: { readonly isThere: boolean; readonly isBusy: boolean; readonly read: () => void };
}) {
  const id = useId();
  const { data: me } = useMe();
  const [many, setMany] = useState(AT_ONCE);
  const shown = earlier === undefined ? comments.slice(-many) : comments;
  const isMore = earlier?.isThere ?? shown.length < comments.length;
  const list = useRef<HTMLOListElement>(null);
  const isAsked = useRef(false);
  useEffect(() => {
    // With the first of them the button goes, and would take the focus with it.
    if (isAsked.current && !isMore) list.current?.focus();
  }, [isMore]);
  return (
    <section aria-labelledby={id}>
      <Title order={2} size="h4" id={id}>
        {texts.comments.title}
      </Title>
      {comments.length === 0 && <p className="quiet">{texts.comments.none}</p>}
      {isMore && (
        <Button
          variant="default"
          size="sm"
          loading={earlier?.isBusy ?? false}
          onClick={() => {
            isAsked.current = true;
            if (earlier) earlier.read();
            else setMany(many + AT_ONCE);
          }}
        >
          {texts.comments.earlier}
        </Button>
      )}
      <ol className="comments" ref={list} tabIndex={-1}>
        {shown.map(({ commentId, at, by, text, taskId: task, sort, on }) => {
          const title = task === undefined ? undefined : titleOf?.(task);
          const logged = sort === null || sort === undefined ? undefined : humanised(sort);
          return (
            <li key={commentId}>
              <p className="comment-by">
                <strong>{by.name}</strong>{' '}
                <span className="quiet small">
                  {instantWords(at)}
                  {title !== undefined && ` · ${texts.comments.on(title)}`}
                  {logged !== undefined && ` · ${logged}`}
                  {typeof on === 'string' && `, ${longDay(on)}`}
                </span>
              </p>
              <Written text={text} />
            </li>
          );
        })}
      </ol>
      {taskId !== undefined && me && <NewComment taskId={taskId} personId={me.personId} />}
    </section>
  );
}

/** Longer texts are shown by their beginning: some eight lines. */
const LONG = 700;
const BEGINNING = 500;

function Written({ text }: { text: string }) {
  const id = useId();
  const [isAll, setAll] = useState(false);
  if (text.length <= LONG) return <p className="written">{text}</p>;
  return (
    <>
      <p className="written" id={id}>
        {isAll ? text : `${text.slice(0, BEGINNING).trimEnd()} …`}
      </p>
      <Button
        variant="subtle"
        size="compact-sm"
        aria-expanded={isAll}
        aria-controls={id}
        onClick={() => setAll(!isAll)}
      >
        {isAll ? texts.comments.readLess : texts.comments.readAll}
      </Button>
    </>
  );
}

function NewComment({ taskId, personId }: { taskId: string; personId: string }) {
  const name = `comment.${personId}.${taskId}`;
  const [text, setText] = useState(() => String(localDraft(name)?.['text'] ?? ''));
  const [isAdded, setAdded] = useState(false);
  // The pressed button cannot be pressed while there is nothing to send: it loses the focus.
  const added = useRef<HTMLParagraphElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const command = useCommand<Task>();
  const write = (next: string) => {
    setText(next);
    setAdded(false);
    if (next === '') dropLocally(name);
    else keepLocally(name, { text: next });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    command.mutate(
      { path: `/tasks/${taskId}/comments`, body: { text } },
      {
        onSuccess: () => {
          write('');
          setAdded(true);
          added.current?.focus();
        },
        onError: () => field.current?.focus(),
      },
    );
  };
  return (
    <form onSubmit={submit} className="new-comment">
      <Textarea
        ref={field}
        label={texts.comments.label}
        description={texts.comments.help}
        autosize
        minRows={2}
        maxRows={10}
        value={text}
        onChange={({ currentTarget }) => write(currentTarget.value)}
        error={command.error ? problemAtField(command.error) : undefined}
      />
      <Button type="submit" variant="default" mt="sm" loading={command.isPending} disabled={text.trim() === ''}>
        {texts.comments.button}
      </Button>
      <Text role="status" size="sm" span ml="sm" ref={added} tabIndex={-1}>
        {isAdded ? texts.comments.added : <VisuallyHidden> </VisuallyHidden>}
      </Text>
    </form>
  );
}
