/** Facts and findings of a task or a process, as the rules give them. Text that people wrote is shown as they wrote it, never as markup. */
import { Alert, Button, Title } from '@mantine/core';
import { useId, useState } from 'react';
import type { Fact, FactGroup, Finding } from './shapes.ts';
import { texts } from './texts.ts';

export const Facts = ({ facts }: { facts: readonly Fact[] }) => (
  <dl className="facts">
    {facts.map(({ label, value }, at) => (
      <div key={at}>
        <dt>{label}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

/** So many of a group are shown at first; a list that is hardly longer is shown whole. */
const FIRST = 8;
const HARDLY_LONGER = 12;

/** Facts under a heading; of many the first. */
export function GroupOfFacts({ group: { title, facts } }: { group: FactGroup }) {
  const id = useId();
  const [isAll, setAll] = useState(false);
  const isLong = facts.length > HARDLY_LONGER;
  const heading = title ?? texts.process.details;
  return (
    <section aria-labelledby={id}>
      <Title order={2} size="h4" id={id}>
        {heading}
      </Title>
      <Facts facts={isLong && !isAll ? facts.slice(0, FIRST) : facts} />
      {isLong && (
        <Button
          variant="default"
          size="sm"
          className="several-lines"
          aria-expanded={isAll}
          onClick={() => setAll(!isAll)}
        >
          {isAll ? texts.process.fewer : texts.process.allFacts(facts.length, heading)}
        </Button>
      )}
    </section>
  );
}

export const Findings = ({ findings, order }: { findings: readonly Finding[]; order: 2 | 3 }) =>
  findings.length === 0 ? null : (
    <Alert color="yellow" className="findings" role="note">
      <Title order={order} size="h5">
        {texts.task.findings}
      </Title>
      <ul>
        {findings.map(({ code, sentence }) => (
          <li key={code + sentence}>{sentence}</li>
        ))}
      </ul>
    </Alert>
  );
