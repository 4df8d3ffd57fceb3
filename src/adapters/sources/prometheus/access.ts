import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { CoreError } from '../../../core/errors.ts';

/** How a Prometheus is reached and what it is told of us. Files are read anew when they are needed, so that they can be rotated. */
export interface PrometheusAccess {
  /** The address, with the path before `/api/v1` where there is one. */
  readonly url: string;
  /** The authorities to believe in, in place of the usual ones. */
  readonly caFile?: string;
  readonly bearerTokenFile?: string;
  readonly basic?: { readonly user: string; readonly passwordFile: string };
  readonly headers?: Readonly<Record<string, string>>;
  /** The proxy on the way there. */
  readonly proxy?: string;
}

/** Opens sockets to one server; they are bounded and closed with it. Throws `source-refused` when the file of authorities cannot be read. */
export async function openDispatcher(
  { caFile, proxy }: PrometheusAccess,
  limits: { readonly deadlineMs: number; readonly sockets: number },
): Promise<Dispatcher> {
  const own = caFile === undefined ? undefined : await secretOf(caFile, 'caFile');
  const extra = getCACertificates('extra'); // NODE_EXTRA_CA_CERTS, for proxies that look into TLS
  const tls = { timeout: limits.deadlineMs, ...(own !== undefined && { ca: [own, ...extra] }) };
  const bounds = { connections: limits.sockets, allowH2: false, connectTimeout: limits.deadlineMs };
  return proxy === undefined ? new Agent({ ...bounds, connect: tls }) : new ProxyAgent({ ...bounds, uri: proxy, requestTls: tls });
}

/** The headers of one request. Throws `source-refused` when a file of credentials cannot be read. */
export async function headersFor({ headers = {}, bearerTokenFile, basic }: PrometheusAccess): Promise<Record<string, string>> {
  const sent: Record<string, string> = { ...headers, accept: 'application/json', 'user-agent': 'kubemend' };
  if (bearerTokenFile !== undefined) sent.authorization = `Bearer ${await secretOf(bearerTokenFile, 'bearerTokenFile')}`;
  if (basic === undefined) return sent;
  const password = await secretOf(basic.passwordFile, 'basic.passwordFile');
  return { ...sent, authorization: `Basic ${Buffer.from(`${basic.user}:${password}`).toString('base64')}` };
}

async function secretOf(file: string, key: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CoreError('source-refused', `prometheus.${key}: ${file} cannot be read (${why})`, { cause: error });
  }
}
