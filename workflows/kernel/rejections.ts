/**
 * Why a command was refused. A rejection is a value, never thrown: the rules answer with it, the API turns it into
 * problem+json. `detail` is a sentence for the person who sees it: what was wrong, and what to do.
 */

/** Every code there is, with the HTTP status and the title that go with it. */
export const rejections = {
  'bad-request': { status: 400, title: 'This request cannot be read' },
  'not-signed-in': { status: 401, title: 'Please sign in' },
  'not-allowed': { status: 403, title: 'You may not do this' },
  'not-found': { status: 404, title: 'There is nothing here that you may see' },
  'method-not-allowed': { status: 405, title: 'That cannot be done here' },
  'not-acceptable': { status: 406, title: 'That format is not available' },
  'body-too-large': { status: 413, title: 'That is too large to send' },
  'stale-version': { status: 412, title: 'Somebody changed this meanwhile' },
  'invalid-fields': { status: 422, title: 'Some answers need another look' },
  'idempotency-key-reused': { status: 422, title: 'This key was used for another request' },
  'unreadable-file': { status: 422, title: 'This file cannot be read' },
  'too-many-requests': { status: 429, title: 'Too many requests at once' },
  'in-progress': { status: 409, title: 'The same request is still being worked on' },
  'moving-on': { status: 409, title: 'This is just moving on' },
  'already-completed': { status: 409, title: 'Somebody has answered already' },
  'already-ended': { status: 409, title: 'This has ended' },
  'is-paused': { status: 409, title: 'This is paused' },
  'not-paused': { status: 409, title: 'This is not paused' },
  'not-now': { status: 409, title: 'This cannot be done at this stage' },
  'about-yourself': { status: 409, title: 'Nobody decides about themselves' },
  'conflict-of-interest': { status: 409, title: 'Somebody else has to decide' },
  'may-not-be-assigned': { status: 409, title: 'This cannot be given to that person' },
  'duplicate-application': { status: 409, title: 'There is such an application already' },
  'already-passed': { status: 409, title: 'This qualification has been passed already' },
  'made-by-a-process': { status: 409, title: 'This was recorded by a process' },
  'already-on-record': { status: 409, title: 'This is on record already' },
  'has-another-accepted-application': { status: 409, title: 'Another application was accepted' },
  'not-offered': { status: 409, title: 'That provider does not offer this course then' },
  'cohort-not-open': { status: 409, title: 'Registration is not open yet' },
  'cohort-closed': { status: 409, title: 'Registration has closed' },
  'already-declared': { status: 409, title: 'This milestone has been declared already' },
  'out-of-order': { status: 409, title: 'Milestones come in their order' },
  'nothing-declared': { status: 409, title: 'No milestone has been declared yet' },
  'declarations-stand': { status: 409, title: 'Declarations stand in the way' },
  'not-fundable': { status: 409, title: 'This cannot be funded' },
  'overlapping-apprenticeship': { status: 409, title: 'There is another apprenticeship at that time' },
  'too-late-to-change': { status: 409, title: 'It is too late for this change' },
  'trn-taken': { status: 409, title: 'Somebody else has this TRN' },
  'stage-skipped': { status: 409, title: 'A stage comes before that' },
  'criteria-not-met': { status: 409, title: 'Something is not met yet' },
  'in-another-set': { status: 409, title: 'This belongs to a set already' },
  'cohort-in-use': { status: 409, title: 'Processes rely on this' },
  'no-current-post': { status: 409, title: 'There is no current post' },
  'import-changed': { status: 409, title: 'Something changed since the file was checked' },
  'import-too-old': { status: 409, title: 'This check has expired' },
  'clock-cannot-go-back': { status: 409, title: 'The clock only moves forward' },
} as const satisfies Record<string, { status: number; title: string }>;

export type RejectionCode = keyof typeof rejections;

export interface FieldError {
  /** Where in the body, dotted: `trn`, `lines.3.email`. Empty for the body as a whole. */
  readonly path: string;
  readonly message: string;
}

export interface Rejection {
  readonly rejected: RejectionCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

export const reject = (code: RejectionCode, detail: string, errors?: readonly FieldError[]): Rejection =>
  errors ? { rejected: code, detail, errors } : { rejected: code, detail };

export const isRejection = (value: unknown): value is Rejection =>
  typeof value === 'object' && value !== null && 'rejected' in value;
