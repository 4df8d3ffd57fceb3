import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import { CoreError } from '../core/errors.ts';
import { readSecret, type Secret, SecretSource } from './secret.ts';

/** The HTTP entrance; without `listen` there is none. */
export const HttpConfig = z.strictObject({
  /** `ADDRESS:PORT`; port 0 takes a free one. */
  listen: z.string().optional(),
  tls: z
    .strictObject({
      certFile: z.string(),
      keyFile: z.string(),
      /** Clients that bring a certificate of this authority may send alerts. */
      clientCaFile: z.string().optional(),
    })
    .optional(),
  /** Who may use the API, outside a cluster: a file with the hashes of tokens and their roles. */
  tokenFile: z.string().min(1).optional(),
  /** Who may use the API, in a cluster: whom the API server knows, as far as its roles go. */
  identity: z.enum(['kubernetes']).optional(),
  /** For whom a Kubernetes token must have been made to be taken. */
  audience: z.string().min(1).default('kubemend'),
  /** Who may send alerts: any one of these is enough. */
  webhook: z
    .strictObject({
      bearer: SecretSource.optional(),
      basic: z.strictObject({ user: z.string().min(1), password: SecretSource }).optional(),
      hmac: SecretSource.optional(),
    })
    .prefault({}),
});
export type HttpConfig = z.infer<typeof HttpConfig>;

/** How an alert sender proves itself; with none of these anybody who reaches the address may send. */
export interface Credentials {
  readonly bearer?: Secret;
  readonly basic?: { readonly user: string; readonly password: Secret };
  readonly hmac?: Secret;
  readonly clientCertificate: boolean;
}

/** Everything that the HTTP entrance needs to open its door; files and secrets are read. */
export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer; readonly ca?: Buffer };
  readonly webhook: Credentials;
  /** Missing: nobody may use the API. */
  readonly identity?: IdentitySettings;
}

/** Who is asked about a token of the API: a file, the API server, or the file first and then the server. */
export interface IdentitySettings {
  readonly tokenFile?: string;
  /** The audience of the tokens that the API server is asked about. */
  readonly kubernetes?: { readonly audience: string };
}

/** Reads the settings; undefined when nothing is to be listened to. Throws `bad-config`, above all for an open address without any credentials. */
export function httpSettings(config: HttpConfig, env: Readonly<Record<string, string | undefined>>): HttpSettings | undefined {
  if (config.listen === undefined) return undefined;
  const { host, port } = addressOf(config.listen);
  const webhook = credentialsOf(config, env);
  if (!isLoopback(host) && !hasCredentials(webhook))
    throw new CoreError(
      'bad-config',
      `http.listen ${config.listen} can be reached from other machines, and anybody there could send alerts: set http.webhook.bearer, ` +
        'http.webhook.basic, http.webhook.hmac or http.tls.clientCaFile, or listen on 127.0.0.1',
    );
  const tls = config.tls && tlsOf(config.tls);
  const identity = identityOf(config);
  return { host, port, webhook, ...(identity && { identity }), ...(tls && { tls }) };
}

function identityOf({ tokenFile, identity, audience }: HttpConfig): IdentitySettings | undefined {
  if (tokenFile === undefined && identity === undefined) return undefined;
  return { ...(tokenFile !== undefined && { tokenFile }), ...(identity && { kubernetes: { audience } }) };
}

/** Whether a sender must prove itself at all. */
export function hasCredentials({ bearer, basic, hmac, clientCertificate }: Credentials): boolean {
  return Boolean(bearer || basic || hmac || clientCertificate);
}

function credentialsOf({ webhook: { bearer, basic, hmac }, tls }: HttpConfig, env: Parameters<typeof readSecret>[2]): Credentials {
  return {
    ...(bearer && { bearer: readSecret('http.webhook.bearer', bearer, env) }),
    ...(basic && { basic: { user: basic.user, password: readSecret('http.webhook.basic.password', basic.password, env) } }),
    ...(hmac && { hmac: readSecret('http.webhook.hmac', hmac, env) }),
    clientCertificate: tls?.clientCaFile !== undefined,
  };
}

/** Reads `ADDRESS:PORT`. Throws `bad-config` that names the key. */
export function addressOf(listen: string, key = 'http.listen'): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(listen) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || !(port <= 65_535) || (isIP(host) === 0 && host !== 'localhost'))
    throw new CoreError('bad-config', `${key} ${listen} is no address and port: write 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080`);
  return { host, port };
}

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Reads the files of a door's TLS settings. Throws `bad-config` that names the key and the file. */
export function tlsOf(
  { certFile, keyFile, clientCaFile }: NonNullable<HttpConfig['tls']>,
  key = 'http.tls',
): NonNullable<HttpSettings['tls']> {
  return {
    cert: fileOf(`${key}.certFile`, certFile),
    key: fileOf(`${key}.keyFile`, keyFile),
    ...(clientCaFile !== undefined && { ca: fileOf(`${key}.clientCaFile`, clientCaFile) }),
  };
}

function fileOf(key: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CoreError('bad-config', `${key}: ${file} cannot be read (${error instanceof Error ? error.message : String(error)})`, {
      cause: error,
    });
  }
}
