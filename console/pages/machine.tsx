/** What exists on one machine only: its clock and its mailbox. Marked, so that nobody takes it for the product. */
import { Alert, Button, NumberInput, TextInput, Title } from '@mantine/core';
import '@mantine/core/styles/NumberInput.css';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { ask } from '../api.ts';
import { Loading, NotFound, PageTitle, ProblemAlert } from '../page.tsx';
import { pathWith, queryClient, useIsLocal } from '../queries.ts';
import { instantWords, texts } from '../texts.ts';

interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly sentAt: string;
}

export function MachinePage() {
  if (!useIsLocal()) return <NotFound />;
  return (
    <div className="machine">
      <PageTitle lead={texts.machine.lead}>{texts.machine.title}</PageTitle>
      <Clock />
      <Mailbox />
    </div>
  );
}

function Clock() {
  const clock = useQuery({
    queryKey: ['clock'],
    queryFn: () => ask<{ readonly now: string }>('GET', '/local/clock'),
    staleTime: 0,
  });
  const [days, setDays] = useState<number | string>(1);
  const [to, setTo] = useState('');
  const move = useMutation({
    mutationFn: () =>
      ask<{ readonly now: string }>('POST', '/local/clock/advance', {
        body: to === '' ? { days: Number(days) } : { to },
      }),
    // Whatever is shown may have changed overnight.
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    move.mutate();
  };
  return (
    <section className="panel" aria-labelledby="clock">
      <Title order={2} size="h4" id="clock">
        {texts.machine.clock}
      </Title>
      {clock.isPending && <Loading lines={1} />}
      <p>{clock.data && texts.machine.now(instantWords(clock.data.now))}</p>
      <form onSubmit={submit} className="filters">
        <NumberInput label={texts.machine.days} value={days} onChange={setDays} min={1} max={3650} hideControls />
        <TextInput
          type="date"
          label={texts.machine.to}
          value={to}
          onChange={({ currentTarget }) => setTo(currentTarget.value)}
        />
        <Button type="submit" loading={move.isPending}>
          {texts.machine.move}
        </Button>
      </form>
      {move.error && <ProblemAlert error={move.error} />}
      <p role="status">
        {move.isPending ? texts.machine.moving : move.data ? texts.machine.moved(instantWords(move.data.now)) : ''}
      </p>
    </section>
  );
}

/** Mails that are shown at once, the newest first. */
const MAILS = 20;

function Mailbox() {
  const [search, setSearch] = useSearchParams();
  const to = search.get('to') ?? '';
  const [typed, setTyped] = useState(to);
  const [shown, setShown] = useState(MAILS);
  const mailbox = useQuery({
    queryKey: ['mailbox', to],
    queryFn: () => ask<{ readonly items: readonly Mail[] }>('GET', pathWith('/local/mailbox', { to })),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSearch(typed.trim() === '' ? {} : { to: typed.trim() }, { replace: true });
  };
  const mails = mailbox.data?.items.toReversed() ?? [];
  return (
    <section aria-labelledby="mailbox">
      <Title order={2} size="h4" id="mailbox">
        {texts.machine.mailbox}
      </Title>
      <p className="quiet">{texts.machine.mailboxHelp}</p>
      <form onSubmit={submit} className="filters">
        <TextInput
          label={texts.machine.recipient}
          type="email"
          placeholder={texts.machine.everybody}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <Button type="submit" variant="default">
          {texts.machine.show}
        </Button>
      </form>
      {mailbox.error && <ProblemAlert error={mailbox.error} />}
      {mailbox.data && mails.length === 0 && <Alert color="gray">{texts.machine.noMail}</Alert>}
      <ol className="mails">
        {mails.slice(0, shown).map((mail, at) => (
          <li key={at} className="panel">
            <Title order={3} size="h5">
              {mail.subject}
            </Title>
            <p className="quiet small">{texts.machine.mailTo(mail.to, instantWords(mail.sentAt))}</p>
            <MailText text={mail.text} />
          </li>
        ))}
      </ol>
      {mails.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + MAILS)}>
          {texts.showMore}
        </Button>
      )}
    </section>
  );
}

/** The text with its links to the console as links. */
function MailText({ text }: { text: string }) {
  return (
    <p className="written">
      {text.split(/(https?:\/\/\S+)/).map((part, at) => {
        const path = /^https?:\/\/[^/]+\/app(\/\S*)$/.exec(part)?.[1];
        return path === undefined ? (
          part
        ) : (
          <Link key={at} href={path}>
            {part}
          </Link>
        );
      })}
    </p>
  );
}
