import type { ApiObject } from '../world.ts';

/** The zone that a node says it is in. */
export function zoneOf({ metadata }: ApiObject): string | undefined {
  return metadata.labels?.['topology.kubernetes.io/zone'];
}
