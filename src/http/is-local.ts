import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../app/http-config.ts';

/**
 * Whether a request comes from this machine to a server that listens on a loopback address only, and names it so: a page in a browser
 * that has its own name point here (DNS rebinding) sends that name.
 */
export function isLocal({ host }: Pick<FastifyRequest, 'host'>, listensOn: string): boolean {
  const name = host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  return isLoopback(listensOn) && isLoopback(name);
}
