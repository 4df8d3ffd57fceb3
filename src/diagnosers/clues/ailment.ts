import type { Container, Node, Pod } from '../../core/model/objects.ts';
import type { ImageFault } from './image-fault.ts';

/** What a scheduler found no node for. */
export type Lack = 'resources' | 'placement' | 'volume' | 'ready-nodes';

/** What keeps one pod from serving, as far as the cluster itself tells; `words` is a clause for people. */
export type Ailment = { readonly words: string } & (
  | { readonly is: 'node-lost'; readonly node: Node }
  | { readonly is: 'evicted'; readonly byNode: boolean }
  | { readonly is: 'unscheduled'; readonly lack: Lack }
  | { readonly is: 'mount' }
  | { readonly is: 'image'; readonly container: Container; readonly fault: ImageFault }
  /** `names`: the missing objects and keys, as the kubelet calls them. */
  | { readonly is: 'configuration'; readonly names: readonly string[] }
  | { readonly is: 'start'; readonly container: Container }
  /** `ranMs`: how long the killed run lasted. */
  | { readonly is: 'memory'; readonly container: Container; readonly ranMs: number | undefined }
  | { readonly is: 'hang'; readonly container: Container }
  | { readonly is: 'crash'; readonly container: Container }
  | { readonly is: 'unready'; readonly since: number; readonly wasReady: boolean }
);

/** A pod with what ails it. */
export interface AilingPod {
  readonly pod: Pod;
  readonly ailment: Ailment;
}
