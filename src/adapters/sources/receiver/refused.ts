/** A request that is not taken: the status to answer, the reason to count it under, and words for the sender. */
export class Refused extends Error {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, reason: string, about: { readonly message: string; readonly headers?: Readonly<Record<string, string>> }) {
    super(about.message);
    this.name = 'Refused';
    this.status = status;
    this.reason = reason;
    this.headers = about.headers ?? {};
  }
}

/** After how many seconds a sender who came while too much was waiting should try again. */
export const RETRY_AFTER_S = 2;

/** The answer while too much is waiting to be looked at. */
export function overloaded(): Refused {
  return new Refused(429, 'queue full', {
    message: `more is waiting than can be held: send it again after ${RETRY_AFTER_S} seconds, or send less`,
    headers: { 'retry-after': String(RETRY_AFTER_S) },
  });
}
