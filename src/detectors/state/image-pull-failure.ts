import { withoutImage } from '../../core/model/image.ts';
import { defineContainerDetector } from '../define-container-detector.ts';
import { instant, oneLine } from '../signs/words.ts';

/** A first failed pull may be a hiccup of the network; the kubelet tries again within this time. */
const FIRST_TRY_MS = 30_000;
const reasons = [
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'SignatureValidationFailed',
];
const kinds: readonly (readonly [RegExp, string])[] = [
  [/toomanyrequests|rate limit|\b429\b/i, 'the registry limits the rate of pulls'],
  [/unauthorized|authentication required|denied|forbidden|\b40[13]\b/i, 'the registry refuses access'],
  [/not found|manifest unknown|NotFound|\b404\b/i, 'the registry has no such image or tag'],
  [/no such host|timeout|timed out|connection refused|unreachable|dial tcp|EOF|deadline exceeded/i, 'the registry cannot be reached'],
  [/no space left/i, 'the node has no space left'],
];

/** Fires while the image of a container cannot be pulled; says whether it is missing, refused or out of reach, as far as the kubelet tells. */
export const imagePullFailure = defineContainerDetector({
  name: 'image-pull-failure',
  look(container, { pod, timeline }) {
    const { state } = container;
    if (state.is !== 'waiting' || state.reason === undefined || !reasons.includes(state.reason)) return undefined;
    const startedAt = pod.startedAt ?? pod.meta.createdAt;
    if (state.reason === 'ErrImagePull' && timeline.now - startedAt < FIRST_TRY_MS)
      return { is: 'unknown', why: `container ${container.name}: the first pull of ${container.image} failed; the kubelet tries again` };
    const said = withoutImage(state.message ?? '', container.image);
    const kind = kinds.find(([pattern]) => pattern.test(said))?.[1];
    const why = [kind, oneLine(state.message)].filter(Boolean).join('; ');
    const words = `container ${container.name} waits with ${state.reason} for image ${container.image}, pod started ${instant(startedAt)}${why && `: ${why}`}`;
    return { is: 'firing', words, score: state.reason === 'ErrImagePull' ? 0.8 : 0.95 };
  },
});
