/** Something that can happen next. In `auto` mode the cloud runs them in order; in `manual` mode a test picks one. */
export interface Job {
  /** What it is: an execution's next state, records for a consumer of the stream, messages for a consumer of a queue. */
  readonly kind: 'execution' | 'stream' | 'queue';
  /** Whom it reaches and what it is about, the same in every run of the same seed: `relay 0192…`. */
  readonly about: string;
  /** Does it, and resolves when it is over; failures are recorded and tried again by whoever owns the job. */
  run(): Promise<void>;
  /** Loses it for ever, as a stream does after 24 hours. Absent where AWS never does that. */
  readonly drop?: () => void;
  /** Puts a second one of the same, as services deliver twice now and then. */
  readonly repeat?: () => void;
}
