import { z } from 'zod';
import type { Meters } from '../../app/api/metrics/meters.ts';
import type { Route } from '../route.ts';

const TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** `GET /metrics`, for Prometheus. */
export function metricsRoute(meters: Pick<Meters, 'text'>): Route {
  return {
    method: 'GET',
    url: '/metrics',
    rule: { role: 'viewer', over: 'cluster', openOnLoopback: true },
    summary: 'The figures of this process in the text format of Prometheus.',
    answers: { 200: { description: 'The figures.', schema: z.string(), type: TYPE } },
    handle: async ({ reply }) => reply.type(TYPE).send(await meters.text()),
  };
}
