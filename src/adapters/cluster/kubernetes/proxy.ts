import { BlockList, isIP } from 'node:net';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that the environment names for this address (HTTPS_PROXY, HTTP_PROXY, NO_PROXY in either case); undefined for none. */
export function proxyFor(server: URL, environment: Environment): string | undefined {
  const read = (name: string) => environment[name] || environment[name.toLowerCase()];
  const proxy = server.protocol === 'https:' ? read('HTTPS_PROXY') : read('HTTP_PROXY');
  if (!proxy || isLoopback(hostOf(server))) return undefined;
  const exceptions = (read('NO_PROXY') ?? '').split(/[\s,]+/).filter(Boolean);
  if (exceptions.some((exception) => isExcepted(server, exception))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** Whether a host is this machine itself. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || isIn(host, '127.0.0.0/8') || isIn(host, '::1/128');
}

/** The host of an address, an IPv6 one without its brackets. */
export function hostOf(server: URL): string {
  return server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function isExcepted(server: URL, exception: string): boolean {
  if (exception === '*') return true;
  const host = hostOf(server);
  if (exception.includes('/')) return isIn(host, exception);
  const [name = '', port] = isIP(exception) === 6 ? [exception] : exception.toLowerCase().split(':');
  if (port !== undefined && port !== (server.port || '443')) return false;
  const bare = name.replace(/^\*?\./, '');
  return host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`));
}

function isIn(host: string, range: string): boolean {
  const [net = '', prefix = ''] = range.split('/');
  const family = isIP(net) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(host) === 0 || isIP(net) !== isIP(host) || !/^\d+$/.test(prefix) || Number(prefix) > (family === 'ipv6' ? 128 : 32))
    return false;
  const list = new BlockList();
  list.addSubnet(net, Number(prefix), family);
  return list.check(host, family);
}
