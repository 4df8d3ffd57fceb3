import type { AlertIntake } from '../app/alerts/alert-intake.ts';
import type { Meters } from '../app/api/metrics/meters.ts';
import type { IdentitySource } from '../app/identity/identity.ts';
import type { Readiness } from '../app/readiness.ts';
import type { Clock, Logger, Store } from '../core/ports.ts';

/** What the entrance speaks for. Without `identity` nobody may use the API. */
export interface HttpParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  readonly intake: AlertIntake;
  readonly meters: Pick<Meters, 'text' | 'refused'>;
  readonly identity?: IdentitySource;
  readiness(): Promise<Readiness>;
}
