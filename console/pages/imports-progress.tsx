/** How far something is that takes its time: a bar and its numbers, and now and then a word for who listens. */
import { useEffect, useState } from 'react';
import { texts } from '../texts.ts';

/** `of` undefined: it is not known how much there is to do. */
export function SoFar({
  label,
  words,
  done,
  of,
}: {
  label: string;
  words: string;
  done?: number | undefined;
  of?: number | undefined;
}) {
  const isKnown = done !== undefined && of !== undefined && of > 0;
  // Every quarter is said; every number would talk without end.
  const said = isKnown ? texts.imports.percent(label, Math.floor((done / of) * 4) * 25) : label;
  return (
    <div className="so-far">
      <progress aria-label={label} {...(isKnown && { value: done, max: of })} />
      <p>{words}</p>
      <p role="status" className="unseen">
        {said}
      </p>
    </div>
  );
}

/** Seconds since it began to be shown. */
export function useSeconds(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const began = Date.now();
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - began) / 1_000)), 1_000);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}
