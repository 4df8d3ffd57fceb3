import { withoutImage } from '../../core/model/image.ts';
import type { Container } from '../../core/model/objects.ts';
import { oneLine } from './words.ts';

/** Why an image cannot be had, as far as the kubelet's message tells. Only `missing` is surely a fault of the name that was asked for. */
export type ImageFault = 'missing' | 'refused' | 'limited' | 'unreachable' | 'no-space' | 'unclear';

const reasons: readonly string[] = [
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'SignatureValidationFailed',
];
/** Asked in this order: a registry that limits or refuses often adds "not found". */
const faults: readonly (readonly [ImageFault, RegExp])[] = [
  ['no-space', /no space left/i],
  ['limited', /toomanyrequests|rate limit|\b429\b/i],
  ['unreachable', /no such host|timeout|timed out|connection refused|unreachable|dial tcp|\bEOF\b|deadline exceeded|\b50[0234]\b/i],
  ['refused', /unauthorized|authentication required|denied|forbidden|\b401\b|\b403\b/i],
  ['missing', /not found|manifest unknown|NotFound|no match for platform|\b404\b/i],
];
const words: Readonly<Record<ImageFault, string>> = {
  missing: 'the registry has no such image',
  refused: 'the registry refuses access',
  limited: 'the registry limits the rate of pulls',
  unreachable: 'the registry cannot be reached',
  'no-space': 'the node has no space left',
  unclear: 'the kubelet does not say why',
};

/** The fault of a container that waits for its image, in words too; undefined for any other container. */
export function imageFaultOf({ state, name, image }: Container): { readonly fault: ImageFault; readonly words: string } | undefined {
  if (state.is !== 'waiting' || state.reason === undefined || !reasons.includes(state.reason)) return undefined;
  const fault = state.reason === 'InvalidImageName' ? 'missing' : faultIn(withoutImage(state.message ?? '', image));
  const said = fault === 'unclear' && state.message ? `: ${oneLine(state.message)}` : '';
  return { fault, words: `container ${name} waits with ${state.reason} for image ${image}: ${words[fault]}${said}` };
}

function faultIn(message: string): ImageFault {
  return faults.find(([, pattern]) => pattern.test(message))?.[0] ?? 'unclear';
}
