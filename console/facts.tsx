/** Facts and findings of a task, as the rules give them. Text that people wrote is shown as they wrote it, never as markup. */
import { Alert, Title } from '@mantine/core';
import type { Fact, Finding } from './shapes.ts';
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

export const Findings = ({ findings, order }: { findings: readonly Finding[]; order: 2 | 3 }) =>
  findings.length === 0 ? null : (
    <Alert color="yellow" className="findings">
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
