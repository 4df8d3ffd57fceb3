import type { ApiObject, World } from '../../world.ts';
import type { EventRecorder } from '../event-recorder.ts';
import type { Behaviours } from './behaviour.ts';
import { type Container, fieldPathOf } from './container.ts';

/** What a kubelet's parts work with while they care for one pod. */
export interface Scene {
  readonly world: World;
  readonly events: EventRecorder;
  readonly behaviours: Behaviours;
  readonly nodeName: string;
  readonly podIp: string;
  /** Images that the node has. */
  readonly images: Set<string>;
  /** The pod as it stands now. */
  pod(): ApiObject;
}

/** Says something about one container of the pod. */
export function sayOf(scene: Scene, container: Container, [type, reason, message]: readonly ['Normal' | 'Warning', string, string]): void {
  scene.events.say(scene.pod(), { type, reason, message, fieldPath: fieldPathOf(container) });
}

/** A random id of the container runtime. */
export function newContainerId(world: World): string {
  const digits = Array.from({ length: 64 }, () => Math.floor(world.random() * 16).toString(16));
  return `containerd://${digits.join('')}`;
}

/** A duration as Go writes it, in whole seconds: `10s`, `1m20s`. */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
