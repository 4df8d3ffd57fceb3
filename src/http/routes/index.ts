import type { HttpParts } from '../http-parts.ts';
import type { Route } from '../route.ts';
import { alertmanagerRoutes } from './alertmanager.ts';
import { auditRoutes } from './audit.ts';
import { changesRoute } from './changes.ts';
import { healthRoutes } from './health.ts';
import { incidentRoutes } from './incidents.ts';
import { metricsRoute } from './metrics.ts';
import { openApiRoute } from './openapi.ts';
import { pauseRoutes } from './pauses.ts';

/** Every route of the entrance. `closing` ends what is listening. */
export function allRoutes(parts: HttpParts, closing: AbortSignal): readonly Route[] {
  const { store, clock, log } = parts;
  const routes = [
    ...healthRoutes(parts.readiness),
    ...alertmanagerRoutes(parts.intake),
    ...incidentRoutes({ store, clock }),
    ...pauseRoutes({ store, clock }),
    ...auditRoutes(store),
    changesRoute({ store, clock, log, closing }),
    metricsRoute(parts.meters),
  ];
  return [...routes, openApiRoute(routes)];
}
