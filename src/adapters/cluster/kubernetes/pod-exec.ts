import type { Duplex } from 'node:stream';
import { type Dispatcher, type ErrorEvent, WebSocket } from 'undici';
import { CoreError } from '../../../core/errors.ts';
import type { Connection } from './connection.ts';
import { listAt, textAt } from './projection/fields.ts';

/** A command for one container. */
export interface ExecRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  /** Told every piece of output as it comes; stdout and stderr alike. */
  readonly onOutput: (text: string) => void;
}

/** How a command ended: its exit code, or why there is none (`lost`: the connection broke off before anybody said how it ended). */
export type CommandEnd =
  | { readonly is: 'exited'; readonly exitCode: number }
  | { readonly is: 'failed'; readonly message: string }
  | { readonly is: 'lost' };

/** A command that runs in a container. */
export interface RunningCommand {
  /** Never rejects. */
  readonly ended: Promise<CommandEnd>;
  /** Closes the command's stdin; the connection stays open for its last words. */
  closeStdin(): void;
  /** Gives up the connection; `ended` becomes `lost` unless it is known already. */
  close(): void;
}

const PROTOCOL = 'v5.channel.k8s.io';
const [STDOUT, STDERR, STATUS, CLOSE] = [1, 2, 3, 255];
const OPEN_DEADLINE_MS = 15_000;

/** Starts a command in a container, with its stdin open. Throws `cluster-unreachable` when the way there does not open. */
export async function execInPod(connection: Connection, request: ExecRequest): Promise<RunningCommand> {
  const { headers, reflectors } = await connection.own();
  const line = watchedLine(reflectors);
  const options = { protocols: [PROTOCOL], headers: { ...headers }, dispatcher: line.dispatcher };
  const socket = new WebSocket(addressOf(connection, request), options);
  socket.binaryType = 'arraybuffer';
  const givenUp = Promise.withResolvers<CommandEnd>();
  const ended = Promise.race([endOf(socket, request.onOutput), givenUp.promise]);
  await opened(socket, (why) => notOpened(request, line.status() === undefined ? why : `the answer was ${line.status()}`));
  return {
    ended,
    closeStdin: () => (socket.readyState === WebSocket.OPEN ? socket.send(Uint8Array.of(CLOSE, 0)) : undefined),
    close() {
      line.cut();
      givenUp.resolve({ is: 'lost' });
    },
  };
}

/** A WebSocket that closes waits for the other side to agree, for ever where nobody is there any more; this cuts the line itself. */
function watchedLine(dispatcher: Dispatcher) {
  let status: number | undefined;
  let line: Duplex | undefined;
  const watched = (handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler => ({
    onRequestStart: (...given) => handler.onRequestStart?.(...given),
    onRequestUpgrade(...given) {
      [, , , line] = given;
      handler.onRequestUpgrade?.(...given);
    },
    onResponseStart(...given) {
      [, status] = given;
      handler.onResponseStart?.(...given);
    },
    onResponseData: (...given) => handler.onResponseData?.(...given),
    onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
    onResponseError: (...given) => handler.onResponseError?.(...given),
  });
  return {
    dispatcher: dispatcher.compose((dispatch) => (options, handler) => dispatch(options, watched(handler))),
    /** Of an answer that opened no line. */
    status: () => status,
    cut: () => line?.destroy(),
  };
}

function addressOf({ server }: Connection, { namespace, pod, container, command }: ExecRequest): URL {
  const address = new URL(server);
  address.protocol = server.protocol === 'https:' ? 'wss:' : 'ws:';
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec`;
  address.pathname = server.pathname.replace(/\/$/, '') + path;
  const query = new URLSearchParams({ stdin: 'true', stdout: 'true', stderr: 'true', container });
  for (const word of command) query.append('command', word);
  address.search = query.toString();
  return address;
}

function opened(socket: WebSocket, errorFor: (why: string) => CoreError): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (why: string) => reject(errorFor(why));
  const timer = setTimeout(() => {
    socket.close();
    fail(`no answer within ${OPEN_DEADLINE_MS / 1_000} s`);
  }, OPEN_DEADLINE_MS);
  socket.addEventListener('open', () => resolve());
  socket.addEventListener('error', (event) => fail(reasonOf(event)));
  socket.addEventListener('close', () => fail('the connection was closed'));
  return promise.finally(() => clearTimeout(timer));
}

function reasonOf({ error, message }: ErrorEvent): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause.message : message || 'the API server did not agree';
}

function notOpened({ namespace, pod, container }: ExecRequest, why: string): CoreError {
  const mend = `'kubectl exec -n ${namespace} ${pod} -c ${container} -- true' must work and tells more`;
  return new CoreError(
    'cluster-unreachable',
    `no command could be started in container ${container} of pod ${namespace}/${pod}: ${why}. ${mend}`,
  );
}

/** Resolves with what the status channel says, or with `lost` when the connection ends without it. */
function endOf(socket: WebSocket, onOutput: (text: string) => void): Promise<CommandEnd> {
  const decoders = { [STDOUT]: new TextDecoder(), [STDERR]: new TextDecoder() };
  return new Promise((resolve) => {
    socket.addEventListener('message', ({ data }: { readonly data: unknown }) => {
      if (!(data instanceof ArrayBuffer) || data.byteLength === 0) return;
      const [channel = -1] = new Uint8Array(data, 0, 1);
      const body = new Uint8Array(data, 1);
      if (channel === STATUS) resolve(statusIn(new TextDecoder().decode(body)));
      else if (body.length > 0 && decoders[channel]) onOutput(decoders[channel].decode(body, { stream: true }));
    });
    socket.addEventListener('close', () => resolve({ is: 'lost' }));
  });
}

/** The `Status` that ends a command (`NonZeroExitCode` with its code among the causes). */
function statusIn(text: string): CommandEnd {
  const status = parsed(text);
  if (textAt(status, 'status') === 'Success') return { is: 'exited', exitCode: 0 };
  const code = listAt(status, 'details', 'causes').find((cause) => textAt(cause, 'reason') === 'ExitCode');
  const exitCode = Number(textAt(code, 'message') ?? Number.NaN);
  return Number.isInteger(exitCode) ? { is: 'exited', exitCode } : { is: 'failed', message: textAt(status, 'message') ?? text };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
