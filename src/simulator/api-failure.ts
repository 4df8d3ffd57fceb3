/** One line of a Status' `details.causes`. */
export interface FailureCause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

/** What a failure says beside its message; the fields of Kubernetes' StatusDetails. */
export interface FailureDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly FailureCause[];
  readonly retryAfterSeconds?: number;
}

/** A refusal of the API server: becomes the Status object that a client reads. */
export class ApiFailure extends Error {
  readonly code: number;
  /** Kubernetes' StatusReason, such as `NotFound`; '' where it gives none. */
  readonly reason: string;
  readonly details: FailureDetails | undefined;
  constructor(code: number, reason: string, message: string, details?: FailureDetails) {
    super(message);
    this.name = 'ApiFailure';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}
