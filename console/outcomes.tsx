/** Which of several answers it is. */
import { Button } from '@mantine/core';
import type { Outcome } from './shapes.ts';
import { texts } from './texts.ts';

export const Outcomes = ({
  outcomes,
  chosen,
  onChoose,
}: {
  outcomes: readonly Outcome[];
  chosen: string | undefined;
  onChoose: (outcome: string) => void;
}) =>
  outcomes.length > 1 && (
    // biome-ignore lint/a11y/useSemanticElements: buttons that choose, not fields of a form
    <div className="outcomes" role="group" aria-label={texts.task.choose}>
      {outcomes.map(({ outcome, label }) => (
        <Button
          key={outcome}
          variant={outcome === chosen ? 'filled' : 'default'}
          aria-pressed={outcome === chosen}
          onClick={() => onChoose(outcome)}
        >
          {label}
        </Button>
      ))}
    </div>
  );
