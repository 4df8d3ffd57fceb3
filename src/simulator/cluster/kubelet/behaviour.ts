import { isObject, type JsonObject, type JsonValue, listAt } from '../../json.ts';
import type { ApiObject } from '../../world.ts';

/** How the program in a container behaves. Durations in ms, memory in bytes; a field that is left out is not so. */
export interface Behaviour {
  /** Ends by itself so long after its start, with `exitCode` (0). */
  readonly exitAfterMs?: number;
  readonly exitCode?: number;
  /** Answers its probes only so long after its start. */
  readonly readyAfterMs?: number;
  /** Answers nothing from this long after its start on, and does not heed SIGTERM. */
  readonly hangsAfterMs?: number;
  /** Says that it is not ready, but lives, from this long after its start on. */
  readonly unreadyAfterMs?: number;
  readonly memoryBytes?: number;
  readonly leakBytesPerSecond?: number;
  /** The epoch instant from which it leaks; its start when left out. */
  readonly leaksFrom?: number;
  /** What its memory stops rising at. */
  readonly fillsUpToBytes?: number;
  readonly cpuMillicores?: number;
  /** How long it takes to end after SIGTERM. */
  readonly endsAfterMs?: number;
  /** What it writes at its start. */
  readonly log?: readonly string[];
  /** The image is in no registry. */
  readonly isImageMissing?: boolean;
  /** How long its image takes to be pulled; 0: it is on the node already. */
  readonly pullMs?: number;
  /** The program is not in the image: what the runtime says. */
  readonly startError?: string;
}

/** Which containers a further behaviour is meant for. */
export type Addressee = (pod: ApiObject, container: string, restartCount: number) => boolean;

/** Says how each container behaves: by its image, its pod's annotation, and what was added since. The later wins. */
export interface Behaviours {
  of(pod: ApiObject, container: JsonObject, restartCount: number): Behaviour;
  /** How every container of this image behaves. */
  forImage(image: string, behaviour: Behaviour): void;
  /** Adds to the behaviour of some containers from now on; returns what takes it back. */
  add(addressee: Addressee, behaviour: Behaviour): () => void;
  /** Tells when anything changed. */
  onChange(listener: () => void): () => void;
}

/** The annotation `behaviour.simulator/CONTAINER` holds a Behaviour as JSON. */
export const BEHAVIOUR_ANNOTATION = 'behaviour.simulator/';

/** An empty table: every image is good, every program starts at once and runs. */
export function createBehaviours(): Behaviours {
  const byImage = new Map<string, Behaviour>();
  const added: { readonly addressee: Addressee; readonly behaviour: Behaviour }[] = [];
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    of(pod, container, restartCount) {
      const name = String(container.name);
      const further = added.filter(({ addressee }) => addressee(pod, name, restartCount)).map(({ behaviour }) => behaviour);
      const written = pod.metadata.annotations?.[BEHAVIOUR_ANNOTATION + name];
      return Object.assign({}, byImage.get(String(container.image)), written ? parseBehaviour(written) : {}, ...further);
    },
    forImage(image, behaviour) {
      byImage.set(image, behaviour);
      tell();
    },
    add(addressee, behaviour) {
      const entry = { addressee, behaviour };
      added.push(entry);
      tell();
      return () => {
        added.splice(added.indexOf(entry), 1);
        tell();
      };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const numbers = [
  'exitAfterMs',
  'exitCode',
  'readyAfterMs',
  'hangsAfterMs',
  'unreadyAfterMs',
  'memoryBytes',
  'leakBytesPerSecond',
  'leaksFrom',
  'fillsUpToBytes',
  'cpuMillicores',
  'endsAfterMs',
  'pullMs',
] as const;

/** Reads a behaviour that was written as JSON. Throws on a field that there is not, or of the wrong kind. */
export function parseBehaviour(text: string): Behaviour {
  const given: unknown = JSON.parse(text);
  if (!isObject(given)) throw new Error(`a behaviour must be a JSON object, not ${text}`);
  const fields = Object.entries(given).map(([name, value]) => [name, checked(name, value)]);
  return Object.fromEntries(fields);
}

function checked(name: string, value: JsonValue | undefined): unknown {
  const isNumber = numbers.some((known) => known === name);
  if (isNumber && typeof value === 'number') return value;
  if (name === 'isImageMissing' && typeof value === 'boolean') return value;
  if (name === 'startError' && typeof value === 'string') return value;
  if (name === 'log' && Array.isArray(value)) return listAt(value).map(String);
  throw new Error(`no behaviour '${name}': ${JSON.stringify(value)}; see src/simulator/cluster/kubelet/behaviour.ts`);
}

/** Serialises a behaviour for the annotation. */
export function behaviourText(behaviour: Behaviour): string {
  return JSON.stringify(behaviour);
}
