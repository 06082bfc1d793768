/** Starting a process: the form, then what it would come to with the rules' warnings, then it is sent. */
import { Alert, Button, Group, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { ask } from '../api.ts';
import { type Draft, dropLocally, keepLocally, localDraft } from '../drafts.ts';
import { Facts, Findings } from '../facts.tsx';
import { SchemaForm } from '../form/later.tsx';
import { Failed, Loaded, PageTitle } from '../page.tsx';
import { useCommand, useMe } from '../queries.ts';
import type { Kind, Me, Process, StartCheck } from '../shapes.ts';
import { texts } from '../texts.ts';

export function StartPage({ kind }: { kind: Kind }) {
  const me = useMe();
  const { forSelf, forOthers } = kind.mayStart;
  return (
    <>
      <PageTitle>{texts.start.title(kind.label)}</PageTitle>
      {!forSelf && !forOthers ? (
        <p>{texts.start.notAllowed}</p>
      ) : (
        <Loaded query={me}>{(who) => <Starting kind={kind} me={who} />}</Loaded>
      )}
    </>
  );
}

function Starting({ kind, me }: { kind: Kind; me: Me }) {
  const [, navigate] = useLocation();
  const [search] = useSearchParams();
  // A link says for whom; what was begun for somebody else is not theirs.
  const whom = kind.mayStart.forOthers ? search.get('person') : null;
  const name = ['start', me.personId, kind.kind, ...(whom === null ? [] : [whom])].join('.');
  const [value, setValue] = useState<Draft>(() => ({
    ...localDraft(name),
    ...(whom !== null && { personId: whom }),
  }));
  // Nothing is changed by it, so that nothing has to be read again.
  const check = useMutation({
    mutationFn: (fields: Draft) => ask<StartCheck>('POST', `/processes/${kind.kind}/check`, { body: fields }),
  });
  const start = useCommand<Process>();
  const form = useRef<HTMLDivElement>(null);
  const leftOut = useMemo(
    () => [
      // Who may start it for themselves alone is not asked for whom.
      ...(kind.mayStart.forOthers ? [] : ['personId']),
      ...(me.schools.length === 1 && !kind.mayStart.forOthers ? ['schoolId'] : []),
    ],
    [kind, me],
  );
  const write = (next: Draft) => {
    setValue(next);
    keepLocally(name, next);
    check.reset();
  };
  return (
    <>
      <p className="quiet small">{texts.start.kept}</p>
      <div className="columns">
        <div className="panel form-panel" ref={form} tabIndex={-1}>
          <SchemaForm
            name="start"
            schema={kind.startSchema}
            leftOut={leftOut}
            value={value}
            onChange={write}
            onSubmit={(fields) => check.mutate(fields)}
            error={check.error}
            submit={texts.start.check}
            isBusy={check.isPending}
          />
        </div>
        {check.data && (
          <Review
            found={check.data}
            error={start.error}
            isBusy={start.isPending}
            onChange={() => {
              check.reset();
              // The pressed button is gone with the review: on with the form, from its top.
              form.current?.focus();
            }}
            onSend={() =>
              start.mutate(
                { path: `/${kind.path}`, body: check.variables },
                {
                  onSuccess: ({ id }) => {
                    dropLocally(name);
                    // The way back leads past the form, which would look as if nothing had been sent.
                    navigate(`/${kind.path}/${id}`, { replace: true, state: { isStarted: true } });
                  },
                },
              )
            }
          />
        )}
      </div>
    </>
  );
}

function Review({
  found,
  error,
  isBusy,
  onSend,
  onChange,
}: {
  found: StartCheck;
  error: unknown;
  isBusy: boolean;
  onSend: () => void;
  onChange: () => void;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    heading.current?.scrollIntoView({ block: 'start' });
  }, []);
  return (
    <section className="panel" aria-labelledby="review">
      <Title order={2} size="h4" id="review" ref={heading} tabIndex={-1}>
        {texts.start.review}
      </Title>
      <p>
        {texts.start.reviewFor(found.subject.name)} {texts.start.first(found.first)}
      </p>
      {found.findings.length === 0 ? (
        <Alert color="oak" role="note">
          <Text size="sm">{texts.start.noFindings}</Text>
        </Alert>
      ) : (
        <Findings findings={found.findings} order={3} />
      )}
      <Facts facts={found.facts} />
      <Failed error={error} />
      <Group>
        <Button loading={isBusy} onClick={onSend}>
          {texts.start.send}
        </Button>
        <Button variant="default" onClick={onChange}>
          {texts.start.change}
        </Button>
      </Group>
    </section>
  );
}
