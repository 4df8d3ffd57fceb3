import { status } from '../../fakes/api-server.ts';
import { disturbances, refusals } from '../../fakes/watched-collection.ts';
import { forwardTo, type HostileProxy, type PassingWatch, type Refusal } from './hostile-proxy.ts';

/** One way of doing harm to the watch of a collection, and what is asked for after it. */
export interface Harm {
  readonly name: string;
  /** It takes the client half a minute to find out. */
  readonly isSlow?: true;
  /** How many frames about one object must follow for it to do anything. */
  readonly needsFrames?: 1 | 2;
  do(proxy: HostileProxy, path: string): void;
}

/** How long a half-open connection says nothing. */
const SILENT_MS = 60_000;
/** How long a frame is held back when no other comes to overtake it. */
const HELD_MS = 3_000;

const onWatches =
  (harm: (watch: PassingWatch) => void): Harm['do'] =>
  (proxy, path) => {
    for (const watch of proxy.watchesOf(path)) harm(watch);
  };
const end = onWatches(({ response }) => void response.end());
/** The watch ends in good order, and the next request is refused. */
const refusing =
  (refusal: Refusal): Harm['do'] =>
  (proxy, path) => {
    proxy.refuseNext(path, refusal);
    end(proxy, path);
  };
const known = (faults: Readonly<Record<string, Refusal>>, name: string): Refusal => {
  const fault = faults[name];
  if (!fault) throw new Error(`there is no fault '${name}': there are ${Object.keys(faults).join(', ')}`);
  return fault;
};
const inStream = (name: string) => onWatches(({ response }) => known(disturbances, name)(response));
const silent: Refusal = (response) => void setTimeout(() => response.destroy(), SILENT_MS).unref();

function goSilent(watch: PassingWatch): void {
  watch.forward = () => undefined;
  watch.end = () => undefined;
  silent(watch.response);
}

/** The next frames come twice. */
function repeat(watch: PassingWatch): void {
  const forward = forwardTo(watch.response);
  watch.forward = (frame) => {
    forward(frame);
    forward(frame);
  };
}

/** The next frame is overtaken by the one after it. */
function reorder(watch: PassingWatch): void {
  const forward = forwardTo(watch.response);
  let held: string | undefined;
  const release = () => {
    if (held !== undefined) forward(held);
    held = undefined;
    watch.forward = forward;
  };
  watch.forward = (frame) => {
    if (held === undefined) {
      held = frame;
      setTimeout(release, HELD_MS).unref();
      return;
    }
    forward(frame);
    release();
  };
}

/** What may become of a watch and of the request after it: one fault each. */
export const harms: readonly Harm[] = [
  { name: 'half-open, silent for 60 s', isSlow: true, do: onWatches(goSilent) },
  { name: 'a request that is not answered', isSlow: true, do: refusing(silent) },
  { name: 'reset', do: inStream('a reset') },
  { name: 'half a frame, then the end', do: inStream('half a frame') },
  { name: '410 Gone in the stream', do: inStream('an expired version') },
  { name: '500 in the stream', do: inStream('an internal error') },
  { name: 'garbage before a frame', needsFrames: 1, do: onWatches(({ response }) => void response.write('\u0000}{\u00ff garbage ')) },
  { name: 'duplicate frames', needsFrames: 1, do: onWatches(repeat) },
  { name: 'reordered frames', needsFrames: 2, do: onWatches(reorder) },
  { name: '503', do: refusing(known(refusals, 'a 503')) },
  { name: '500', do: refusing(known(refusals, 'a 500')) },
  {
    name: '429, Retry-After 5',
    do: refusing((response) => status(response, 429, 'too many requests', { headers: { 'retry-after': '5' } })),
  },
  {
    name: '429, Retry-After 120',
    isSlow: true,
    do: refusing((response) => status(response, 429, 'too many requests', { headers: { 'retry-after': '120' } })),
  },
  { name: '410 Gone', do: refusing(known(refusals, 'a 410')) },
  { name: 'reset of the request', do: refusing(known(refusals, 'a reset')) },
];

/** Two faults in a row: the list that a 410 asks for goes wrong too. */
export const pairs: readonly Harm[] = [
  pair('410, then a list that is not answered', silent, true),
  pair('410, then a list with 503', known(refusals, 'a 503')),
  pair('410, then a list that is reset', known(refusals, 'a reset')),
];

function pair(name: string, refusal: Refusal, isSlow = false): Harm {
  return {
    name,
    ...(isSlow && { isSlow }),
    do(proxy, path) {
      proxy.refuseNext(path, refusal);
      inStream('an expired version')(proxy, path);
    },
  };
}
