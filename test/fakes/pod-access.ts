import type { PodAccess } from '../../src/adapters/cluster/kubernetes/pod-access.ts';
import type { CommandEnd, ExecRequest } from '../../src/adapters/cluster/kubernetes/pod-exec.ts';
import type { Access } from '../../src/adapters/cluster/kubernetes/reviews.ts';
import type { Pod } from '../../src/core/model/objects.ts';

/** One command that was started, and how a test lets it go on. */
export interface StartedCommand extends ExecRequest {
  says(text: string): void;
  end(how: CommandEnd): void;
  readonly isStdinClosed: boolean;
  readonly isClosed: boolean;
}

/** Pods and commands in memory; `answer` is asked about each command as it starts. */
export interface FakePodAccess extends PodAccess {
  readonly started: readonly StartedCommand[];
  pods_: readonly Pod[];
  /** `verb resource` of what the user may not do. */
  readonly forbidden: Set<string>;
  answer(command: StartedCommand): void;
}

/** An access that permits everything and whose commands wait, unless told otherwise. */
export function fakePodAccess(pods: readonly Pod[]): FakePodAccess {
  const started: StartedCommand[] = [];
  const access: FakePodAccess = {
    ...{ server: 'https://cluster.test', user: 'ann', context: 'test', started, pods_: pods, forbidden: new Set<string>() },
    answer: () => undefined,
    mayI: async (wanted) => !access.forbidden.has(nameOf(wanted)),
    pods: async ({ name }) => access.pods_.filter(({ meta }) => name === undefined || meta.ref.name === name),
    async start(request) {
      const { promise, resolve } = Promise.withResolvers<CommandEnd>();
      const state = { isStdinClosed: false, isClosed: false };
      const command: StartedCommand = Object.defineProperties(
        { ...request, says: request.onOutput, end: resolve, ...state },
        { isStdinClosed: { get: () => state.isStdinClosed }, isClosed: { get: () => state.isClosed } },
      );
      started.push(command);
      access.answer(command);
      return {
        ended: promise,
        closeStdin: () => {
          state.isStdinClosed = true;
          access.answer(command);
        },
        close: () => {
          state.isClosed = true;
          resolve({ is: 'lost' });
        },
      };
    },
    close: async () => undefined,
  };
  return access;
}

function nameOf({ verb, resource, subresource }: Access): string {
  return `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
}
