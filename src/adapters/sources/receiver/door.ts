import type { Server } from 'node:net';

/** Where to listen; port 0 takes a free one. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** The server's certificate and key in PEM; with `ca`, only clients with a certificate of that authority are let in. */
export interface DoorTls {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
}

/** How every receiver is locked. */
export interface DoorLock {
  readonly tls?: DoorTls;
  /** The bearer token that senders must show; compares in constant time. */
  readonly token?: { equals(other: string): boolean };
}

/** An open entrance. */
export interface Door {
  /** `HOST:PORT`, with the port that was taken. */
  readonly address: string;
  /** Ends what is under way and closes; the sender of an unfinished request sends it again. */
  close(): Promise<void>;
}

/** Connections of one door at once; more are closed at their beginning. */
export const MAX_CONNECTIONS = 500;
/** Requests of one door at once, since each may hold a whole body in memory. */
export const MAX_REQUESTS = 16;

/** Listens, or rejects with what stands against it. Resolves with the address. */
export function listening(server: Server, { host, port }: Listen): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      const address = server.address();
      const taken = address !== null && typeof address === 'object' ? address.port : port;
      resolve(`${host.includes(':') ? `[${host}]` : host}:${taken}`);
    });
  });
}

/** Whether the value of an Authorization header opens the door. */
export function opens({ token }: DoorLock, authorization: string | undefined): boolean {
  if (token === undefined) return true;
  const [, shown] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
  return shown !== undefined && token.equals(shown);
}
