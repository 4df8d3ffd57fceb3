/** Every failure that kubemend raises by itself. `retryable` decides between another try and telling a person. */
export const errorCodes = {
  conflict: { retryable: true },
  'cluster-unreachable': { retryable: true },
  'cluster-refused': { retryable: false },
  'store-failed': { retryable: false },
  'store-corrupt': { retryable: false },
  'store-newer': { retryable: false },
  'unknown-action': { retryable: false },
  'corrupt-incident': { retryable: false },
  'source-unreachable': { retryable: true },
  'source-refused': { retryable: false },
  'package-missing': { retryable: false },
  'model-refused': { retryable: false },
  'notifier-failed': { retryable: true },
  'not-found': { retryable: false },
  'not-allowed': { retryable: false },
  forbidden: { retryable: false },
  'bad-config': { retryable: false },
  'bad-kubeconfig': { retryable: false },
  'bad-usage': { retryable: false },
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** A failure with a code from the table; the message says what, where and how to mend it. */
export class CoreError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CoreError';
    this.code = code;
    this.retryable = errorCodes[code].retryable;
  }
}
