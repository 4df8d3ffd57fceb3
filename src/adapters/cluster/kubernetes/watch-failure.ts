import { ApiError } from './api-error.ts';

/** The stream cannot be trusted to go on where it was: only a new list helps. */
export class StaleWatchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StaleWatchError';
  }
}

/** What a failed list or watch means for its reflector. */
export interface WatchFailure {
  /** `denied`: we may not read this, or the server does not have it; `expired`: our place in the stream is too old. */
  readonly is: 'denied' | 'expired' | 'stale' | 'transient';
  readonly message: string;
  readonly retryAfterMs: number;
}

/** Sorts any error into what has to be done about it. */
export function failureOf(error: unknown): WatchFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ApiError)) return { is: error instanceof StaleWatchError ? 'stale' : 'transient', message, retryAfterMs: 0 };
  return { is: meaningOf(error.status), message, retryAfterMs: error.retryAfterMs ?? 0 };
}

function meaningOf(status: number | undefined): WatchFailure['is'] {
  switch (status) {
    case 403:
    case 404:
      return 'denied';
    case 410:
      return 'expired';
    case 400:
      return 'stale';
    default:
      return 'transient';
  }
}
