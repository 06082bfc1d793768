/** Whose place somebody takes today: why tasks of theirs are in this inbox. */
import { Alert } from '@mantine/core';
import { useMe } from './queries.ts';
import { longDay, texts } from './texts.ts';

export function StandingIn() {
  const { data: me } = useMe();
  return me?.standingIn.map(({ personId, name, until }) => (
    <Alert key={personId} color="gray">
      {texts.people.away.youStandIn(name, longDay(until))}
    </Alert>
  ));
}
