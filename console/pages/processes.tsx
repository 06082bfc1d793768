/** The kinds of process there are: start one, or see those under way. */
import { Button, Group, Title } from '@mantine/core';
import { Link } from 'wouter';
import { Loaded, PageTitle } from '../page.tsx';
import { useKinds } from '../queries.ts';
import { texts } from '../texts.ts';

export function ProcessesPage() {
  const kinds = useKinds();
  return (
    <>
      <PageTitle lead={texts.processes.lead}>{texts.processes.title}</PageTitle>
      <Loaded query={kinds}>
        {({ items }) => (
          <ul className="cards">
            {items.map(({ kind, path, label, mayStart }) => (
              <li key={kind} className="panel">
                <Title order={2} size="h4">
                  {label}
                </Title>
                <Group gap="sm">
                  {(mayStart.forSelf || mayStart.forOthers) && (
                    <Button component={Link} href={`/${path}/new`}>
                      {texts.processes.startShort}
                      <span className="unseen">{texts.processes.startOf(label)}</span>
                    </Button>
                  )}
                  <Button component={Link} href={`/${path}?status=active`} variant="default">
                    {texts.processes.see}
                    <span className="unseen">{texts.processes.startOf(label)}</span>
                  </Button>
                </Group>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </>
  );
}
